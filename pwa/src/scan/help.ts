import { carry, hasToken, reachable } from '../api/client';
import type { components } from '../api/schema';
import { frameOf } from './cut';
import { FrameLine } from './frames';

type Seen = components['schemas']['Seen'];
type Code = components['schemas']['SeenCode'];

/** Without a reading for this long the server is asked to look as well, in ms. */
export const HELP_AFTER_MS = 700;
/** Between two frames, in ms: over a line, and by single requests. */
const LIVE_REST_MS = 250;
const POST_REST_MS = 1200;

async function posted(frame: Blob): Promise<Code[]> {
  const answer = await carry(
    new Request('/api/floor/scanning/read?still=false', {
      method: 'POST',
      body: await frame.arrayBuffer(),
      headers: { 'Content-Type': 'image/jpeg' },
    }),
  );
  return answer.ok ? ((await answer.json()) as Seen).codes : [];
}

/** The server's eyes beside the device's own: for damaged and faint labels, when there is a connection and time. */
export class Help {
  private lastRead = performance.now();
  private lastAsked = 0;
  private rest = LIVE_REST_MS;
  private asking = false;

  constructor(private readonly line: FrameLine = new FrameLine()) {}

  /** The device read something itself. */
  read(now: number): void {
    this.lastRead = now;
  }

  /** The codes the server is certain of, as symbology id and text. What it only guesses at is never a scan. */
  async ask(video: HTMLVideoElement, now: number): Promise<string[]> {
    const isDue = now - this.lastRead > HELP_AFTER_MS && now - this.lastAsked > this.rest;
    if (this.asking || !isDue || !hasToken() || !reachable.peek()) return [];
    this.asking = true;
    try {
      const frame = await frameOf(video);
      return frame ? await this.look(frame) : [];
    } catch {
      return [];
    } finally {
      this.asking = false;
      this.lastAsked = performance.now();
    }
  }

  close(): void {
    this.line.close();
  }

  private async look(frame: Blob): Promise<string[]> {
    const seen = await this.line.see(frame);
    this.rest = seen && !seen.slow ? LIVE_REST_MS : POST_REST_MS;
    const codes = seen?.codes ?? (await posted(frame));
    return codes.filter((code) => code.confirmed).map((code) => code.symbologyId + code.text);
  }
}
