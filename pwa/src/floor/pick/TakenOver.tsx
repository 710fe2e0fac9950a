import { useState } from 'preact/hooks';
import { t } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Screen } from '../../kit/parts';
import { Triangle } from '../../kit/shapes';
import { outbox } from '../../outbox';
import { tellWhy } from '../signin/why';
import { forgetRound, takeOver, type RoundStore } from './store';

/** A scan for a round that is another's now is answered, too. */
export const notYours = (name: string): void =>
  tell({ kind: 'wrong', head: { key: 'taken_over', args: { name } }, lines: [{ key: 'nothing_booked' }] });

/** The round in hand has become another's: said at once, so that no two people walk it. */
export function TakenOver({ round }: { round: RoundStore }) {
  const { id, number, personName: name } = round.state.value.round;
  const { held } = outbox.status.value;
  const [busy, setBusy] = useState(false);
  const takeBack = async (): Promise<void> => {
    setBusy(true);
    await takeOver(id)
      .then((facts) => round.dispatch({ is: 'fresh', round: facts }), tellWhy)
      .finally(() => setBusy(false));
  };
  return (
    <Screen
      title={t('round_n', { number: String(number) })}
      back="/"
      stack
      acts={
        <>
          <a class="btn go" href="/" data-testid="let-go" onClick={() => void forgetRound(id)}>
            {t('to_start')}
          </a>
          <Button id="take-back" disabled={busy} onClick={() => void takeBack()}>
            {t('take_over', { name })}
          </Button>
        </>
      }
    >
      <div class="shut" data-testid="taken-over">
        <Triangle />
        <h2>{t('taken_over', { name })}</h2>
        <p>{t('taken_over_more')}</p>
        {held > 0 && (
          <a class="card stop" href="/queue" data-testid="held-card">
            <b>△ {t('held_n', { n: held })}</b>
            <div class="note">{t('card_open')}</div>
          </a>
        )}
      </div>
    </Screen>
  );
}
