/** QR codes (ISO/IEC 18004) for short texts: byte mode, error correction L, versions 1 to 5, which have one block of codewords. */

/** Data and error correction codewords of versions 1 to 5 at level L. */
const ROOM: readonly (readonly [number, number])[] = [
  [19, 7],
  [34, 10],
  [55, 15],
  [80, 20],
  [108, 26],
];
export const LONGEST_QR = 106;
const MASK = 0;
/** Level L, mask 0: 01 000 with its BCH remainder, masked as the standard says. */
const FORMAT = 0b111011111000100;

const EXP: number[] = [];
const LOG: number[] = [];
for (let x = 1, power = 0; power < 255; power++) {
  EXP[power] = x;
  LOG[x] = power;
  x = (x << 1) ^ (x & 128 ? 0x11d : 0);
}
const times = (a: number, b: number): number =>
  a && b ? (EXP[((LOG[a] as number) + (LOG[b] as number)) % 255] as number) : 0;

/** Reed–Solomon: the remainder of the data after division by (x − α⁰)…(x − αⁿ⁻¹). */
function remainder(data: readonly number[], n: number): number[] {
  let generator = [1];
  for (let power = 0; power < n; power++) {
    const next = [...generator, 0];
    generator.forEach(
      (one, place) => (next[place + 1] = (next[place + 1] as number) ^ times(one, EXP[power] as number)),
    );
    generator = next;
  }
  const rest = [...data, ...Array<number>(n).fill(0)];
  data.forEach((_, place) => {
    const lead = rest[place] as number;
    generator.forEach((one, step) => (rest[place + step] = (rest[place + step] as number) ^ times(one, lead)));
  });
  return rest.slice(data.length);
}

function codewords(bytes: Uint8Array, room: number, checks: number): number[] {
  const bits = [
    '0100',
    bytes.length.toString(2).padStart(8, '0'),
    ...[...bytes].map((one) => one.toString(2).padStart(8, '0')),
  ].join('');
  const padded = `${bits}0000`.slice(0, room * 8).padEnd(Math.min(room * 8, Math.ceil((bits.length + 4) / 8) * 8), '0');
  const data = (padded.match(/.{8}/g) ?? []).map((one) => parseInt(one, 2));
  for (let filler = 0xec; data.length < room; filler ^= 0xec ^ 0x11) data.push(filler);
  return [...data, ...remainder(data, checks)];
}

type Grid = (boolean | null)[][];

/** Finders, timing, alignment and format: everything that is not data. */
function drawFixed(grid: Grid, size: number): void {
  const put = (x: number, y: number, dark: boolean): void => {
    if (x >= 0 && y >= 0 && x < size && y < size) (grid[y] as (boolean | null)[])[x] = dark;
  };
  const finder = (cx: number, cy: number, reach: number): void => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        put(cx + dx, cy + dy, reach === 2 ? ring !== 1 : ring !== 2 && ring !== 4);
      }
    }
  };
  for (let place = 8; place < size - 8; place++) {
    put(place, 6, place % 2 === 0);
    put(6, place, place % 2 === 0);
  }
  if (size > 21) finder(size - 7, size - 7, 2);
  finder(3, 3, 4);
  finder(size - 4, 3, 4);
  finder(3, size - 4, 4);
  for (let bit = 0; bit < 15; bit++) {
    const dark = ((FORMAT >> bit) & 1) === 1;
    put(8, bit < 6 ? bit : bit < 8 ? bit + 1 : size - 15 + bit, dark);
    put(bit < 8 ? size - 1 - bit : bit === 8 ? 7 : 14 - bit, 8, dark);
  }
  put(8, size - 8, true);
}

/** The data, upwards and downwards in pairs of columns from the right, masked. */
function drawData(grid: Grid, size: number, words: readonly number[]): void {
  let bit = 0;
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        const row = grid[y] as (boolean | null)[];
        if (row[x] !== null) continue;
        const dark = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        row[x] = dark !== ((x + y) % 2 === MASK);
        bit++;
      }
    }
  }
}

/** The modules of a QR code with `text`, true for dark, without the quiet zone of four. Throws RangeError when it is too long. */
export function qr(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text);
  const version = ROOM.findIndex(([room]) => bytes.length + 2 <= room) + 1;
  const [room, checks] = ROOM[version - 1] ?? [0, 0];
  if (version === 0) throw new RangeError(`at most ${LONGEST_QR} bytes`);
  const size = 17 + 4 * version;
  const grid: Grid = Array.from({ length: size }, () => Array<boolean | null>(size).fill(null));
  drawFixed(grid, size);
  drawData(grid, size, codewords(bytes, room, checks));
  return grid.map((row) => row.map((one) => one === true));
}

/** The dark modules as one path, each a unit square, with a quiet zone of four. */
export function qrPath(text: string): { size: number; d: string } {
  const modules = qr(text);
  const d = modules.map((row, y) => row.map((dark, x) => (dark ? `M${x + 4} ${y + 4}h1v1h-1z` : '')).join('')).join('');
  return { size: modules.length + 8, d };
}
