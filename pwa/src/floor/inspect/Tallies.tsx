import type { Picture } from './judge';
import type { LotDocument } from './types';
import { inOwn, term, w } from './words';

export const SIGN = { accept: '✓', reject: '✕', open: '…' } as const;
const TONE = { accept: 'ok', reject: 'stop', open: '' } as const;

/** Each class: how many are read, how many are wrong, what Ac and Re say to it, and why it is inspected this severely. */
export function Tallies({ doc, shown }: { doc: LotDocument; shown: Picture }) {
  return (
    <ul class="tallies">
      {doc.classes.map((plan) => {
        const told = shown.tallies.find((one) => one.ofClass === plan.ofClass);
        if (!told) return null;
        return (
          <li
            key={plan.ofClass}
            class={`tally ${TONE[told.verdict]}`}
            data-testid={`tally-${plan.ofClass}`}
            data-verdict={told.verdict}
          >
            <div class="row spread">
              <b>
                <span class={`verdictsign ${TONE[told.verdict]}`} aria-hidden="true">
                  {SIGN[told.verdict]}
                </span>{' '}
                {term('class', plan.ofClass)}
              </b>
              <span class={`chip ${plan.severity === 'normal' ? '' : plan.severity === 'reduced' ? 'ok' : 'ask'}`}>
                {term('severity', plan.severity)}
              </span>
            </div>
            <div class="row spread">
              <span class="figures">
                <b>{told.bad}</b> <small>{w('ac_re', { ac: plan.ac, re: plan.re })}</small>
              </span>
              <span class="note">
                {w('of_n', { done: told.complete, n: plan.n })}
                {told.early && ` · ${w('early')}`}
              </span>
            </div>
            <svg class="progress" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
              <rect width="100" height="6" class="rest" />
              <rect width={(100 * told.complete) / plan.n} height="6" class="done" />
            </svg>
            <p class="note why">
              {w('plan_of', {
                aql: Number(plan.aql),
                letter: plan.letter === plan.planLetter ? plan.letter : `${plan.letter}→${plan.planLetter}`,
                n: plan.wholeLot ? w('whole_lot') : plan.n,
              })}
              <br />
              {inOwn(plan.explained)}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
