import { useMemo, useState } from 'preact/hooks';
import { number } from '../../i18n';
import type { Picture } from './judge';
import { acceptance, caughtFrom, fromHere } from './risk';
import type { LotDocument } from './types';
import { term, w } from './words';

const percent = (share: number): string => {
  const value = 100 * share;
  return number(value > 0 && value < 0.1 ? '0.1' : value.toFixed(value < 10 || value > 99 ? 1 : 0));
};
const [LEFT, TOP, WIDE, HIGH] = [58, 16, 420, 240];

/** The operating characteristic of each class and what remains of it now, exact for this lot. */
export function Risk({ doc, shown }: { doc: LotDocument; shown: Picture }) {
  const [which, setWhich] = useState(() => {
    const wanted = ['reject', 'open'].map((verdict) => shown.tallies.findIndex((one) => one.verdict === verdict));
    return Math.max(0, wanted.find((place) => place >= 0) ?? 0);
  });
  const plan = doc.classes[which] ?? doc.classes[0];
  const told = shown.tallies.find((one) => one.ofClass === plan?.ofClass);
  const lot = Math.max(1, Math.ceil(Number(doc.facts.quantity)));
  const curve = (plan?.curve ?? []) as readonly (readonly [number, number])[];
  const last = curve.at(-1)?.[0] ?? lot;
  const [bad, setBad] = useState(() => Math.max(1, Math.round(lot * 0.1)));
  const now = useMemo(
    () =>
      plan && told
        ? curve.map(
            ([at]) =>
              [
                at,
                told.verdict === 'open'
                  ? fromHere(lot, at, plan.n, plan.ac, told.complete, told.bad)
                  : told.verdict === 'accept'
                    ? 1
                    : 0,
              ] as const,
          )
        : [],
    [curve, told?.complete, told?.bad, told?.verdict],
  );
  if (!plan || !told) return null;
  const x = (at: number): number => LEFT + (WIDE * at) / Math.max(last, 1);
  const y = (share: number): number => TOP + HIGH * (1 - share);
  const path = (points: readonly (readonly [number, number])[]): string =>
    points.map(([at, share], place) => `${place ? 'L' : 'M'}${x(at).toFixed(1)} ${y(share).toFixed(1)}`).join('');
  const p = (100 * bad) / lot;
  const before = acceptance(lot, bad, Math.min(plan.n, lot), plan.ac);
  const after = told.verdict === 'open' ? fromHere(lot, bad, plan.n, plan.ac, told.complete, told.bad) : null;
  const caught = (100 * caughtFrom(lot, Math.min(plan.n, lot), plan.ac, 0.1)) / lot;
  const says = `${after === null ? w('risk_certain') : w('risk_now', { p: number(p.toFixed(1)), q: percent(after) })} ${w('risk_caught', { p: number(caught.toFixed(1)) })}`;
  return (
    <section class="riskbox" aria-label={w('risk_head')}>
      <div class="choices three">
        {doc.classes.map((one, place) => (
          <button
            type="button"
            key={one.ofClass}
            class={`btn ${place === which ? 'on' : ''}`}
            aria-pressed={place === which}
            onClick={() => setWhich(place)}
          >
            {term('class', one.ofClass)}
          </button>
        ))}
      </div>
      <svg viewBox="0 0 500 310" class="curve" role="img" aria-label={`${w('risk_head')}: ${says}`} data-testid="curve">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <g key={share}>
            <path class="rule" d={`M${LEFT} ${y(share)}h${WIDE}`} />
            <text x={LEFT - 8} y={y(share)} class="ytick">{`${100 * share} %`}</text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <text
            key={part}
            x={x(part * last)}
            y={TOP + HIGH + 22}
            class="xtick"
          >{`${number(((100 * part * last) / lot).toFixed(1))} %`}</text>
        ))}
        <text x={LEFT + WIDE / 2} y={TOP + HIGH + 46} class="xtick axis">
          {w('risk_axis')}
        </text>
        <path class="plan" d={path(curve)} />
        {told.verdict === 'open' && told.complete > 0 && <path class="here" d={path(now)} />}
        {bad <= last && (
          <g class="mark">
            <path d={`M${x(bad)} ${TOP}v${HIGH}`} />
            <circle cx={x(bad)} cy={y(after ?? before)} r="7" />
          </g>
        )}
      </svg>
      <label class="slider">
        <span class="unseen">{w('risk_axis')}</span>
        <input
          type="range"
          min="0"
          max={last}
          value={Math.min(bad, last)}
          onInput={(event) => setBad(Number(event.currentTarget.value))}
        />
      </label>
      <p aria-live="polite" data-testid="risk-words">
        <b>{after === null ? w('risk_certain') : w('risk_now', { p: number(p.toFixed(1)), q: percent(after) })}</b>{' '}
        {w('risk_plan', { q: percent(before) })}
      </p>
      <p class="note">{w('risk_caught', { p: number(caught.toFixed(1)) })}</p>
    </section>
  );
}
