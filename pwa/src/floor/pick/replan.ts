// What is left of a round put in the order of its shortest walk, on the device: after a short, a skip or a blocked aisle, with or
// without network. The server does the same with the same rules (picking/replan.py), so nobody's next bin jumps when it answers.
import type { LineFacts, PlaceFacts, RoundDocument } from '../../api/types';
import { isOpen } from './lines';
import { shortestRound, type Place, type Plan, type Route } from './route';

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const numbers = (value: unknown): number[] => list(value).map(Number);
const mm = (metres: number): number => Math.round(metres * 1000);

interface Floor {
  plan: Plan;
  depot: Place;
}

/** The site's plan in whole millimetres; null when it is not a rectangular floor this device can walk. */
export function floorOf(told: Readonly<Record<string, unknown>>): Floor | null {
  const aisles = Number(told['aisles']);
  const blocks = Number(told['blocks']);
  const long = Number(told['aisle_length']);
  if (!(aisles > 0) || !(blocks > 0) || blocks > 5 || !(long > 0)) return null;
  const gaps = Array.isArray(told['pitch'])
    ? numbers(told['pitch'])
    : new Array<number>(aisles - 1).fill(Number(told['pitch']));
  const xs = [0];
  for (const gap of gaps.slice(0, aisles - 1)) xs.push((xs.at(-1) ?? 0) + mm(gap));
  if (xs.length !== aisles || xs.some((x) => !Number.isFinite(x))) return null;
  const closed = list(told['closed']).map((one) => numbers(one));
  const plan: Plan = {
    xs,
    lengths: xs.map(() => new Array<number>(blocks).fill(mm(long))),
    closed: closed.map(([aisle = 0, block = 0, from, to]) => [
      aisle,
      block,
      from === undefined ? 0 : mm(from),
      to === undefined ? mm(long) : mm(to),
    ]),
  };
  const [end = '', side = ''] = String(told['depot']).split('-');
  const last = xs.at(-1) ?? 0;
  const x = side === 'right' ? last : side === 'centre' ? Math.floor(last / 2) : 0;
  return { plan, depot: { cross: end === 'rear' ? blocks : 0, x } };
}

/** Where one stands before a place: in its aisle, or on the front cross-aisle at its x. */
function stand({ plan, depot }: Floor, place: PlaceFacts | undefined): Place {
  if (!place) return depot;
  if (place.aisle !== null && place.offsetM !== null)
    return { aisle: place.aisle, block: place.block ?? 0, offset: mm(place.offsetM) };
  return place.x === null ? depot : { cross: 0, x: Math.min(Math.max(mm(place.x), 0), plan.xs.at(-1) ?? 0) };
}

const bySequence = (a: LineFacts, b: LineFacts): number => a.sequence - b.sequence || (a.id < b.id ? -1 : 1);

/**
 * The round with its open lines in the order of the shortest walk from `at` (the depot when null) back to the depot. Lines behind a closed
 * aisle come after those that can be reached, skipped ones last. Unchanged where the floor cannot be walked here.
 */
export function replanned(round: RoundDocument, at: string | null): RoundDocument {
  const floor = floorOf(round.map.plan);
  const open = round.lines.filter(isOpen).sort(bySequence);
  const kept = open.filter((line) => line.skipped === 0);
  if (!floor || kept.length === 0) return round;
  const places = new Map(round.places.map((place) => [place.id, place]));
  const standing = (line: LineFacts): Place => stand(floor, places.get(line.place));
  const isCutOff = (line: LineFacts): boolean => shortestRound(floor.plan, [standing(line)], floor.depot) === null;
  const cutOff = floor.plan.closed?.length ? kept.filter(isCutOff) : [];
  const within = kept.filter((line) => !cutOff.includes(line));
  const here = at === null ? floor.depot : stand(floor, places.get(at));
  const stops = within.map(standing);
  const route = shortestRound(floor.plan, stops, here, floor.depot) ?? shortestRound(floor.plan, stops, floor.depot);
  if (!route) return round;
  const skipped = open.filter((line) => line.skipped > 0).sort((a, b) => a.skipped - b.skipped || bySequence(a, b));
  const order = [...route.order.flatMap((place) => within[place] ?? []), ...cutOff, ...skipped];
  const done = Math.max(0, ...round.lines.filter((line) => !isOpen(line)).map((line) => line.sequence));
  const sequence = new Map(order.map((line, place) => [line.id, done + (place + 1) * 10]));
  return {
    ...round,
    lines: round.lines.map((line) => ({ ...line, sequence: sequence.get(line.id) ?? line.sequence })),
    map: { ...round.map, legs: drawn(route) },
  };
}

const drawn = (route: Route): number[][][] => route.legs.map((leg) => leg.points.map(([x, y]) => [x / 1000, y / 1000]));

/** The round as this picker found it: a sub-aisle nobody gets through. */
export function withClosed(round: RoundDocument, aisle: number, block: number): RoundDocument {
  const closed = [...list(round.map.plan['closed']), [aisle, block]];
  return { ...round, map: { ...round.map, plan: { ...round.map.plan, closed } } };
}
