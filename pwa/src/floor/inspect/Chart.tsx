import type { components } from '../../api/schema';
import { useAnswer } from '../../api/useAnswer';
import { number, time } from '../../i18n';
import { chartOf } from './store';
import type { Feature } from './types';
import { inOwn, term, w } from './words';

type Told = components['schemas']['Chart'];
type Point = Told['points'][number];
const [LEFT, RIGHT, TOP, HIGH, WIDE] = [78, 10, 16, 220, 400];

/** The control chart of the feature in hand: each lot a point, limits from the lots before, and what it says in words. */
export function Chart({ lot, feature }: { lot: string; feature: Feature }) {
  const { data, error } = useAnswer(() => chartOf(lot, feature.number), [lot, feature.number]);
  if (feature.kind !== 'variable') return <p class="card">{w('chart_measured')}</p>;
  if (!data) return <p class="card">{w(error ? 'chart_offline' : 'loading')}</p>;
  return (
    <section class="riskbox" aria-label={w('chart')} data-testid="chart">
      <b>
        {feature.number} · {inOwn(feature.name)}
      </b>
      {data.isKept && (
        <p class="refusal" role="status" data-testid="chart-as-of">
          △ {w('chart_as_of', { time: time(data.at) })}
        </p>
      )}
      {data.told.points.length > 0 ? <Drawn told={data.told} feature={feature} /> : <p>{w('chart_none')}</p>}
      <Says told={data.told} />
    </section>
  );
}

/** What is broken, the newest first; else that nothing is. */
function Says({ told }: { told: Told }) {
  if (told.centre === null) return <p class="note">{w('chart_few')}</p>;
  return (
    <>
      <div aria-live="polite" data-testid="chart-words">
        {told.breaks.length === 0 && <b>✓ {w('chart_stable')}</b>}
        {told.breaks
          .slice(-3)
          .reverse()
          .map((one, place) => (
            <div key={place}>
              <b>△ {term('rule', one.rule, { first: one.first, last: one.last })}</b>
            </div>
          ))}
      </div>
      <p class="note">{w(told.provisional ? 'chart_provisional' : 'chart_from', { n: told.lots })}</p>
    </>
  );
}

function Drawn({ told, feature }: { told: Told; feature: Feature }) {
  const { points } = told;
  const all = points.flatMap((one) => [one.mean, one.low, one.high]).filter((one): one is number => one !== null);
  const span = Math.max(...all) - Math.min(...all) || 1;
  const [least, most] = [Math.min(...all) - span * 0.06, Math.max(...all) + span * 0.06];
  const x = (place: number): number => LEFT + (WIDE * (place + 0.5)) / points.length;
  const y = (value: number): number => TOP + HIGH * (1 - (value - least) / (most - least));
  const decimals = (feature.decimals ?? 0) + 1;
  const say = (value: number): string => number(value.toFixed(decimals));
  const steps = (pick: (one: Point) => number | null): string =>
    points
      .map((one, place) => {
        const value = pick(one);
        const half = WIDE / points.length / 2;
        return value === null ? '' : `${place ? 'L' : 'M'}${x(place) - half} ${y(value)}h${2 * half}`;
      })
      .join('');
  const bad = new Set(told.breaks.map((one) => one.last));
  const newest = points.at(-1);
  const every = Math.ceil(points.length / 6);
  return (
    <>
      <svg
        viewBox={`0 0 ${LEFT + WIDE + RIGHT} ${TOP + HIGH + 52}`}
        class="curve control"
        role="img"
        aria-label={`${w('chart')}: ${inOwn(feature.name)}. ${newest ? w('chart_point', { lot: newest.lot, mean: say(newest.mean), n: newest.n }) : ''}`}
      >
        {told.centre !== null && <path class="rule" d={`M${LEFT} ${y(told.centre)}h${WIDE}`} />}
        <path class="limit" d={steps((one) => one.high)} />
        <path class="limit" d={steps((one) => one.low)} />
        {newest &&
          [newest.high, told.centre, newest.low].map(
            (value, place) =>
              value !== null && (
                <text key={place} x={LEFT - 6} y={y(value)} class="ytick">
                  {say(value)}
                </text>
              ),
          )}
        <path class="plan" d={points.map((one, place) => `${place ? 'L' : 'M'}${x(place)} ${y(one.mean)}`).join('')} />
        {points.map((one, place) =>
          bad.has(one.lot) ? (
            <path key={one.lot} class="outpoint" d={`M${x(place) - 8} ${y(one.mean) - 8}l16 16m0 -16l-16 16`} />
          ) : (
            <circle key={one.lot} cx={x(place)} cy={y(one.mean)} r={place === points.length - 1 ? 7 : 4.5} />
          ),
        )}
        {points.map(
          (one, place) =>
            (points.length - 1 - place) % every === 0 && (
              <text key={one.lot} x={x(place)} y={TOP + HIGH + 22} class="xtick">
                {one.lot}
              </text>
            ),
        )}
        <text x={LEFT + WIDE / 2} y={TOP + HIGH + 46} class="xtick axis">
          {w(told.kind === 'means' ? 'chart_means' : 'chart_single', { unit: feature.unit ?? '' })}
        </text>
      </svg>
      <ul class="unseen">
        {points.map((one) => (
          <li key={one.lot}>{w('chart_point', { lot: one.lot, mean: say(one.mean), n: one.n })}</li>
        ))}
      </ul>
    </>
  );
}
