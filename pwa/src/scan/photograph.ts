/**
 * Reads every label of one photograph, in a worker: the whole, shrunk; then each place where bars stand, cut out upright from all
 * the pixels that were taken; then parts at full size, for matrix codes too small for the first look.
 */
import { decode, type CodeOut } from './decode';
import { Evidence } from './evidence';
import { places, type Grey, type Place, type Point } from './places';

/** What is known after `done` of `of` looks. */
export interface Progress {
  done: number;
  of: number;
  codes: CodeOut[];
}

/** The long side at which the whole is looked at: what a phone decodes in a second or two. */
const OVERVIEW_SIDE = 2400;
/** Of a place's length, left clear at both ends for the quiet zones, and so many pixels more. */
const MARGIN = 0.16;
const SPARE = 4;
const MOST_GROWTH = 4;
/** Rows of a place's middle that are enough: bars say the same in every row. */
const ROWS = 200;
/** The widths at which a place is looked at: other pixels each time. */
const WIDTHS = [900, 640];
const TILE = 1400;
const OVERLAP = 250;
const MATRIX = ['QR', 'DataMatrix', 'Aztec'];
const MOST = 255;

/** Reads the picture and tells after each look what is known so far. */
export async function photograph(
  image: ImageBitmap,
  formats: readonly string[],
  tell: (progress: Progress) => void,
): Promise<CodeOut[]> {
  const evidence = new Evidence();
  const scale = Math.min(1, OVERVIEW_SIDE / Math.max(image.width, image.height));
  const whole = shrunk(image, scale);
  for (const code of await decode(whole, { formats, harder: true, turned: true, most: MOST }))
    evidence.hint(moved(code, ([x, y]) => [x / scale, y / scale]));
  const bars = places(greyOf(whole)).map((place) => enlarged(place, 1 / scale));
  const squares = MATRIX.filter((name) => formats.includes(name));
  const looks = [
    ...[...evidence.unexplained(bars), ...bars].map((place) => () => lookAt(image, place, formats, evidence)),
    ...(scale < 1 && squares.length > 0 ? tiles(image.width, image.height) : []).map(
      (corner) => () => lookThrough(image, corner, squares, evidence),
    ),
  ];
  for (const [done, look] of looks.entries()) {
    tell({ done: done + 1, of: looks.length + 1, codes: evidence.codes() });
    await look();
  }
  return evidence.codes();
}

/** Looks at one place, until what stands there is sure or the looks are spent. */
async function lookAt(image: ImageBitmap, place: Place, formats: readonly string[], evidence: Evidence): Promise<void> {
  for (const wide of WIDTHS) {
    if (evidence.isSure(place)) return;
    const length = place.along * (1 + 2 * MARGIN) + 2 * SPARE;
    const scale = Math.min(MOST_GROWTH, wide / length);
    const [width, height] = [
      Math.round(length * scale),
      Math.round(Math.min(ROWS, Math.max(24, place.across * scale))),
    ];
    const upright = cut(image, width, height, (context) => {
      context.translate(width / 2, height / 2);
      context.scale(scale, scale);
      context.rotate(-place.angle);
      context.translate(-place.x, -place.y);
    });
    const [cos, sin] = [Math.cos(place.angle) / scale, Math.sin(place.angle) / scale];
    const back = ([x, y]: Point): Point => {
      const [u, v] = [x - width / 2, y - height / 2];
      return [place.x + u * cos - v * sin, place.y + u * sin + v * cos];
    };
    for (const code of await decode(upright, { formats, harder: true, turned: false, most: 8 }))
      evidence.find(moved(code, back));
  }
}

/** Looks through one part at full size. */
async function lookThrough(
  image: ImageBitmap,
  [left, top]: Point,
  formats: readonly string[],
  evidence: Evidence,
): Promise<void> {
  const part = cut(image, TILE, TILE, (context) => context.translate(-left, -top));
  for (const code of await decode(part, { formats, harder: false, turned: false, most: MOST }))
    evidence.find(moved(code, ([x, y]) => [x + left, y + top]));
}

const moved = (code: CodeOut, to: (point: Point) => Point): CodeOut => ({
  ...code,
  corners: code.corners?.map(to) ?? [],
});

const enlarged = ({ angle, ...place }: Place, by: number): Place => ({
  x: place.x * by,
  y: place.y * by,
  along: place.along * by,
  across: place.across * by,
  angle,
});

const shrunk = (image: ImageBitmap, scale: number): ImageData =>
  cut(image, Math.round(image.width * scale), Math.round(image.height * scale), (context) =>
    context.scale(scale, scale),
  );

/** So many pixels of the picture, moved and turned as `place` says. */
function cut(
  image: ImageBitmap,
  width: number,
  height: number,
  place: (context: OffscreenCanvasRenderingContext2D) => void,
): ImageData {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no canvas');
  context.imageSmoothingQuality = 'high';
  place(context);
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, width, height);
}

/** Green says of grey what bars need, at a third of the work. */
function greyOf({ data, width, height }: ImageData): Grey {
  const pixels = new Uint8Array(width * height);
  for (let at = 0; at < pixels.length; at++) pixels[at] = data[4 * at + 1] as number;
  return { pixels, width, height };
}

/** The top left corners of parts that cover the picture; neighbours share a strip, so that one of them holds a small code whole. */
function tiles(width: number, height: number): Point[] {
  const step = TILE - OVERLAP;
  const starts = (length: number): number[] =>
    Array.from({ length: Math.max(1, Math.ceil((length - OVERLAP) / step)) }, (_, at) => at * step);
  return starts(height).flatMap((y) => starts(width).map((x) => [x, y] as const));
}
