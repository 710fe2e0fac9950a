// The shortest round on a rectangular floor, on the device: for when a bin is short and there is no network.
// The twin of backend/floor/routing (states, columns, subaisle, exact, walk): the same program with the same rules for
// ties, so the same stops give the same order, on line or off. Whole millimetres throughout. No imports.

/** A place inside a sub-aisle, `offset` mm from its front end; offset 0 and the full length are aisle heads. */
export interface InAisle { aisle: number; block: number; offset: number }
/** A place on a cross-aisle (0 = front), `x` mm from the first aisle. */
export interface OnCross { cross: number; x: number }
export type Place = InAisle | OnCross;

export interface Plan {
  /** x of every aisle in mm, left to right. */
  xs: number[];
  /** lengths[aisle][block] in mm. */
  lengths: number[][];
  /** Closed pieces of sub-aisles: [aisle, block, from mm, to mm]. */
  closed?: [number, number, number, number][];
}

export interface Route {
  /** Indices into the stops, in walking order. */
  order: number[];
  /** Walked mm, start to end. */
  length: number;
  /** Start to first stop, …, last stop to end: points in mm (x, depth). */
  legs: { length: number; points: [number, number][] }[];
}

type Effect = readonly [front: number, back: number, joined: boolean];
const EFFECTS: readonly Effect[] = [
  [0, 0, false], [2, 0, false], [0, 2, false], [2, 2, false], [1, 1, true], [2, 2, true], [1, 1, false],
  [1, 0, false], [0, 1, false], [1, 2, false], [2, 1, false], [1, 2, true], [2, 1, true],
];
const EMPTY = [0, 4, 5], FULL = [1, 2, 3, 4, 5], FIRST = [7, 8, 9, 10, 11, 12], SECOND = [1, 2, 3, 4, 5, 6];

// ---- states: one base-16 digit per aisle head, 0 untouched, else 2 * piece + odd ------------------------------------

function renumber(pieces: number[], odd: number[]): number {
  const names = new Map<number, number>();
  let code = 0;
  for (let c = 0; c < pieces.length; c++) {
    const piece = pieces[c]!;
    if (piece === 0) continue;
    if (!names.has(piece)) names.set(piece, names.size + 1);
    code += (2 * names.get(piece)! + odd[c]!) * 16 ** c;
  }
  return code;
}

function split(code: number, crosses: number): [number[], number[]] {
  const pieces: number[] = [], odd: number[] = [];
  for (let c = 0; c < crosses; c++) {
    const digit = Math.floor(code / 16 ** c) % 16;
    pieces.push(digit >> 1);
    odd.push(digit & 1);
  }
  return [pieces, odd];
}

function touch(pieces: number[], odd: number[], cross: number, steps: number): void {
  if (steps === 0) return;
  if (pieces[cross] === 0) pieces[cross] = 20 + cross;
  odd[cross] = odd[cross]! ^ (steps & 1);
}

function joinLoose(pieces: number[], odd: number[]): number[] {
  const count = new Map<number, number>();
  pieces.forEach((piece, c) => count.set(piece, (count.get(piece) ?? 0) + odd[c]!));
  return pieces.map((piece) => (piece > 0 && count.get(piece)! % 2 === 1 ? 40 : piece));
}

class States {
  readonly codes: number[] = [];
  readonly sides: number[] = [];
  readonly over: boolean[] = [];
  private readonly index = new Map<number, number>();
  private readonly tables = new Map<string, number[]>();
  private readonly sideways: number[][] = [];
  readonly crosses: number;

  constructor(crosses: number) {
    this.crosses = crosses;
    this.intern(0);
  }

  intern(code: number): number {
    let at = this.index.get(code);
    if (at === undefined) {
      at = this.codes.length;
      this.index.set(code, at);
      this.codes.push(code);
      const [pieces, odd] = split(code, this.crosses);
      this.sides.push(pieces.reduce((sum, piece, c) => sum + (piece === 0 ? 0 : odd[c] === 1 ? 1 : 2), 0));
      this.over.push(odd.every((o) => o === 0) && pieces.every((piece) => piece <= 1));
    }
    return at;
  }

  /** What an operation does to every state met so far; filled in as states turn up. */
  table(name: string): number[] {
    let table = this.tables.get(name);
    if (table === undefined) this.tables.set(name, (table = []));
    return table;
  }

  private finish(pieces: number[], odd: number[], join: boolean): number {
    const reached = renumber(pieces, odd);
    if (!join) return this.intern(reached);
    const [again, parity] = split(reached, this.crosses);
    return this.intern(renumber(joinLoose(again, parity), parity));
  }

  enter(state: number, block: number, effect: number, join: boolean): number {
    const [front, back, joined] = EFFECTS[effect]!;
    const [pieces, odd] = split(this.codes[state]!, this.crosses);
    touch(pieces, odd, block, front);
    touch(pieces, odd, block + 1, back);
    const kept = pieces[block]!, merged = pieces[block + 1]!;
    return this.finish(joined ? pieces.map((piece) => (piece === merged ? kept : piece)) : pieces, odd, join);
  }

  step(state: number, cross: number, steps: number, join: boolean): number {
    const [pieces, odd] = split(this.codes[state]!, this.crosses);
    touch(pieces, odd, cross, steps);
    return this.finish(pieces, odd, join);
  }

  /** All states with which the next aisle may begin: an odd head goes on, an even one may stay behind. */
  onward(state: number): number[] {
    const known = this.sideways[state];
    if (known) return known;
    const [pieces, odd] = split(this.codes[state]!, this.crosses);
    const found: number[] = [];
    for (let mask = 0; mask < 1 << this.crosses; mask++) {
      const left = pieces.map((piece, c) => ((mask >> c) & 1 ? 0 : piece));
      const allowed = pieces.every((piece, c) => !((mask >> c) & 1) || (piece > 0 && odd[c] === 0));
      const alive = pieces.every((piece) => piece === 0 || left.includes(piece));
      if (allowed && alive) found.push(this.intern(renumber(left, odd)));
    }
    return (this.sideways[state] = found);
  }
}

const tables = new Map<number, States>();

function statesFor(crosses: number): States {
  let states = tables.get(crosses);
  if (!states) tables.set(crosses, (states = new States(crosses)));
  return states;
}

// ---- one sub-aisle ---------------------------------------------------------------------------------------------------

interface Service { cost: number; gap: number }

class Stretch {
  readonly cuts: number[];
  readonly count: number;
  private readonly sums: number[] = [0];
  private readonly shut: number[] = [0];

  constructor(offsets: number[], length: number, blocked: [number, number][]) {
    this.cuts = [0, ...offsets, length];
    this.count = offsets.length;
    for (let s = 0; s <= this.count; s++) {
      const a = this.cuts[s]!, b = this.cuts[s + 1]!;
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
    let best = Infinity, which = -1;
    for (let gap = first; gap < last; gap++) {
      const cost = 2 * (this.walk(low, gap) + this.walk(gap + 1, high));
      if (cost < best) [best, which] = [cost, gap];
    }
    return [best, which];
  }
}

function services(s: Stretch, ends: number[]): Map<number, Service> {
  const found = new Map<number, Service>();
  const offer = (effect: number, cost: number, gap: number): void => {
    const known = found.get(effect);
    if (cost < Infinity && (!known || cost < known.cost)) found.set(effect, { cost, gap });
  };
  const n = s.count, at = ends.map((end) => s.cuts.indexOf(end)).sort((a, b) => a - b);
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
  const front = s.walk(0, k), back = s.walk(k, n + 1);
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
  const between = s.walk(k, m), front = 2 * s.walk(0, k), back = 2 * s.walk(m, n + 1);
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

// ---- stages ----------------------------------------------------------------------------------------------------------

interface Aisleway {
  kind: "aisle"; aisle: number; block: number; added: number; effects: number[];
  served: Map<number, Service>; stretch: Stretch; ends: number[];
}
interface Head { kind: "head"; cross: number; steps: number }
interface Sideways { kind: "side"; x: number; nextX: number }
type Stage = Aisleway | Head | Sideways;

const isCross = (place: Place): place is OnCross => "cross" in place;
const nameOf = (place: Place): string =>
  isCross(place) ? `c${place.cross},${place.x}` : `a${place.aisle},${place.block},${place.offset}`;

/** Offsets at either end of a sub-aisle are aisle heads. */
function settle(plan: Plan, place: Place): Place {
  if (isCross(place)) return place;
  const { aisle, block, offset } = place;
  if (offset === 0) return { cross: block, x: plan.xs[aisle]! };
  return offset === plan.lengths[aisle]![block] ? { cross: block + 1, x: plan.xs[aisle]! } : place;
}

interface Task { plan: Plan; stops: Place[]; start: Place; end: Place; closed: boolean }

function blockedIn(plan: Plan, aisle: number, block: number): [number, number][] {
  const here = (plan.closed ?? []).filter(([a, b]) => a === aisle && b === block);
  return here.map(([, , from, to]): [number, number] => [from, to]);
}

function columnsOf(task: Task, worked: Set<number>): number[] {
  const { xs, lengths } = task.plan;
  const through = new Map<number, number[]>(xs.map((x, aisle) => [
    x, lengths[aisle]!.map((length, block) => (blockedIn(task.plan, aisle, block).some(([a, b]) => a < length && b > 0) ? Infinity : length)),
  ]));
  const dear = lengths[0]!.map(() => Infinity);
  const wanted = [...new Set([...worked, ...xs])].sort((a, b) => a - b);
  const kept: number[] = [];
  const cheap = (costs: number[], than: number[]): boolean => costs.every((cost, b) => cost <= than[b]!);
  wanted.forEach((x, at) => {
    if (!worked.has(x)) {
      const own = through.get(x)!;
      const before = kept.length === 0 ? own : through.get(kept[kept.length - 1]!) ?? dear;
      const after = at === wanted.length - 1 ? own : through.get(wanted[at + 1]!) ?? dear;
      if (cheap(before, own) && cheap(after, own)) return;
    }
    kept.push(x);
  });
  return kept;
}

function stagesOf(task: Task): [Stage[], number] {
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
    if (column > 0) stages.push({ kind: "side", x: kept[column - 1]!, nextX: x });
    for (let cross = 0; cross <= plan.lengths[0]!.length; cross++) {
      const name = nameOf({ cross, x });
      if (visits.has(name)) stages.push({ kind: "head", cross, steps: 2 });
      for (const place of loose) if (nameOf(place) === name) stages.push({ kind: "head", cross, steps: 1 });
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
  return { kind: "aisle", aisle, block, added: ends.length, effects, served: services(stretch, ends), stretch, ends };
}

// ---- the program -----------------------------------------------------------------------------------------------------

interface Live { states: number[]; costs: number[]; effects: number[]; sources: number[] }

let slots = new Int32Array(1 << 12);

function advance(states: States, stage: Stage, before: Live, placed: number): Live {
  const after: Live = { states: [], costs: [], effects: [], sources: [] };
  const reach = (state: number, cost: number, effect: number, source: number): void => {
    if (state >= slots.length) {
      const wider = new Int32Array(2 * state);
      wider.set(slots);
      slots = wider;
    }
    const at = slots[state]! - 1;
    if (at < 0) {
      slots[state] = after.states.push(state);
      after.costs.push(cost); after.effects.push(effect); after.sources.push(source);
      return;
    }
    const old = after.costs[at]!;
    if (cost > old) return;
    const tie = cost === old && (effect < after.effects[at]! || (effect === after.effects[at]!
      && states.codes[before.states[source]!]! < states.codes[before.states[after.sources[at]!]!]!));
    if (cost < old || tie) { after.costs[at] = cost; after.effects[at] = effect; after.sources[at] = source; }
  };
  reachAll(states, stage, before, placed, reach);
  for (const state of after.states) slots[state] = 0;
  return after;
}

type Reach = (state: number, cost: number, effect: number, source: number) => void;

function reachAll(states: States, stage: Stage, before: Live, placed: number, reach: Reach): void {
  const { states: from, costs } = before;
  if (stage.kind === "side") {
    const mm = stage.nextX - stage.x;
    from.forEach((state, source) => {
      for (const to of states.onward(state)) reach(to, costs[source]! + states.sides[to]! * mm, 0, source);
    });
  } else if (stage.kind === "head") {
    const join = stage.steps === 1 && placed === 1;
    const table = states.table(`n${stage.cross},${stage.steps},${join}`);
    from.forEach((state, source) => {
      reach(table[state] ??= states.step(state, stage.cross, stage.steps, join), costs[source]!, 0, source);
    });
  } else {
    const join = stage.added > 0 && placed + stage.added === 2;
    stage.effects.forEach((effect, number) => {
      const cost = stage.served.get(effect)?.cost;
      if (cost === undefined) return;
      const table = states.table(`v${stage.block},${effect},${join}`);
      from.forEach((state, source) => {
        reach(table[state] ??= states.enter(state, stage.block, effect, join), costs[source]! + cost, number, source);
      });
    });
  }
}

interface Chosen { stage: Stage; effect: number; state: number }

function solve(task: Task): { cost: number; chosen: Chosen[] } | null {
  const [stages, needed] = stagesOf(task);
  const states = statesFor(task.plan.lengths[0]!.length + 1);
  const trail: Live[] = [{ states: [0], costs: [0], effects: [0], sources: [0] }];
  let placed = 0, best = Infinity, bestAt = -1, bestSlot = -1;
  stages.forEach((stage, number) => {
    const live = advance(states, stage, trail[number]!, placed);
    trail.push(live);
    if (stage.kind === "head" && stage.steps === 1) placed += 1;
    if (stage.kind === "aisle") placed += stage.added;
    const columnDone = number + 1 === stages.length || stages[number + 1]!.kind === "side";
    if (number + 1 < needed || !columnDone || placed !== (task.closed ? 0 : 2)) return;
    let slot = -1;
    live.states.forEach((state, s) => {
      if (!states.over[state]) return;
      const first = slot < 0 || live.costs[s]! < live.costs[slot]!
        || (live.costs[s] === live.costs[slot] && states.codes[state]! < states.codes[live.states[slot]!]!);
      if (first) slot = s;
    });
    if (slot >= 0 && live.costs[slot]! < best) [best, bestAt, bestSlot] = [live.costs[slot]!, number, slot];
  });
  if (bestAt < 0) return null;
  const chosen: Chosen[] = [];
  for (let number = bestAt, slot = bestSlot; number >= 0; number--) {
    const live = trail[number + 1]!;
    chosen.push({ stage: stages[number]!, effect: live.effects[slot]!, state: states.codes[live.states[slot]!]! });
    slot = live.sources[slot]!;
  }
  return { cost: best, chosen: chosen.reverse() };
}

// ---- the walk --------------------------------------------------------------------------------------------------------

interface Spot { name: string; point: [number, number] }
interface Walk { spots: Spot[]; mm: number[] }

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

function depths(plan: Plan): number[] {
  const bases = [0];
  for (let block = 0; block < plan.lengths[0]!.length; block++) {
    bases.push(bases[block]! + Math.max(...plan.lengths.map((row) => row[block]!)));
  }
  return bases;
}

function pointOf(plan: Plan, bases: number[], place: Place): [number, number] {
  if (isCross(place)) return [place.x, bases[place.cross]!];
  const deep = bases[place.block + 1]! - bases[place.block]!;
  return [plan.xs[place.aisle]!, bases[place.block]! + (place.offset * deep) / plan.lengths[place.aisle]![place.block]!];
}

function walkOf(task: Task, chosen: Chosen[]): Walk {
  const { plan } = task, bases = depths(plan), graph = new Steps();
  const node = (place: Place): number => graph.node(place, pointOf(plan, bases, place));
  const begin = node(task.start);
  for (const { stage, effect, state } of chosen) {
    if (stage.kind === "side") {
      const [pieces, odd] = split(state, bases.length);
      pieces.forEach((piece, cross) => {
        const times = piece === 0 ? 0 : odd[cross] === 1 ? 1 : 2;
        if (times) graph.add(node({ cross, x: stage.x }), node({ cross, x: stage.nextX }), stage.nextX - stage.x, times);
      });
    } else if (stage.kind === "aisle") {
      const number = stage.effects[effect]!, { gap } = stage.served.get(number)!, { cuts } = stage.stretch;
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
  const used = graph.mm.map(() => false), next = graph.near.map(() => 0);
  const stack: [number, number][] = [[begin, -1]], walked: [number, number][] = [];
  while (stack.length > 0) {
    const at = stack[stack.length - 1]![0], edges = graph.near[at]!;
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
function inside(task: Task): { cost: number; walk: Walk } | null {
  const { plan, start, end } = task;
  if (task.closed && task.stops.length === 0) {
    return { cost: 0, walk: { spots: [{ name: nameOf(start), point: pointOf(plan, depths(plan), start) }], mm: [] } };
  }
  if (isCross(start) || isCross(end)) return null;
  const all = [start, end, ...task.stops];
  if (!all.every((p): p is InAisle => !isCross(p) && p.aisle === start.aisle && p.block === start.block)) return null;
  const offsets = all.map((p) => (p as InAisle).offset), low = Math.min(...offsets), high = Math.max(...offsets);
  if (blockedIn(plan, start.aisle, start.block).some(([from, to]) => from < high && low < to)) return null;
  const turns = start.offset <= end.offset ? [low, high, end.offset] : [high, low, end.offset];
  const points = [...new Set(offsets)].sort((a, b) => a - b), along = [start.offset];
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

/** The shortest round through all stops, or null when a stop cannot be reached. Up to five blocks. */
export function shortestRound(plan: Plan, stops: Place[], start: Place, end: Place = start): Route | null {
  const settled = stops.map((stop) => settle(plan, stop));
  const from = settle(plan, start), to = settle(plan, end);
  const task: Task = { plan, stops: settled, start: from, end: to, closed: nameOf(from) === nameOf(to) };
  const near = inside(task);
  const found = task.closed && settled.length === 0 ? null : solve(task);
  const walk = near && (!found || near.cost <= found.cost) ? near.walk : found && walkOf(task, found.chosen);
  return walk && routeAlong(walk, settled);
}

function routeAlong(walk: Walk, stops: Place[]): Route {
  const waiting = new Map<string, number[]>();
  stops.forEach((stop, number) => waiting.set(nameOf(stop), [...(waiting.get(nameOf(stop)) ?? []), number]));
  const route: Route = { order: [], length: 0, legs: [] };
  let leg: Route["legs"][number] = { length: 0, points: [] };
  walk.spots.forEach(({ name, point }, number) => {
    const step = number > 0 ? walk.mm[number - 1]! : 0;
    route.length += step;
    leg.length += step;
    leg.points.push(point);
    for (const stop of waiting.get(name) ?? []) {
      route.order.push(stop);
      route.legs.push(leg);
      leg = { length: 0, points: [point] };
    }
    waiting.delete(name);
  });
  route.legs.push(leg);
  return route;
}
