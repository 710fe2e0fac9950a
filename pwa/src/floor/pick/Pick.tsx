import { useEffect, useState } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { reachable } from '../../api/client';
import { listen, type Change } from '../../api/live';
import { ticket } from '../../api/ticket';
import { t } from '../../i18n';
import { Screen } from '../../kit/parts';
import { useWakeLock } from '../../kit/wake';
import { outbox } from '../../outbox';
import { RoundView } from './RoundView';
import { openRound, type RoundStore } from './store';

/** Live changes after which a round in hand may have another way, or be another's. */
const bearsOn = ({ kind, facts }: Change): boolean =>
  kind === 'aisle' || kind === 'rounds' || facts['command'] === 'pick.take_over';

/** A round in hand, by its id; it is on this device, or it has to be taken again from the list. */
export default function Pick({ id }: { id: string }) {
  const [round, setRound] = useState<RoundStore | null | undefined>(undefined);
  useEffect(() => void openRound(id).then(setRound), [id]);
  if (round === undefined)
    return (
      <Screen title={t('pick')} back="/">
        <p>{t('loading')}</p>
      </Screen>
    );
  if (round === null) {
    return (
      <Screen
        title={t('pick')}
        back="/"
        acts={
          <a class="btn go" href="/pick">
            {t('take_round')}
          </a>
        }
      >
        <div class="shut">
          <h2>{t('round_gone')}</h2>
          <p>{t('round_gone_more')}</p>
        </div>
      </Screen>
    );
  }
  return <Picking key={id} round={round} />;
}

function Picking({ round }: { round: RoundStore }) {
  useWakeLock();
  useEffect(() => {
    void round.refresh();
    // A closed aisle, or an order that joins the round, is heard of while it is walked; what was missed off line is read afresh.
    const line = listen(
      { ticket },
      (change) => void (bearsOn(change) && round.refresh()),
      () => void (reachable.peek() && round.refresh()),
    );
    return () => line.stop();
  }, [round]);
  useSignalEffect(() => {
    void outbox.answered.value;
    void round.takeAnswers();
  });
  return <RoundView round={round} />;
}
