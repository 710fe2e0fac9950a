// The dynamic program over the stages: the cheapest state after each, and the choices that led to the best end.
import type { Task } from './places.ts';
import { stagesOf, type Stage } from './stages.ts';
import { statesFor, type States } from './states.ts';

interface Live {
  states: number[];
  costs: number[];
  effects: number[];
  sources: number[];
}

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
      after.costs.push(cost);
      after.effects.push(effect);
      after.sources.push(source);
      return;
    }
    const old = after.costs[at]!;
    if (cost > old) return;
    const tie =
      cost === old &&
      (effect < after.effects[at]! ||
        (effect === after.effects[at]! &&
          states.codes[before.states[source]!]! < states.codes[before.states[after.sources[at]!]!]!));
    if (cost < old || tie) {
      after.costs[at] = cost;
      after.effects[at] = effect;
      after.sources[at] = source;
    }
  };
  reachAll(states, stage, before, placed, reach);
  for (const state of after.states) slots[state] = 0;
  return after;
}

type Reach = (state: number, cost: number, effect: number, source: number) => void;

function reachAll(states: States, stage: Stage, before: Live, placed: number, reach: Reach): void {
  const { states: from, costs } = before;
  if (stage.kind === 'side') {
    const mm = stage.nextX - stage.x;
    from.forEach((state, source) => {
      for (const to of states.onward(state)) reach(to, costs[source]! + states.sides[to]! * mm, 0, source);
    });
  } else if (stage.kind === 'head') {
    const join = stage.steps === 1 && placed === 1;
    const table = states.table(`n${stage.cross},${stage.steps},${join}`);
    from.forEach((state, source) => {
      reach((table[state] ??= states.step(state, stage.cross, stage.steps, join)), costs[source]!, 0, source);
    });
  } else {
    const join = stage.added > 0 && placed + stage.added === 2;
    stage.effects.forEach((effect, number) => {
      const cost = stage.served.get(effect)?.cost;
      if (cost === undefined) return;
      const table = states.table(`v${stage.block},${effect},${join}`);
      from.forEach((state, source) => {
        reach((table[state] ??= states.enter(state, stage.block, effect, join)), costs[source]! + cost, number, source);
      });
    });
  }
}

export interface Chosen {
  stage: Stage;
  effect: number;
  state: number;
}

export function solve(task: Task): { cost: number; chosen: Chosen[] } | null {
  const [stages, needed] = stagesOf(task);
  const states = statesFor(task.plan.lengths[0]!.length + 1);
  const trail: Live[] = [{ states: [0], costs: [0], effects: [0], sources: [0] }];
  let placed = 0,
    best = Infinity,
    bestAt = -1,
    bestSlot = -1;
  stages.forEach((stage, number) => {
    const live = advance(states, stage, trail[number]!, placed);
    trail.push(live);
    if (stage.kind === 'head' && stage.steps === 1) placed += 1;
    if (stage.kind === 'aisle') placed += stage.added;
    const columnDone = number + 1 === stages.length || stages[number + 1]!.kind === 'side';
    if (number + 1 < needed || !columnDone || placed !== (task.closed ? 0 : 2)) return;
    let slot = -1;
    live.states.forEach((state, s) => {
      if (!states.over[state]) return;
      const first =
        slot < 0 ||
        live.costs[s]! < live.costs[slot]! ||
        (live.costs[s] === live.costs[slot] && states.codes[state]! < states.codes[live.states[slot]!]!);
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
