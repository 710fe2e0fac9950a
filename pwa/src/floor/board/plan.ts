/** The floor plan as shapes, in metres; y grows away from the front, and is turned over for the screen. */
import type { Board } from './types';

export interface Rack {
  aisle: number;
  code: string;
  block: number;
  side: string;
  x: number;
  y: number;
  width: number;
  depth: number;
  bays: readonly number[];
}
export interface Area {
  kind: string;
  code: string;
  name: string;
  x: number;
  y: number;
  width: number;
  depth: number;
}
export interface Bounds {
  x: number;
  y: number;
  width: number;
  depth: number;
}
export interface Plan {
  racks: readonly Rack[];
  areas: readonly Area[];
  aisles: readonly { code: string; x: number }[];
  bounds: Bounds;
}
export interface BayAt {
  aisle: number;
  bay: number;
  code: string;
}
export type Point = readonly [number, number];

type Facts = Readonly<Record<string, unknown>>;
const isFacts = (value: unknown): value is Facts => typeof value === 'object' && value !== null;
const list = (value: unknown): Facts[] => (Array.isArray(value) ? value.filter(isFacts) : []);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const hasBox = (one: Facts): boolean => ['x', 'y', 'width', 'depth'].every((key) => isNumber(one[key]));

/** Reads a site's plan; what is missing or malformed is left out of the drawing. */
export function planOf(told: Readonly<Record<string, unknown>>): Plan {
  const racks = list(told['racks']).filter((one) => hasBox(one) && Array.isArray(one['bays'])) as unknown as Rack[];
  const areas = list(told['areas']).filter(hasBox) as unknown as Area[];
  const codes = Array.isArray(told['aisle_codes']) ? told['aisle_codes'] : [];
  const xs = Array.isArray(told['aisle_x']) ? told['aisle_x'] : [];
  const aisles = codes.flatMap((code, place) => (isNumber(xs[place]) ? [{ code: String(code), x: xs[place] }] : []));
  const boxes = [...racks, ...areas];
  const bounds =
    isFacts(told['bounds']) && hasBox(told['bounds']) ? (told['bounds'] as unknown as Bounds) : frame(boxes);
  return { racks, areas, aisles, bounds };
}

function frame(boxes: readonly { x: number; y: number; width: number; depth: number }[]): Bounds {
  if (boxes.length === 0) return { x: 0, y: 0, width: 1, depth: 1 };
  const x = Math.min(...boxes.map((one) => one.x));
  const y = Math.min(...boxes.map((one) => one.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((one) => one.x + one.width)) - x,
    depth: Math.max(...boxes.map((one) => one.y + one.depth)) - y,
  };
}

const f = (value: number): string => (Math.round(value * 100) / 100).toString();
/** A y of the plan as a y on the screen. */
export const flip = (plan: Plan, y: number): number => 2 * plan.bounds.y + plan.bounds.depth - y;

const box = (plan: Plan, x: number, y: number, width: number, depth: number): string =>
  `M${f(x)} ${f(flip(plan, y + depth))}h${f(width)}v${f(depth)}h${f(-width)}z`;

/** The blocks in which an aisle has racks, from the front. */
export const blocksOf = (plan: Plan, aisle: number): number[] =>
  [...new Set(plan.racks.filter((rack) => rack.aisle === aisle).map((rack) => rack.block))].sort((a, b) => a - b);

/** The walkway of an aisle in one block, between its racks; null where there are none. */
export function walkway(
  plan: Plan,
  aisle: number,
  block: number,
): { x: number; y: number; width: number; depth: number } | null {
  const racks = plan.racks.filter((rack) => rack.aisle === aisle && rack.block === block);
  const middle = plan.aisles[aisle]?.x;
  if (racks.length === 0 || middle === undefined) return null;
  const left = Math.max(...racks.filter((rack) => rack.x < middle).map((rack) => rack.x + rack.width), middle - 1.4);
  const right = Math.min(...racks.filter((rack) => rack.x >= middle).map((rack) => rack.x), middle + 1.4);
  const y = Math.min(...racks.map((rack) => rack.y));
  return { x: left, y, width: right - left, depth: Math.max(...racks.map((rack) => rack.y + rack.depth)) - y };
}

/** All racks as one path: a site has thousands of bins, the browser draws one shape. */
export const racksPath = (plan: Plan): string =>
  plan.racks.map((rack) => box(plan, rack.x, rack.y, rack.width, rack.depth)).join('');

const bayDepth = (rack: Rack): number => rack.depth / Math.max(1, rack.bays.length);

/** The rectangle of a bay on the plan; null when no rack has it. */
export function bayBox(
  plan: Plan,
  aisle: number,
  bay: number,
): { x: number; y: number; width: number; depth: number } | null {
  const rack = plan.racks.find((one) => one.aisle === aisle && one.bays.includes(bay));
  if (!rack) return null;
  const depth = bayDepth(rack);
  return { x: rack.x, y: rack.y + rack.bays.indexOf(bay) * depth, width: rack.width, depth };
}

export interface BayHeat extends BayAt {
  lines: number;
}

/** Lines that wait, by bay, the most first. */
export function byBay(plan: Plan, bins: Board['bins']): BayHeat[] {
  const found = new Map<string, BayHeat>();
  for (const bin of bins) {
    if (bin.aisle === null || bin.bay === null) continue;
    const known = found.get(`${bin.aisle}/${bin.bay}`);
    if (known) known.lines += bin.lines;
    else
      found.set(`${bin.aisle}/${bin.bay}`, {
        aisle: bin.aisle,
        bay: bin.bay,
        code: bayCode(plan, bin.aisle, bin.bay),
        lines: bin.lines,
      });
  }
  return [...found.values()].sort((a, b) => b.lines - a.lines || a.aisle - b.aisle || a.bay - b.bay);
}

export const bayCode = (plan: Plan, aisle: number, bay: number): string =>
  `${plan.aisles[aisle]?.code ?? aisle + 1}-${String(bay).padStart(2, '0')}`;

export const STEPS = [1, 2, 4, 7] as const;
/** Which of the four washes a bay gets: 1, 2–3, 4–6, 7 lines or more. */
export const step = (lines: number): number => STEPS.filter((from) => lines >= from).length;

/** One path for each wash. */
export function heatPaths(plan: Plan, heat: readonly BayHeat[]): string[] {
  const paths = STEPS.map(() => '');
  for (const bay of heat) {
    const at = bayBox(plan, bay.aisle, bay.bay);
    const wash = step(bay.lines) - 1;
    if (at && wash >= 0) paths[wash] += box(plan, at.x, at.y, at.width, at.depth);
  }
  return paths;
}

/** The bay at a point of the drawing (screen y): inside a rack, or the nearest one within reach of a finger. */
export function bayAt(plan: Plan, x: number, screenY: number, reach = 1): BayAt | null {
  const y = flip(plan, screenY);
  const away = (rack: Rack): number =>
    Math.hypot(Math.max(rack.x - x, 0, x - rack.x - rack.width), Math.max(rack.y - y, 0, y - rack.y - rack.depth));
  const [rack] = plan.racks.filter((one) => away(one) <= reach).sort((a, b) => away(a) - away(b));
  if (!rack || rack.bays.length === 0) return null;
  const place = Math.min(rack.bays.length - 1, Math.max(0, Math.floor((y - rack.y) / bayDepth(rack))));
  const bay = rack.bays[place] as number;
  return { aisle: rack.aisle, bay, code: bayCode(plan, rack.aisle, bay) };
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** The bay one step from another, as the arrow keys walk: along its rack into the next block, or across to the next rack. */
export function stepped(plan: Plan, from: BayAt, arrow: Arrow): BayAt {
  const at = bayBox(plan, from.aisle, from.bay);
  if (!at) return from;
  const middle = { x: at.x + at.width / 2, y: at.y + at.depth / 2 };
  const boxes = plan.racks.flatMap((rack) =>
    rack.bays.map((bay) => ({ aisle: rack.aisle, bay, box: bayBox(plan, rack.aisle, bay) })),
  );
  const along = arrow === 'ArrowUp' || arrow === 'ArrowDown';
  const sign = arrow === 'ArrowUp' || arrow === 'ArrowRight' ? 1 : -1;
  const [best] = boxes
    .flatMap(({ aisle, bay, box: one }) => {
      if (!one) return [];
      const dx = one.x + one.width / 2 - middle.x;
      const dy = one.y + one.depth / 2 - middle.y;
      const [ahead, aside] = along ? [dy * sign, Math.abs(dx)] : [dx * sign, Math.abs(dy)];
      return ahead > 0.05 && aside < (along ? 0.1 : at.depth) ? [{ aisle, bay, far: ahead + aside }] : [];
    })
    .sort((a, b) => a.far - b.far);
  return best ? { aisle: best.aisle, bay: best.bay, code: bayCode(plan, best.aisle, best.bay) } : from;
}

const pathOf = (plan: Plan, points: readonly Point[]): string =>
  points.map(([x, y], place) => `${place ? 'L' : 'M'}${f(x)} ${f(flip(plan, y))}`).join('');

/**
 * A round's way in two parts: walked, up to the leg that ends nearest to where the picker was last seen, and still to walk.
 * A way planned anew begins where the picker stands: then nothing of it is walked.
 */
export function trail(
  plan: Plan,
  legs: readonly (readonly (readonly number[])[])[],
  at: Point | null,
): { walked: string; ahead: string } {
  const ends = legs.map((leg) => leg.at(-1) ?? []);
  const far = ends.map(([x = NaN, y = NaN]) => (at ? Math.hypot(x - at[0], y - at[1]) : NaN));
  const [x = NaN, y = NaN] = legs[0]?.[0] ?? [];
  const least = Math.min(...far.filter((one) => !Number.isNaN(one)));
  const nearest = at && !(Math.hypot(x - at[0], y - at[1]) < least) ? far.indexOf(least) : -1;
  const draw = (part: readonly (readonly (readonly number[])[])[]): string =>
    pathOf(plan, part.flat() as unknown as Point[]);
  return { walked: draw(legs.slice(0, nearest + 1)), ahead: draw(legs.slice(nearest + 1)) };
}

/** Two letters for a name: of its first and last word, or of its first two signs where names have no spaces. */
export function initials(name: string): string {
  const words = name.split(/[\s·]+/).filter(Boolean);
  const [first = '?'] = words;
  if (/\p{Script=Han}/u.test(first)) return [...first].slice(0, 2).join('');
  const [a = '?', b = ''] = [...first];
  const last = words.length > 1 ? [...(words.at(-1) ?? '')][0] : b;
  return `${a}${last ?? ''}`.slice(0, 4);
}

/** Where the people's marks stand: those seen at one place are set side by side. */
export function spots(
  plan: Plan,
  pickers: Board['pickers'],
  apart: number,
): (Board['pickers'][number] & { cx: number; cy: number })[] {
  const taken = new Map<string, number>();
  return pickers.flatMap((one) => {
    if (one.x === null || one.y === null) return [];
    const key = `${Math.round(one.x)}/${Math.round(one.y)}`;
    const turn = taken.get(key) ?? 0;
    taken.set(key, turn + 1);
    return [{ ...one, cx: one.x + turn * apart, cy: flip(plan, one.y) }];
  });
}
