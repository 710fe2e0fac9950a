import { GS } from './gs1';
import { LONGEST } from './scan';
import type { ScannerProfile } from '../kit/settings';

/** Fewer characters than this are a person's keys, not a scan. */
export const SHORTEST = 3;
/** This many characters without one gap are a scan whose suffix was lost. */
const SURELY = 6;
/** So long a busy device may hold back the rest of a scan, in ms; only then is its suffix taken for lost. */
const LATE_MS = 1500;

export interface WedgeOut {
  scan(text: string, at: number): void;
  typed(keys: readonly string[]): void;
  /** Whether a person may be typing; if nobody is, a few characters are the beginning of a scan on a busy device. */
  awaitsKeys(): boolean;
}

export interface Press {
  key: string | undefined;
  code?: string;
  ctrl: boolean;
  at: number;
}

/** The character a key stands for; GS arrives from most scanners as Ctrl+]. Alt is ignored: some firmware sets it always. */
export function character(press: Press): string | null {
  if (press.ctrl) return press.key === ']' || press.code === 'BracketRight' || press.key === GS ? GS : null;
  return press.key !== undefined && [...press.key].length === 1 ? press.key : null;
}

/**
 * Collects key presses into scans. Pure but for the timer it asks for: `wait(ms)` must call `silence()` after that
 * long without another press. Gaps are measured by the events' own clock, so a busy page loses nothing.
 */
export class Wedge {
  private text = '';
  private keys: string[] = [];
  private last = 0;
  /** The last scan came without its suffix: the next one is not waited for either. */
  private bare = false;

  constructor(
    private readonly out: WedgeOut,
    private readonly profile: () => ScannerProfile,
    private readonly wait: (ms: number) => void,
  ) {}

  /** Takes one press; true when it was (or may be) part of a scan and the page should not see it. */
  press(press: Press): boolean {
    const { gap } = this.profile();
    if (this.text && press.at - this.last > gap) this.flush(false, press.at);
    this.last = press.at;
    if (press.key === 'Enter' || press.key === 'Tab') return this.end(press);
    if (press.key === 'Backspace') {
      this.out.typed(['Backspace']);
      return false;
    }
    const one = character(press);
    if (one === null) return false;
    this.text = (this.text + (this.profile().swaps[one] ?? one)).slice(0, LONGEST + 1);
    this.keys.push(one);
    this.wait(gap);
    return true;
  }

  /**
   * Nothing came for a gap: a scanner without a suffix is done; a person has pressed a key. Otherwise the rest of a scan may be late,
   * held back by a busy device: what is here stays, and the next press tells by its own clock whether it belongs to it.
   */
  silence(now: number): void {
    const { gap, suffix } = this.profile();
    const quiet = now - this.last;
    if (!this.text || quiet < gap) return;
    const isScan = this.text.length >= SURELY;
    if (suffix === 'gap' || (this.out.awaitsKeys() && this.isByHand())) return this.flush(suffix === 'gap', now);
    if (!isScan && !this.out.awaitsKeys()) return;
    if (!this.bare && quiet < LATE_MS) return this.wait(LATE_MS - quiet);
    this.bare ||= isScan;
    this.flush(false, now);
  }

  /** One or two keys of the kind a person presses into a number pad. */
  private isByHand(): boolean {
    return this.keys.length < SHORTEST && this.keys.every((key) => /[\d.,]/.test(key));
  }

  private end(press: Press): boolean {
    if (this.text.length >= SHORTEST) {
      this.bare = false;
      this.flush(true, press.at);
      return true;
    }
    this.flush(false, press.at);
    if (press.key === 'Enter') this.out.typed(['Enter']);
    return false; // a blank Enter or Tab is the person's: it presses the focused button or moves on
  }

  private flush(ended: boolean, at: number): void {
    const { text, keys } = this;
    this.text = '';
    this.keys = [];
    if (!text) return;
    // A run no hand types this fast is a scan even when its suffix was lost.
    if (text.length >= (ended ? SHORTEST : SURELY)) this.out.scan(text, at);
    else this.out.typed(keys);
  }
}
