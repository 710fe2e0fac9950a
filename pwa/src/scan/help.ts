import { carry, hasToken, reachable } from '../api/client';
import type { components } from '../api/schema';

type Seen = components['schemas']['Seen'];

/** Without a reading for this long the server is asked for a second look, in ms; and again after as long a rest. */
export const HELP_AFTER_MS = 700;
const REST_MS = 1200;

/** A frame's confirmed codes, as symbology id and text. */
async function secondLook(video: HTMLVideoElement): Promise<string[]> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const frame = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  const answer = await carry(
    new Request('/api/floor/scanning/read?still=false', {
      method: 'POST',
      body: await frame.arrayBuffer(),
      headers: { 'Content-Type': 'image/jpeg' },
    }),
  );
  if (!answer.ok) return [];
  // What the server only guesses at is a hint to look closer, never a scan.
  return ((await answer.json()) as Seen).codes
    .filter((code) => code.confirmed)
    .map((code) => code.symbologyId + code.text);
}

/** The server's eyes beside the device's own: for damaged and faint labels, when there is a connection and time. */
export class Help {
  private lastRead = performance.now();
  private lastAsked = 0;
  private asking = false;

  /** The device read something itself. */
  read(now: number): void {
    this.lastRead = now;
  }

  async ask(video: HTMLVideoElement, now: number): Promise<string[]> {
    const isDue = now - this.lastRead > HELP_AFTER_MS && now - this.lastAsked > REST_MS;
    if (this.asking || !isDue || !hasToken() || !reachable.peek()) return [];
    this.asking = true;
    try {
      return await secondLook(video);
    } catch {
      return [];
    } finally {
      this.asking = false;
      this.lastAsked = performance.now();
    }
  }
}
