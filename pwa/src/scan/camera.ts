import type { FrameIn, FrameOut } from './camera.worker';
import type { CodeOut } from './decode';
import { Steady } from './steady';
import { bus } from './bus';
import { Help } from './help';
import { ROI } from './cut';
import { hearLabels, siteFormats } from './site';

export type CameraFault = 'denied' | 'missing' | 'insecure' | 'busy' | 'ended';

/** Not yet in the DOM library: what phones add to a video track. */
interface Extras {
  torch?: boolean;
  zoom?: { min: number; max: number };
  focusMode?: string[];
}
type Constraint = { torch?: boolean; zoom?: number; focusMode?: string };

export function faultOf(error: unknown): CameraFault {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'missing';
}

/** What a frame is worth: every 3rd is read with more effort, every 10th as a whole. */
export const effort = (frame: number): { harder: boolean; whole: boolean } => ({
  harder: frame % 3 === 2,
  whole: frame % 10 === 9,
});

/** Which of 1, 2 and 4 times the lens offers; none when it cannot zoom. */
export function zoomsOf(range: { min: number; max: number } | undefined): number[] {
  const some = range ? [1, 2, 4].filter((times) => times >= range.min && times <= range.max) : [];
  return some.length > 1 ? some : [];
}

/** Sets continuous focus and a little zoom where the track offers them; what else it has. */
export async function tune(track: MediaStreamTrack): Promise<{ torch: boolean; zooms: number[] }> {
  const can = (typeof track.getCapabilities === 'function' ? track.getCapabilities() : {}) as Extras;
  const wish: Constraint = {};
  if (can.focusMode?.includes('continuous')) wish.focusMode = 'continuous';
  if (can.zoom) wish.zoom = Math.min(can.zoom.max, Math.max(can.zoom.min, 2));
  if (Object.keys(wish).length > 0)
    await track.applyConstraints({ advanced: [wish as MediaTrackConstraintSet] }).catch(() => undefined);
  return { torch: can.torch === true, zooms: zoomsOf(can.zoom) };
}

/** Whether a frame holds several codes that say different things: then a person chooses. */
export const isChoice = (codes: readonly CodeOut[]): boolean => new Set(codes.map((code) => code.text)).size > 1;

/** An open camera: frames go to a worker one at a time, new codes to the bus. */
export class Camera {
  readonly steady = new Steady();
  /** Frames read since the camera opened, and the time of the last reading in ms; for the scanner test. */
  frames = 0;
  lastMs = 0;
  hasTorch = false;
  /** How many times the lens may enlarge; empty when it cannot. */
  zooms: readonly number[] = [];
  /** Called when the camera stops by itself: unplugged, or taken by another app. */
  onEnded: () => void = () => undefined;
  /** Called with the codes of a frame that holds any, in pixels of the whole picture. */
  onSeen: (codes: readonly CodeOut[]) => void = () => undefined;
  private worker: Worker | null = null;
  private stream: MediaStream | null = null;
  private inFlight = false;
  private closed = false;
  /** Where the frame under way was cut out of the picture. */
  private origin: readonly [number, number] = [0, 0];
  private readonly help = new Help();
  /** What counts as a scan at this site; heard anew whenever the camera opens. */
  private formats = siteFormats();

  constructor(private readonly video: HTMLVideoElement) {}

  async open(): Promise<CameraFault | null> {
    if (!navigator.mediaDevices) return 'insecure';
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
      });
    } catch (error) {
      return faultOf(error);
    }
    if (this.closed) return (this.close(), null);
    const [track] = this.stream.getVideoTracks();
    if (track) {
      track.onended = () => this.onEnded();
      ({ torch: this.hasTorch, zooms: this.zooms } = await tune(track));
    }
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => undefined);
    this.worker = new Worker(new URL('./camera.worker.ts', import.meta.url), { type: 'module' });
    void hearLabels().then(() => (this.formats = siteFormats()));
    this.worker.onmessage = (event: MessageEvent<FrameOut>) => this.onRead(event.data);
    this.next();
    return null;
  }

  /** Switches the light; whether the device did so. */
  torch(on: boolean): Promise<boolean> {
    return this.set({ torch: on });
  }

  /** Enlarges so many times; whether the device did so. */
  zoom(times: number): Promise<boolean> {
    return this.set({ zoom: times });
  }

  /** A person chose one of several codes in the picture. */
  choose(code: CodeOut): void {
    this.take([{ ...code, sure: true }]);
  }

  private async set(wish: Constraint): Promise<boolean> {
    const [track] = this.stream?.getVideoTracks() ?? [];
    const done = track?.applyConstraints({ advanced: [wish as MediaTrackConstraintSet] });
    return done ? done.then(() => true).catch(() => false) : false;
  }

  close(): void {
    this.closed = true;
    this.help.close();
    this.worker?.terminate();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
  }

  private next(): void {
    if (!this.closed) this.video.requestVideoFrameCallback(() => void this.look());
  }

  private async look(): Promise<void> {
    this.next(); // asked for at once, so that no frame is missed while this one is cut out
    void this.secondLook();
    if (!this.closed && !this.inFlight && this.video.videoWidth > 0) {
      this.inFlight = true;
      const { harder, whole } = effort(this.frames);
      const image = await this.cut(whole).catch(() => null);
      if (image && this.worker && !this.closed)
        this.worker.postMessage({ id: this.frames, image, harder, formats: this.formats } satisfies FrameIn, [image]);
      else this.inFlight = false;
    }
  }

  private cut(whole: boolean): Promise<ImageBitmap> {
    const { videoWidth: width, videoHeight: height } = this.video;
    this.origin = [0, 0];
    if (whole) return createImageBitmap(this.video);
    const w = Math.round(width * ROI.width);
    const h = Math.round(height * ROI.height);
    this.origin = [Math.round((width - w) / 2), Math.round((height - h) / 2)];
    return createImageBitmap(this.video, ...this.origin, w, h);
  }

  /** What the server read goes the same way as what the device read: a label seen by both is one scan. */
  private async secondLook(): Promise<void> {
    if (this.closed || this.video.videoWidth === 0) return;
    const texts = await this.help.ask(this.video, performance.now());
    const codes = texts.map((code) => ({ symbology: code.slice(0, 3), text: code.slice(3), format: '', sure: true }));
    if (!this.closed) this.take(codes);
  }

  private take(codes: FrameOut['codes']): void {
    const now = performance.now();
    for (const code of this.steady.accept(codes, now)) bus.push(code.symbology + code.text, 'camera', now);
  }

  private onRead(frame: FrameOut): void {
    this.inFlight = false;
    this.frames++;
    this.lastMs = frame.ms;
    if (frame.codes.length === 0) return;
    this.help.read(performance.now());
    const [left, top] = this.origin;
    this.onSeen(
      frame.codes.map((code) => ({
        ...code,
        corners: code.corners?.map(([x, y]) => [x + left, y + top] as const) ?? [],
      })),
    );
    if (!isChoice(frame.codes)) this.take(frame.codes);
  }
}
