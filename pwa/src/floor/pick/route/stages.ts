// The floor cut into stages from left to right: sub-aisles, aisle heads, and the gaps between columns.
import { blockedIn, isCross, nameOf, type Place, type Plan, type Task } from './places.ts';
import { EMPTY, FIRST, FULL, SECOND } from './states.ts';
import { services, Stretch, type Service } from './stretch.ts';

export interface Aisleway {
  kind: 'aisle';
  aisle: number;
  block: number;
  added: number;
  effects: number[];
  served: Map<number, Service>;
  stretch: Stretch;
  ends: number[];
}
export interface Head {
  kind: 'head';
  cross: number;
  steps: number;
}
export interface Sideways {
  kind: 'side';
  x: number;
  nextX: number;
}
export type Stage = Aisleway | Head | Sideways;

function columnsOf(task: Task, worked: Set<number>): number[] {
  const { xs, lengths } = task.plan;
  const through = new Map<number, number[]>(
    xs.map((x, aisle) => [
      x,
      lengths[aisle]!.map((length, block) =>
        blockedIn(task.plan, aisle, block).some(([a, b]) => a < length && b > 0) ? Infinity : length,
      ),
    ]),
  );
  const dear = lengths[0]!.map(() => Infinity);
  const wanted = [...new Set([...worked, ...xs])].sort((a, b) => a - b);
  const kept: number[] = [];
  const cheap = (costs: number[], than: number[]): boolean => costs.every((cost, b) => cost <= than[b]!);
  wanted.forEach((x, at) => {
    if (!worked.has(x)) {
      const own = through.get(x)!;
      const before = kept.length === 0 ? own : (through.get(kept[kept.length - 1]!) ?? dear);
      const after = at === wanted.length - 1 ? own : (through.get(wanted[at + 1]!) ?? dear);
      if (cheap(before, own) && cheap(after, own)) return;
    }
    kept.push(x);
  });
  return kept;
}

export function stagesOf(task: Task): [Stage[], number] {
  const { plan, closed, start, end } = task;
  const visits = new Map([...task.stops, ...(closed ? [start] : [])].map((place) => [nameOf(place), place]));
  const loose = closed ? [] : [start, end];
  const all = [...visits.values(), ...loose];
  const xOf = (place: Place): number => (isCross(place) ? place.x : plan.xs[place.aisle]!);
  const must = [...visits.values(), start];
  const lastX = Math.max(...(closed ? must : [...must, end]).map(xOf));
  const kept = columnsOf(task, new Set(all.map(xOf)));
  const stages: Stage[] = [];
  let needed = 0;
  kept.forEach((x, column) => {
    if (column > 0) stages.push({ kind: 'side', x: kept[column - 1]!, nextX: x });
    for (let cross = 0; cross <= plan.lengths[0]!.length; cross++) {
      const name = nameOf({ cross, x });
      if (visits.has(name)) stages.push({ kind: 'head', cross, steps: 2 });
      for (const place of loose) if (nameOf(place) === name) stages.push({ kind: 'head', cross, steps: 1 });
    }
    const aisle = plan.xs.indexOf(x);
    for (let block = 0; aisle >= 0 && block < plan.lengths[aisle]!.length; block++) {
      const stage = aislewayOf(plan, aisle, block, all, loose);
      if (stage) stages.push(stage);
    }
    if (x === lastX) needed = stages.length;
  });
  return [stages, needed];
}

function aislewayOf(plan: Plan, aisle: number, block: number, all: Place[], loose: Place[]): Aisleway | null {
  const offsetsOf = (places: Place[]): number[] =>
    places.flatMap((p) => (!isCross(p) && p.aisle === aisle && p.block === block ? [p.offset] : []));
  const points = [...new Set(offsetsOf(all))].sort((a, b) => a - b);
  const blocked = blockedIn(plan, aisle, block);
  if (points.length === 0 && blocked.length > 0) return null;
  const ends = offsetsOf(loose);
  const stretch = new Stretch(points, plan.lengths[aisle]![block]!, blocked);
  const effects = ends.length === 0 ? (points.length === 0 ? EMPTY : FULL) : ends.length === 1 ? FIRST : SECOND;
  return { kind: 'aisle', aisle, block, added: ends.length, effects, served: services(stretch, ends), stretch, ends };
}
