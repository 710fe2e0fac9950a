import type { Scan } from '../../scan/scan';

export interface Press {
  key: string;
  code: string;
  ctrl: boolean;
  at: number;
}
export interface Verdict {
  seen: boolean;
  suffix: 'Enter' | 'Tab' | null;
  /** Longest gap inside a scan, ms. */
  slowest: number;
  /** The gap to allow: twice the slowest seen, from 60 to 300 ms. */
  gap: number;
  layout: 'unknown' | 'fits' | 'differs';
  /** Characters that came out as others, by comparison with the test code. */
  swaps: Readonly<Record<string, string>>;
}

/** What the layout test code says when keyboard and scanner agree: letters and signs that layouts move. */
export const LAYOUT_CODE = 'AZQWYM-0123456789/+.';
/** A pause longer than this, in ms, is between scans. */
const BETWEEN_MS = 400;

function runs(presses: readonly Press[]): Press[][] {
  const found: Press[][] = [];
  for (const press of presses) {
    const last = found.at(-1)?.at(-1);
    if (!last || press.at - last.at > BETWEEN_MS || last.key === 'Enter' || last.key === 'Tab') found.push([press]);
    else found.at(-1)?.push(press);
  }
  return found.filter((run) => run.length >= 4);
}

/** Compares the test code as it came with what is printed; a run of the same length is taken for it. */
function swapsIn(scans: readonly Scan[]): Record<string, string> | null {
  const test = scans.find(
    (scan) => scan.text.length === LAYOUT_CODE.length && /0123456789|àéè|[AZQWYM]{3}/i.test(scan.text),
  );
  if (!test) return null;
  const pairs = [...test.text]
    .map((came, place) => [came, LAYOUT_CODE[place] ?? ''] as const)
    .filter(([came, printed]) => came !== printed);
  return Object.fromEntries(pairs);
}

/** What a few scans tell about the scanner and the keyboard layout between it and us. */
export function judge(presses: readonly Press[], scans: readonly Scan[]): Verdict {
  const seen = runs(presses);
  const gaps = seen.flatMap((run) => run.slice(1).map((press, place) => press.at - (run[place]?.at ?? press.at)));
  const slowest = gaps.length > 0 ? Math.max(...gaps) : 0;
  const ends = seen.map((run) => run.at(-1)?.key);
  const suffix = ends.includes('Enter') ? 'Enter' : ends.includes('Tab') ? 'Tab' : null;
  const swaps = swapsIn(scans);
  return {
    seen: seen.length > 0,
    suffix,
    slowest,
    gap: Math.min(300, Math.max(60, Math.ceil(slowest * 2))),
    layout: swaps === null ? 'unknown' : Object.keys(swaps).length === 0 ? 'fits' : 'differs',
    swaps: swaps ?? {},
  };
}
