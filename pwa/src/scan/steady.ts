import type { CodeOut } from './camera.worker';

/** A code just taken is not taken again while it stays in view, nor for this long after, in ms. */
export const HOLD_MS = 1500;
/** Two readings of one code count as a confirmation within this time, in ms. */
const PAIR_MS = 1000;
/** Formats whose check is too weak to trust one frame. */
const WEAK = new Set(['ITF', 'Code39', 'EAN8', 'UPCE', 'Codabar']);

/**
 * Turns a stream of frames into single scans. A strong code counts at once; a weak one when two frames agree; and the
 * label that stays before the lens is one scan, not twenty.
 */
export class Steady {
  private readonly seen = new Map<string, number>();
  private readonly taken = new Map<string, number>();

  /** The codes of this frame that are new scans; `now` in ms. */
  accept(codes: readonly CodeOut[], now: number): CodeOut[] {
    return codes.filter((code) => this.isNew(code, now));
  }

  private isNew(code: CodeOut, now: number): boolean {
    const last = this.taken.get(code.text);
    if (last !== undefined && now - last < HOLD_MS) {
      this.taken.set(code.text, now);
      return false;
    }
    const before = this.seen.get(code.text);
    this.seen.set(code.text, now);
    if (WEAK.has(code.format) && (before === undefined || now - before > PAIR_MS)) return false;
    this.taken.set(code.text, now);
    return true;
  }
}
