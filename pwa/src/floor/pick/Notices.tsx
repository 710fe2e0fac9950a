import { number, t, term } from '../../i18n';
import { outbox } from '../../outbox';
import { isOpen } from './lines';
import { itemOf } from './words';
import type { RoundStore } from './store';

/** The line of a proposal is news until the person stands before it, or it is done. */
const isNews = (round: RoundStore, id: string): boolean => {
  const { round: facts, line: atHand } = round.state.value;
  const line = facts.lines.find((one) => one.id === id);
  return id !== atHand && (line === undefined || isOpen(line));
};

/** Whether something is to be read before the way to the next bin. */
export const hasNotice = (round: RoundStore): boolean =>
  outbox.status.value.held > 0 ||
  round.backordered.value.length > 0 ||
  round.proposals.value.some((one) => isNews(round, one.line));

/** What came back meanwhile: other stock for what was short or that there is none, and refusals that need an answer. */
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
      {round.backordered.value.map((one) => {
        const line = state.round.lines.find((each) => each.id === one.line);
        return (
          line && (
            <button
              type="button"
              class="card ask"
              key={one.line}
              data-testid="backorder"
              onClick={() => (round.backordered.value = [])}
            >
              <b>△ {t('nowhere_else')}</b>
              <div class="note">
                {t('nowhere_else_more', {
                  n: number(one.backorder),
                  unit: term(itemOf(state.round, line).unit),
                  name: itemOf(state.round, line).name,
                })}
              </div>
            </button>
          )
        );
      })}
      {round.proposals.value.map((one) => {
        const line = state.round.lines.find((each) => each.id === one.line);
        if (!isNews(round, one.line)) return null;
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
