import { t } from '../../i18n';
import type { PlaceFacts, RoundDocument } from '../../api/types';
import { openLines } from './lines';
import { placeOf } from './words';
import type { PickState } from './state';

interface Rack {
  aisle?: number;
  block?: number;
  x: number;
  y: number;
  width: number;
  depth: number;
}
type Point = readonly number[];

/** The strip in its own units; a step of the floor is drawn wider than deep, so that few aisles fill it. */
const WIDE = 328;
const DEEP = 104;
/** Head room for the aisles' letters. */
const TOP = 16;
/** Half the width of an aisle's letters: nearer to the edge they would be cut. */
const LETTER = 9;
/** How far beyond what matters the strip shows, in metres, and the least it shows. */
const AROUND_M = 5;
const LEAST_M = 20;
const EDGE_M = 1;
/** The next bin's mark, and half a closed aisle's cross. */
const MARK = 11;
const CROSS = 6;

const isRack = (value: unknown): value is Rack =>
  typeof value === 'object' &&
  value !== null &&
  ['x', 'y', 'width', 'depth'].every((key) => typeof (value as Record<string, unknown>)[key] === 'number');
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const pointOf = (place: PlaceFacts): Point | null => (place.x !== null && place.y !== null ? [place.x, place.y] : null);

/** The leg of the planned path that ends before this bin, if it is still walked so. */
function legTo(round: RoundDocument, [x = 0, y = 0]: Point): readonly Point[] {
  const far = (leg: readonly Point[]): number => Math.hypot((leg.at(-1)?.[0] ?? 1e9) - x, (leg.at(-1)?.[1] ?? 1e9) - y);
  const [best] = [...round.map.legs].sort((a, b) => far(a) - far(b));
  return best && far(best) < 3 ? best : [];
}

interface Frame {
  left: number;
  right: number;
  low: number;
  high: number;
}

function frame(points: readonly Point[], racks: readonly Rack[]): Frame {
  const xs = points.map(([x = 0]) => x);
  const middle = (Math.min(...xs) + Math.max(...xs)) / 2;
  const half = Math.max((Math.max(...xs) - Math.min(...xs)) / 2 + AROUND_M, LEAST_M / 2);
  // At an end of the floor the window stops there instead of showing nothing beyond.
  const first = Math.min(...racks.map((rack) => rack.x), ...xs) - EDGE_M;
  const last = Math.max(...racks.map((rack) => rack.x + rack.width), ...xs) + EDGE_M;
  const left = last - first > 2 * half ? Math.min(Math.max(middle - half, first), last - 2 * half) : middle - half;
  const low = Math.min(0, ...racks.map((rack) => rack.y)) - 1.5;
  return {
    left,
    right: left + 2 * half,
    low,
    high: Math.max(...racks.map((rack) => rack.y + rack.depth)) + 1,
  };
}

/** The middle of each closed block of an aisle. */
export function crosses(round: RoundDocument, racks: readonly Rack[]): Point[] {
  const middles = list(round.map.plan['aisle_x']);
  return list(round.map.plan['closed']).flatMap((one) => {
    const [aisle, block] = list(one);
    const along = racks.filter((rack) => rack.aisle === aisle && rack.block === block);
    const middle = Number(middles[Number(aisle)]);
    if (along.length === 0 || !Number.isFinite(middle)) return [];
    const near = Math.min(...along.map((rack) => rack.y));
    const far = Math.max(...along.map((rack) => rack.y + rack.depth));
    return [[middle, (near + far) / 2]];
  });
}

/** Racks, where you are, where the next bin is and the way there and on; the front of the aisles is below. */
export function MapStrip({ state }: { state: PickState }) {
  const { round } = state;
  const racks = list(round.map.plan['racks']).filter(isRack);
  const line = round.lines.find((one) => one.id === state.line);
  const place = line && placeOf(round, line.place);
  const next = place && pointOf(place);
  if (racks.length === 0 || !next) return null;
  const after = openLines(round).find((one) => one.place !== place.id && one.id !== line.id);
  const then = after ? pointOf(placeOf(round, after.place)) : null;
  const you = state.at ? pointOf(placeOf(round, state.at)) : null;
  const way = you && state.at !== place.id ? legTo(round, next) : [];
  const onward = then ? legTo(round, then) : [];
  const shown = frame([next, ...(you ? [you] : []), ...way], racks);
  const x = (metres: number): number => ((metres - shown.left) / (shown.right - shown.left)) * WIDE;
  const y = (metres: number): number => TOP + (1 - (metres - shown.low) / (shown.high - shown.low)) * (DEEP - TOP);
  const path = (points: readonly Point[]): string =>
    points.map(([px = 0, py = 0], n) => `${n ? 'L' : 'M'}${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join('');
  const codes = list(round.map.plan['aisle_codes']);
  const [nx = 0, ny = 0] = next;
  const mark = Math.min(y(ny), DEEP - MARK); // a bay at the very front would be cut
  return (
    <svg class="strip" viewBox={`0 0 ${WIDE} ${DEEP}`} role="img" aria-label={t('map_of', { code: place.code })}>
      {racks
        .filter((rack) => rack.x + rack.width > shown.left && rack.x < shown.right)
        .map((rack) => (
          <rect
            key={`${rack.x} ${rack.y}`}
            class="aisle"
            x={x(rack.x)}
            y={y(rack.y + rack.depth)}
            width={x(rack.x + rack.width) - x(rack.x)}
            height={y(rack.y) - y(rack.y + rack.depth)}
            rx="3"
          />
        ))}
      {list(round.map.plan['aisle_x']).map((at, place) => {
        const middle = x(Number(at));
        if (middle < LETTER || middle > WIDE - LETTER) return null;
        return (
          <text key={place} x={middle} y="12" text-anchor="middle">
            {String(codes[place] ?? '')}
          </text>
        );
      })}
      {crosses(round, racks).map(([cx = 0, cy = 0]) => (
        <path
          key={`${cx} ${cy}`}
          class="shut"
          d={`M${x(cx) - CROSS} ${y(cy) - CROSS}l${2 * CROSS} ${2 * CROSS}m0 ${-2 * CROSS}l${-2 * CROSS} ${2 * CROSS}`}
        />
      ))}
      <path class="path then" d={path(onward)} />
      <path class="path" d={path(way)} />
      {you && <circle class="you" cx={x(you[0] ?? 0)} cy={y(you[1] ?? 0)} r="7" />}
      <circle class="next" cx={x(nx)} cy={mark} r={MARK} />
      <text class="on" x={x(nx)} y={mark + 4.5} text-anchor="middle">
        {place.bay ?? ''}
      </text>
    </svg>
  );
}
