import { signal } from '@preact/signals';
import { understand, type Refusal, type Scan, type Source } from './scan';
import { counts } from './site';

/** Why a reading is not taken: it cannot be one, too many wait, or the site does not read such labels. */
export type Refused = Refusal | 'too_many' | 'other_label';

export type Handler = (scan: Scan) => void | Promise<void>;

/** Same text from another source within this time is the same trigger pull, in ms. */
const ECHO_MS = 300;
/** Most scans waiting at once; more means something holds a trigger down, and the person is told. */
export const MOST_WAITING = 50;
/** A screen that has not answered by then, in ms, does not hold up the scans behind it any longer. */
export const PATIENCE_MS = 15_000;

/**
 * One ordered line of scans from all sources. A scan that arrives while another is being answered waits its turn and
 * is counted in `waiting`; none is dropped without being told to `onRefused`.
 */
export class ScanBus {
  readonly waiting = signal(0);
  /** The last reading, for whoever shows it. */
  readonly last = signal<Scan | null>(null);
  onRefused: (why: Refused, raw: string) => void = () => undefined;
  onFailed: (error: unknown) => void = () => undefined;
  private readonly line: Scan[] = [];
  private readonly handlers: Handler[] = [];
  private busy = false;
  private echo: { text: string; source: Source; at: number } | null = null;

  /** Takes a raw reading in. True when it joined the line. */
  push(raw: string, source: Source, at: number): boolean {
    const scan = understand(raw, source, at);
    if (scan === 'blank') return false;
    if (typeof scan === 'string') return this.refuse(scan, raw);
    if (this.isEcho(scan)) return false;
    if (!counts(scan.symbology, scan.text)) return this.refuse('other_label', raw);
    if (this.line.length >= MOST_WAITING) return this.refuse('too_many', raw);
    this.line.push(scan);
    this.count();
    void this.drain();
    return true;
  }

  /** The newest handler answers; the returned function hands back to the one before. Scans wait while there is none. */
  listen(handler: Handler): () => void {
    this.handlers.push(handler);
    void this.drain();
    return () => {
      const place = this.handlers.lastIndexOf(handler);
      if (place >= 0) this.handlers.splice(place, 1);
    };
  }

  private refuse(why: Refused, raw: string): false {
    this.onRefused(why, raw);
    return false;
  }

  private isEcho(scan: Scan): boolean {
    const before = this.echo;
    this.echo = { text: scan.text, source: scan.source, at: scan.at };
    return (
      before !== null &&
      before.text === scan.text &&
      before.source !== scan.source &&
      Math.abs(scan.at - before.at) <= ECHO_MS
    );
  }

  private count(): void {
    this.waiting.value = this.line.length;
  }

  private async drain(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let handler = this.handlers.at(-1); handler && this.line.length > 0; handler = this.handlers.at(-1)) {
        const scan = this.line.shift() as Scan;
        this.count();
        this.last.value = scan;
        await this.answer(handler, scan);
      }
    } finally {
      this.busy = false;
    }
  }

  private async answer(handler: Handler, scan: Scan): Promise<void> {
    try {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((go) => (timer = setTimeout(go, PATIENCE_MS)));
      await Promise.race([handler(scan), late]).finally(() => clearTimeout(timer));
    } catch (error) {
      this.onFailed(error); // one bad answer must not stop the scans behind it
    }
  }
}

export const bus = new ScanBus();
