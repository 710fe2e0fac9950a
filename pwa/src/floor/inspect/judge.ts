/** What a lot's readings add up to, on the device as on the server: the same rules, so that a verdict needs no network. */
import { add, compare, isWhole, type Decimal } from '../../kit/decimal';
import type { ClassFacts, Feature, ReadingFacts, Tally, Verdict } from './types';

export interface Cell {
  reading: ReadingFacts;
  conforms: boolean;
  several: boolean;
}
export interface Picture {
  cells: ReadonlyMap<string, Cell>;
  tallies: readonly Tally[];
  verdict: Verdict;
}

export const cellKey = (feature: number, sample: number): string => `${feature}:${sample}`;

/** Whether a value is within its limits, the limits included. */
export function conforms(feature: Feature, value: Decimal): boolean {
  if (feature.kind === 'attribute') return compare(value, '0') === 0;
  if (feature.kind === 'count') return compare(value, feature.usl ?? '0') <= 0;
  return (
    (feature.lsl === null || feature.lsl === undefined || compare(value, feature.lsl) >= 0) &&
    (feature.usl === null || feature.usl === undefined || compare(value, feature.usl) <= 0)
  );
}

/** Whether a value can be at all; what can hardly be is asked for a second time. */
export function plausible(feature: Feature, value: Decimal): boolean {
  if (feature.kind === 'attribute') return value === '0' || value === '1';
  if (feature.kind === 'count') return compare(value, '0') >= 0 && isWhole(value);
  return (
    (feature.low === null || feature.low === undefined || compare(value, feature.low) >= 0) &&
    (feature.high === null || feature.high === undefined || compare(value, feature.high) <= 0)
  );
}

/** The reading that counts in each cell: none that was superseded; of several one that does not conform, then the oldest. */
export function cellsOf(features: readonly Feature[], readings: readonly ReadingFacts[]): Map<string, Cell> {
  const byNumber = new Map(features.map((one) => [one.number, one]));
  const known = new Map(readings.filter((one) => !one.late).map((one) => [one.id, one]));
  const gone = new Set([...known.values()].map((one) => one.supersedes));
  const cells = new Map<string, Cell>();
  for (const reading of [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const feature = byNumber.get(reading.characteristic);
    if (!feature || gone.has(reading.id)) continue;
    const at = cellKey(reading.characteristic, reading.sample);
    const before = cells.get(at);
    const isRight = conforms(feature, reading.value);
    if (before && (isRight || !before.conforms)) cells.set(at, { ...before, several: true });
    else cells.set(at, { reading, conforms: isRight, several: before !== undefined });
  }
  return cells;
}

/** One class that is not accepted fails the lot; all must be accepted to pass it. */
export function picture(
  features: readonly Feature[],
  classes: readonly ClassFacts[],
  readings: readonly ReadingFacts[],
): Picture {
  const cells = cellsOf(features, readings);
  const tallies = classes.map((plan) => tallyOf(plan, features, cells));
  const verdicts = tallies.map((one) => one.verdict);
  const verdict = verdicts.includes('reject') ? 'reject' : verdicts.includes('open') ? 'open' : 'accept';
  return { cells, tallies, verdict };
}

function tallyOf(plan: ClassFacts, features: readonly Feature[], cells: ReadonlyMap<string, Cell>): Tally {
  const own = features.filter((one) => one.ofClass === plan.ofClass).map((one) => one.number);
  let complete = 0;
  let bad = 0;
  let undecided = 0;
  for (let sample = 1; sample <= plan.n; sample++) {
    const found = own.map((feature) => cells.get(cellKey(feature, sample)));
    const isBad = found.some((one) => one && !one.conforms);
    const isComplete = found.every((one) => one !== undefined);
    complete += isComplete ? 1 : 0;
    bad += isBad ? 1 : 0;
    undecided += !isBad && !isComplete ? 1 : 0;
  }
  const verdict: Verdict = bad >= plan.re ? 'reject' : bad + undecided <= plan.ac ? 'accept' : 'open';
  return { ofClass: plan.ofClass, complete, bad, verdict, early: verdict !== 'open' && complete < plan.n };
}

/** The sum of what is allocated. */
export const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((all, one) => add(all, one), '0');
