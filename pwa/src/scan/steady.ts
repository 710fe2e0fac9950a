import type { CodeOut } from './decode';

/** A code just taken is not taken again while it stays in view, nor for this long after, in ms. */
export const HOLD_MS = 1500;
/** Two readings of one code count as a confirmation within this time, in ms. */
const PAIR_MS = 1000;
/**
 * Formats whose own check is enough to trust one frame. EAN and UPC are not among them: one photograph in a hundred is read as
 * another code with a right check digit; nor are formats without a check.
 */
const STRONG = /^(QR|RMQR|DataMatrix|Aztec|PDF417|Compact|MaxiCode|Code128|Code93|DataBar)/;
/** GS1 knows UPC-E of number system 0 only; another is what the left half of a covered EAN-13 looks like. */
const torn = ({ format, text }: CodeOut): boolean =>
  format === 'UPCE' && !text.startsWith(text.length === 13 ? '00' : '0');

/**
 * Turns a stream of frames into single scans. A strong code counts at once; another when two frames agree; and the
 * label that stays before the lens is one scan, not twenty.
 */
export class Steady {
  private readonly seen = new Map<string, number>();
  private readonly taken = new Map<string, number>();

  /** The codes of this frame that are new scans; `now` in ms. */
  accept(codes: readonly CodeOut[], now: number): CodeOut[] {
    return codes.filter((code) => !torn(code) && this.isNew(code, now));
  }

  private isNew(code: CodeOut, now: number): boolean {
    const last = this.taken.get(code.text);
    if (last !== undefined && now - last < HOLD_MS) {
      this.taken.set(code.text, now);
      return false;
    }
    const before = this.seen.get(code.text);
    this.seen.set(code.text, now);
    if (!code.sure && !STRONG.test(code.format) && (before === undefined || now - before > PAIR_MS)) return false;
    this.taken.set(code.text, now);
    return true;
  }
}
