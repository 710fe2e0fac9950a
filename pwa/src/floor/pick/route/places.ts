// Where one can stand on a rectangular floor, and the question put to the router. Whole millimetres.

/** A place inside a sub-aisle, `offset` mm from its front end; offset 0 and the full length are aisle heads. */
export interface InAisle {
  aisle: number;
  block: number;
  offset: number;
}
/** A place on a cross-aisle (0 = front), `x` mm from the first aisle. */
export interface OnCross {
  cross: number;
  x: number;
}
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

export const isCross = (place: Place): place is OnCross => 'cross' in place;
export const nameOf = (place: Place): string =>
  isCross(place) ? `c${place.cross},${place.x}` : `a${place.aisle},${place.block},${place.offset}`;

/** Offsets at either end of a sub-aisle are aisle heads. */
export function settle(plan: Plan, place: Place): Place {
  if (isCross(place)) return place;
  const { aisle, block, offset } = place;
  if (offset === 0) return { cross: block, x: plan.xs[aisle]! };
  return offset === plan.lengths[aisle]![block] ? { cross: block + 1, x: plan.xs[aisle]! } : place;
}

export interface Task {
  plan: Plan;
  stops: Place[];
  start: Place;
  end: Place;
  closed: boolean;
}

export function blockedIn(plan: Plan, aisle: number, block: number): [number, number][] {
  const here = (plan.closed ?? []).filter(([a, b]) => a === aisle && b === block);
  return here.map(([, , from, to]): [number, number] => [from, to]);
}

export function depths(plan: Plan): number[] {
  const bases = [0];
  for (let block = 0; block < plan.lengths[0]!.length; block++) {
    bases.push(bases[block]! + Math.max(...plan.lengths.map((row) => row[block]!)));
  }
  return bases;
}

export function pointOf(plan: Plan, bases: number[], place: Place): [number, number] {
  if (isCross(place)) return [place.x, bases[place.cross]!];
  const deep = bases[place.block + 1]! - bases[place.block]!;
  return [
    plan.xs[place.aisle]!,
    bases[place.block]! + (place.offset * deep) / plan.lengths[place.aisle]![place.block]!,
  ];
}
