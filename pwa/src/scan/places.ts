/**
 * Where bars stand in a picture: parallel bars have gradients that all point one way. The structure tensor (the averaged products of
 * gradients in a cell) tells it: its coherence is 1 where all are parallel and 0 where they point anywhere.
 */

export interface Grey {
  pixels: Uint8Array;
  width: number;
  height: number;
}

/** Bars with their middle, their length in the reading direction and across it in pixels, and that direction in radians. */
export interface Place {
  x: number;
  y: number;
  along: number;
  across: number;
  angle: number;
}

/** Cells along the picture's long side. */
const CELLS = 160;
const SMALLEST_CELL = 4;
const COHERENT = 0.5;
/** Of the strongest cells' energy; below it stands no print. */
const FAINTEST = 0.06;
const LEAST_ENERGY = 40;
/** Half the angle by which the directions of one set of bars differ, in radians. */
const ONE_WAY = 0.35;
const FEWEST_CELLS = 8;
const MOST = 80;

interface Cells {
  wide: number;
  high: number;
  size: number;
  xx: Float32Array;
  yy: Float32Array;
  xy: Float32Array;
}

/** The bar-like places of a picture, the strongest first. */
export function places(grey: Grey): Place[] {
  const cells = smoothed(tensor(grey));
  const { energy, angle } = directions(cells);
  const taken = new Uint8Array(energy.length);
  const found: { place: Place; strength: number }[] = [];
  for (const seed of [...energy.keys()].filter((at) => (energy[at] ?? 0) > 0).sort((a, b) => energy[b]! - energy[a]!)) {
    if (taken[seed]) continue;
    const patch = grown(seed, cells, energy, angle, taken);
    if (patch.length >= FEWEST_CELLS)
      found.push({
        place: outline(patch, cells),
        strength: patch.reduce((sum, at) => sum + Math.sqrt(energy[at]!), 0),
      });
  }
  return found
    .sort((a, b) => b.strength - a.strength)
    .slice(0, MOST)
    .map(({ place }) => place);
}

/** Scharr's gradients: they point the right way for fine bars at any angle, as plain differences do not. */
function tensor({ pixels, width, height }: Grey): Cells {
  const size = Math.max(SMALLEST_CELL, Math.floor(Math.max(width, height) / CELLS));
  const [wide, high] = [Math.max(1, Math.floor(width / size)), Math.max(1, Math.floor(height / size))];
  const [xx, yy, xy] = [0, 1, 2].map(() => new Float32Array(wide * high)) as [Float32Array, Float32Array, Float32Array];
  const [right, bottom] = [Math.min(width - 1, wide * size), Math.min(height - 1, high * size)];
  for (let y = 1; y < bottom; y++) {
    const row = Math.trunc(y / size) * wide;
    for (let x = 1, at = y * width + 1; x < right; x++, at++) {
      const a = pixels[at - width - 1]!;
      const b = pixels[at - width + 1]!;
      const c = pixels[at + width - 1]!;
      const d = pixels[at + width + 1]!;
      const dx = (3 * (b - a + d - c) + 10 * (pixels[at + 1]! - pixels[at - 1]!)) / 16;
      const dy = (3 * (c - a + d - b) + 10 * (pixels[at + width]! - pixels[at - width]!)) / 16;
      const cell = row + ((x / size) | 0);
      xx[cell]! += dx * dx;
      yy[cell]! += dy * dy;
      xy[cell]! += dx * dy;
    }
  }
  for (const sums of [xx, yy, xy]) for (let at = 0; at < sums.length; at++) sums[at]! /= size * size;
  return { wide, high, size, xx, yy, xy };
}

/** Each cell averaged with its neighbours. */
function smoothed(cells: Cells): Cells {
  const { wide, high } = cells;
  const soft = (values: Float32Array): Float32Array =>
    values.map((_, at) => {
      const [x, y] = [at % wide, Math.floor(at / wide)];
      let [sum, count] = [0, 0];
      for (let v = Math.max(0, y - 1); v <= Math.min(high - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(wide - 1, x + 1); u++, count++) sum += values[v * wide + u]!;
      return sum / count;
    });
  return { ...cells, xx: soft(cells.xx), yy: soft(cells.yy), xy: soft(cells.xy) };
}

/** The energy of each bar-like cell, 0 for the others, and the direction of its gradients. */
function directions({ xx, yy, xy }: Cells): { energy: Float32Array; angle: Float32Array } {
  const all = xx.map((value, at) => value + yy[at]!);
  const strongest = [...all].sort((a, b) => a - b)[Math.floor(0.98 * (all.length - 1))] ?? 0;
  const least = Math.max(LEAST_ENERGY, FAINTEST * strongest);
  const energy = all.map((value, at) => {
    const spread = Math.hypot(xx[at]! - yy[at]!, 2 * xy[at]!);
    return value > least && spread > COHERENT * value ? value : 0;
  });
  return { energy, angle: xy.map((value, at) => 0.5 * Math.atan2(2 * value, xx[at]! - yy[at]!)) };
}

/** The cells that hang together with a seed and whose gradients point its way. */
function grown(seed: number, { wide }: Cells, energy: Float32Array, angle: Float32Array, taken: Uint8Array): number[] {
  const patch = [seed];
  taken[seed] = 1;
  for (const at of patch) {
    const x = at % wide;
    for (const [u, v] of NEIGHBOURS) {
      const next = at + u + v * wide;
      if (x + u < 0 || x + u >= wide || !energy[next] || taken[next]) continue;
      if (Math.abs(between(angle[next]!, angle[seed]!)) > ONE_WAY) continue;
      taken[next] = 1;
      patch.push(next);
    }
  }
  return patch;
}
const NEIGHBOURS = [-1, 0, 1].flatMap((u) => [-1, 0, 1].map((v) => [u, v] as const)).filter(([u, v]) => u || v);

/** How far one direction is from another; a direction and its opposite are the same. */
const between = (a: number, b: number): number => a - b - Math.PI * Math.round((a - b) / Math.PI);

function outline(patch: readonly number[], { wide, size, xx, yy, xy }: Cells): Place {
  const sum = (values: Float32Array): number => patch.reduce((all, at) => all + values[at]!, 0);
  const angle = 0.5 * Math.atan2(2 * sum(xy), sum(xx) - sum(yy));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const middles = patch.map((at) => [((at % wide) + 0.5) * size, (Math.floor(at / wide) + 0.5) * size] as const);
  const [left, right] = ends(middles.map(([x, y]) => x * cos + y * sin));
  const [top, bottom] = ends(middles.map(([x, y]) => y * cos - x * sin));
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return { x: u * cos - v * sin, y: u * sin + v * cos, along: right - left + size, across: bottom - top + size, angle };
}

const ends = (values: readonly number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)];

export type Point = readonly [number, number];

/** The place of a code by its corners, clockwise from its own top left. */
export function boxOf(corners: readonly Point[]): Place {
  const [a, b, c, d] = corners;
  if (!a || !b || !c || !d) return { x: 0, y: 0, along: 0, across: 0, angle: 0 };
  const [right, down] = [0, 1].map((axis) => (b[axis]! + c[axis]! - a[axis]! - d[axis]!) / 2) as [number, number];
  const [over, under] = [0, 1].map((axis) => (d[axis]! + c[axis]! - a[axis]! - b[axis]!) / 2) as [number, number];
  return {
    x: (a[0] + b[0] + c[0] + d[0]) / 4,
    y: (a[1] + b[1] + c[1] + d[1]) / 4,
    along: Math.hypot(right, down),
    across: Math.hypot(over, under),
    angle: Math.atan2(down, right),
  };
}
