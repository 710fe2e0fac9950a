// One sub-aisle: every way to serve its stops, and what each costs.

export interface Service {
  cost: number;
  gap: number;
}

export class Stretch {
  readonly cuts: number[];
  readonly count: number;
  private readonly sums: number[] = [0];
  private readonly shut: number[] = [0];

  constructor(offsets: number[], length: number, blocked: [number, number][]) {
    this.cuts = [0, ...offsets, length];
    this.count = offsets.length;
    for (let s = 0; s <= this.count; s++) {
      const a = this.cuts[s]!,
        b = this.cuts[s + 1]!;
      const closed = blocked.some(([from, to]) => from < b && a < to);
      this.sums.push(this.sums[s]! + (closed ? 0 : b - a));
      this.shut.push(this.shut[s]! + (closed ? 1 : 0));
    }
  }

  walk(low: number, high: number): number {
    if (low >= high) return 0;
    return this.shut[high]! > this.shut[low]! ? Infinity : this.sums[high]! - this.sums[low]!;
  }

  skipping(low: number, high: number, first: number, last: number): [number, number] {
    let best = Infinity,
      which = -1;
    for (let gap = first; gap < last; gap++) {
      const cost = 2 * (this.walk(low, gap) + this.walk(gap + 1, high));
      if (cost < best) [best, which] = [cost, gap];
    }
    return [best, which];
  }
}

export function services(s: Stretch, ends: number[]): Map<number, Service> {
  const found = new Map<number, Service>();
  const offer = (effect: number, cost: number, gap: number): void => {
    const known = found.get(effect);
    if (cost < Infinity && (!known || cost < known.cost)) found.set(effect, { cost, gap });
  };
  const n = s.count,
    at = ends.map((end) => s.cuts.indexOf(end)).sort((a, b) => a - b);
  if (at.length === 0) servedClosed(s, n, offer);
  else if (at.length === 1) servedOne(s, n, at[0]!, offer);
  else servedTwo(s, n, at[0]!, at[1]!, offer);
  return found;
}

type Offer = (effect: number, cost: number, gap: number) => void;

function servedClosed(s: Stretch, n: number, offer: Offer): void {
  const through = s.walk(0, n + 1);
  if (n === 0) offer(0, 0, 0);
  else {
    offer(1, 2 * s.walk(0, n), n);
    offer(2, 2 * s.walk(1, n + 1), 0);
    offer(3, ...s.skipping(0, n + 1, 1, n));
  }
  offer(4, through, -1);
  offer(5, 2 * through, -1);
}

function servedOne(s: Stretch, n: number, k: number, offer: Offer): void {
  const front = s.walk(0, k),
    back = s.walk(k, n + 1);
  offer(7, front + 2 * s.walk(k, n), n);
  offer(8, back + 2 * s.walk(1, k), 0);
  const [below, belowGap] = s.skipping(k, n + 1, k, n);
  offer(9, front + below, belowGap);
  const [above, aboveGap] = s.skipping(0, k, 1, k);
  offer(10, back + above, aboveGap);
  offer(11, front + 2 * back, -1);
  offer(12, 2 * front + back, -1);
}

function servedTwo(s: Stretch, n: number, k: number, m: number, offer: Offer): void {
  const between = s.walk(k, m),
    front = 2 * s.walk(0, k),
    back = 2 * s.walk(m, n + 1);
  const [frontInner, frontGap] = s.skipping(0, k, 1, k);
  const [backInner, backGap] = s.skipping(m, n + 1, m, n);
  offer(1, front + between + 2 * s.walk(m, n), n);
  offer(2, 2 * s.walk(1, k) + between + back, 0);
  offer(3, frontInner + between + back, frontGap);
  offer(3, front + between + backInner, backGap);
  offer(4, s.walk(0, k) + 2 * between + s.walk(m, n + 1), -1);
  offer(5, front + between + back, -1);
  const [inner, gap] = s.skipping(k, m, k, m);
  offer(6, s.walk(0, k) + inner + s.walk(m, n + 1), gap);
}
