import { number, t, term } from '../../i18n';
import { outbox } from '../../outbox';
import { itemOf } from './words';
import type { RoundStore } from './store';

/** What came back meanwhile: other stock for what was short, and refusals that need an answer. */
export function Notices({ round }: { round: RoundStore }) {
  const { held } = outbox.status.value;
  const state = round.state.value;
  return (
    <>
      {held > 0 && (
        <a class="card stop" href="/queue" data-testid="held-card">
          <b>△ {t('held_n', { n: held })}</b>
          <div class="note">{t('card_open')}</div>
        </a>
      )}
      {round.proposals.value.map((one) => {
        const line = state.round.lines.find((each) => each.id === one.line);
        return (
          <button
            type="button"
            class="card ask"
            key={one.line}
            data-testid="proposal"
            onClick={() => (round.proposals.value = [])}
          >
            <b>△ {t('next_best', { code: one.placeCode })}</b>
            <div class="note">
              {t('next_best_more', {
                n: number(one.quantity),
                unit: line ? term(itemOf(state.round, line).unit) : '',
                m: number(Math.round(one.distanceM)),
              })}
            </div>
          </button>
        );
      })}
    </>
  );
}
