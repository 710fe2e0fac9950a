import { useEffect, useState } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { t } from '../../i18n';
import { Screen } from '../../kit/parts';
import { useWakeLock } from '../../kit/wake';
import { outbox } from '../../outbox';
import { useScan } from '../../scan/useScan';
import { RoundView } from './RoundView';
import { openRound, type RoundStore } from './store';

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
  useScan((scan) => round.dispatch({ is: 'scan', scan }));
  useEffect(() => void round.refresh(), [round]);
  useSignalEffect(() => {
    void outbox.answered.value;
    void round.takeAnswers();
  });
  return <RoundView round={round} />;
}
