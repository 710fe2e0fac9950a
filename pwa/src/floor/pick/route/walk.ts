// The walk that the choices describe: every piece of way as often as it is walked, as one closed or open trail.
import { blockedIn, depths, isCross, nameOf, pointOf, settle, type InAisle, type Place, type Task } from './places.ts';
import type { Chosen } from './program.ts';
import { EFFECTS, split } from './states.ts';

export interface Spot {
  name: string;
  point: [number, number];
}
export interface Walk {
  spots: Spot[];
  mm: number[];
}

class Steps {
  readonly spots: Spot[] = [];
  readonly near: [number, number][][] = [];
  readonly mm: number[] = [];
  private readonly ids = new Map<string, number>();

  node(place: Place, point: [number, number]): number {
    const name = nameOf(place);
    let id = this.ids.get(name);
    if (id === undefined) {
      this.ids.set(name, (id = this.spots.length));
      this.spots.push({ name, point });
      this.near.push([]);
    }
    return id;
  }

  add(a: number, b: number, mm: number, times: number): void {
    for (let t = 0; t < times; t++) {
      this.near[a]!.push([b, this.mm.length]);
      this.near[b]!.push([a, this.mm.length]);
      this.mm.push(mm);
    }
  }
}

export function walkOf(task: Task, chosen: Chosen[]): Walk {
  const { plan } = task,
    bases = depths(plan),
    graph = new Steps();
  const node = (place: Place): number => graph.node(place, pointOf(plan, bases, place));
  const begin = node(task.start);
  for (const { stage, effect, state } of chosen) {
    if (stage.kind === 'side') {
      const [pieces, odd] = split(state, bases.length);
      pieces.forEach((piece, cross) => {
        const times = piece === 0 ? 0 : odd[cross] === 1 ? 1 : 2;
        if (times)
          graph.add(node({ cross, x: stage.x }), node({ cross, x: stage.nextX }), stage.nextX - stage.x, times);
      });
    } else if (stage.kind === 'aisle') {
      const number = stage.effects[effect]!,
        { gap } = stage.served.get(number)!,
        { cuts } = stage.stretch;
      let odd = EFFECTS[number]![0] === 1;
      for (let s = 0; s < cuts.length - 1; s++) {
        if (s > 0 && stage.ends.filter((end) => end === cuts[s]).length === 1) odd = !odd;
        const times = odd ? 1 : s === gap ? 0 : 2;
        const at = (offset: number): number => node(settle(plan, { aisle: stage.aisle, block: stage.block, offset }));
        if (times) graph.add(at(cuts[s]!), at(cuts[s + 1]!), cuts[s + 1]! - cuts[s]!, times);
      }
    }
  }
  return hierholzer(graph, begin);
}

function hierholzer(graph: Steps, begin: number): Walk {
  const used = graph.mm.map(() => false),
    next = graph.near.map(() => 0);
  const stack: [number, number][] = [[begin, -1]],
    walked: [number, number][] = [];
  while (stack.length > 0) {
    const at = stack[stack.length - 1]![0],
      edges = graph.near[at]!;
    while (next[at]! < edges.length && used[edges[next[at]!]![1]]) next[at] = next[at]! + 1;
    const edge = edges[next[at]!];
    if (edge) {
      used[edge[1]] = true;
      stack.push(edge);
    } else walked.push(stack.pop()!);
  }
  walked.reverse();
  return { spots: walked.map(([id]) => graph.spots[id]!), mm: walked.slice(1).map(([, edge]) => graph.mm[edge]!) };
}

/** A walk that never leaves the start's sub-aisle, when every stop lies in it. */
export function inside(task: Task): { cost: number; walk: Walk } | null {
  const { plan, start, end } = task;
  if (task.closed && task.stops.length === 0) {
    return { cost: 0, walk: { spots: [{ name: nameOf(start), point: pointOf(plan, depths(plan), start) }], mm: [] } };
  }
  if (isCross(start) || isCross(end)) return null;
  const all = [start, end, ...task.stops];
  if (!all.every((p): p is InAisle => !isCross(p) && p.aisle === start.aisle && p.block === start.block)) return null;
  const offsets = all.map((p) => (p as InAisle).offset),
    low = Math.min(...offsets),
    high = Math.max(...offsets);
  if (blockedIn(plan, start.aisle, start.block).some(([from, to]) => from < high && low < to)) return null;
  const turns = start.offset <= end.offset ? [low, high, end.offset] : [high, low, end.offset];
  const points = [...new Set(offsets)].sort((a, b) => a - b),
    along = [start.offset];
  for (const goal of turns) {
    const here = along[along.length - 1]!;
    const between = points.filter((p) => Math.min(here, goal) < p && p < Math.max(here, goal));
    along.push(...(goal > here ? between : between.reverse()));
    if (goal !== along[along.length - 1]) along.push(goal);
  }
  const bases = depths(plan);
  const spots = along.map((offset) => {
    const place = { ...start, offset };
    return { name: nameOf(place), point: pointOf(plan, bases, place) };
  });
  const mm = along.slice(1).map((offset, n) => Math.abs(offset - along[n]!));
  return { cost: mm.reduce((a, b) => a + b, 0), walk: { spots, mm } };
}
