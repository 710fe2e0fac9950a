import { t } from '../../i18n';
import type { PlaceFacts, RoundDocument } from '../../api/types';
import { openLines } from './lines';
import { placeOf } from './words';
import type { PickState } from './state';

interface Rack { x: number; y: number; width: number; depth: number }
interface Point { x: number; y: number }

const isRack = (value: unknown): value is Rack => typeof value === 'object' && value !== null && ['x', 'y', 'width', 'depth'].every((key) => typeof (value as Record<string, unknown>)[key] === 'number');

/** The racks of the site's plan, in metres. */
export const racksOf = (round: RoundDocument): Rack[] => (Array.isArray(round.map.plan['racks']) ? round.map.plan['racks'].filter(isRack) : []);
const at = (place: PlaceFacts): Point | null => (place.x !== null && place.y !== null ? { x: place.x, y: place.y } : null);

/** The leg of the planned path that ends before this bin (metres apart at most: half an aisle), if it is still walked so. */
function legTo(round: RoundDocument, to: Point): readonly (readonly number[])[] {
  const near = (leg: readonly (readonly number[])[]): number => {
    const [x = NaN, y = NaN] = leg.at(-1) ?? [];
    return Math.hypot(x - to.x, y - to.y);
  };
  const [best] = [...round.map.legs].sort((a, b) => near(a) - near(b));
  return best && near(best) < 3 ? best : [];
}

const line = (points: readonly (readonly number[])[], flip: number): string => points.map(([x = 0, y = 0], n) => `${n ? 'L' : 'M'}${x.toFixed(1)} ${(flip - y).toFixed(1)}`).join('');

/** Racks, where you are, where the next bin is and the way there; north is the far end of the aisles. */
export function MapStrip({ state, tall = false }: { state: PickState; tall?: boolean }) {
  const { round } = state;
  const racks = racksOf(round);
  const stops = [...new Set(openLines(round).map((one) => one.place))];
  const next = state.line ? at(placeOf(round, round.lines.find((one) => one.id === state.line)?.place ?? '')) : null;
  const [, second] = stops;
  const then = second ? at(placeOf(round, second)) : null;
  if (racks.length === 0 || !next) return null;
  const you = state.at ? at(placeOf(round, state.at)) : null;
  const left = Math.min(...racks.map((rack) => rack.x)) - 2;
  const right = Math.max(...racks.map((rack) => rack.x + rack.width)) + 2;
  const low = Math.min(...racks.map((rack) => rack.y), 0) - 2;
  const high = Math.max(...racks.map((rack) => rack.y + rack.depth)) + 2;
  const flip = high + low;
  const size = (high - low) / (tall ? 30 : 11);
  const dot = (point: Point, kind: string, r: number) => <circle class={kind} cx={point.x} cy={flip - point.y} r={r} />;
  return (
    <svg class={tall ? 'strip tall' : 'strip'} viewBox={`${left} ${low} ${right - left} ${high - low}`} preserveAspectRatio="xMidYMid meet" role="img" aria-label={t('map_of', { code: placeOf(round, round.lines.find((one) => one.id === state.line)?.place ?? '').code })}>
      {racks.map((rack) => <rect key={`${rack.x} ${rack.y}`} class="aisle" x={rack.x} y={flip - rack.y - rack.depth} width={rack.width} height={rack.depth} rx="0.3" />)}
      <path class="path" d={line(legTo(round, next), flip)} stroke-width={size / 4} />
      {then && <path class="path then" d={line(legTo(round, then), flip)} />}
      {you && dot(you, 'you', size / 2.2)}
      {dot(next, 'next', size / 1.6)}
    </svg>
  );
}
