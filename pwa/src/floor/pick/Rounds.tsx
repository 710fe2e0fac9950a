import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got, reachable } from '../../api/client';
import type { RoundDocument, RoundSummary } from '../../api/types';
import { useAnswer } from '../../api/useAnswer';
import { number, t, time } from '../../i18n';
import { Button, Screen } from '../../kit/parts';
import { person } from '../../session/session';
import { tellWhy } from '../signin/SignIn';
import { claim, keepRound, openRound, takeOver } from './store';

/** The best round by one tap, any other from the list; one that someone has, only by saying so. */
export default function Rounds() {
  const { route, query } = useLocation();
  const { data, error } = useAnswer(() => got(client.GET('/api/floor/picking/rounds')));
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<RoundSummary | null>(null);
  const take = async (how: () => Promise<RoundDocument>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      const round = await how();
      if (!(await openRound(round.id))) await keepRound(round);
      route(`/pick/${round.id}`);
    } catch (problem) {
      tellWhy(problem);
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    if (query['take']) void take(() => claim(query['take'] ?? null));
  }, []);
  if (asked) return <TakeOver round={asked} back={() => setAsked(null)} take={() => take(() => takeOver(asked.id))} />;
  const best = (
    <Button
      kind="go"
      id="best-round"
      disabled={busy || (data?.every((one) => one.person !== null) ?? true)}
      onClick={() => void take(() => claim(null))}
    >
      {busy ? t('loading') : t('best_round')}
    </Button>
  );
  return (
    <Screen title={t('take_round')} back="/" acts={best}>
      {!reachable.value && (
        <p class="card ask">
          △ {t('need_network')}. {t('need_network_more')}
        </p>
      )}
      {data?.length === 0 && (
        <div class="shut">
          <h2>{t('no_rounds')}</h2>
          <p>{t('no_rounds_more')}</p>
        </div>
      )}
      {data === null && !error && <p>{t('loading')}</p>}
      <div class="stackbtns">
        {data?.map((round) => (
          <RoundRow
            key={round.id}
            round={round}
            take={() =>
              round.person && round.person !== person.value?.id ? setAsked(round) : void take(() => claim(round.id))
            }
          />
        ))}
      </div>
    </Screen>
  );
}

function RoundRow({ round, take }: { round: RoundSummary; take: () => void }) {
  const mine = round.person === person.value?.id;
  return (
    <button type="button" class={`card row ${mine ? 'lead' : ''}`} onClick={take} data-testid="round">
      <div class="grow">
        <b>{t('round_n', { number: String(round.number) })}</b>
        <div class="note">
          {round.done > 0 ? t('lines_of', { done: round.done, n: round.lines }) : t('lines_n', { n: round.lines })} ·{' '}
          {t('orders_n', { n: round.orders })} · {number(Math.round(round.lengthM))}&nbsp;m
        </div>
        {round.person && <div class="note">{mine ? t('yours') : t('taken_by', { name: round.personName })}</div>}
      </div>
      {round.dueAt && <span class="chip">{t('due_at', { time: time(round.dueAt) })}</span>}
    </button>
  );
}

function TakeOver({ round, back, take }: { round: RoundSummary; back: () => void; take: () => Promise<void> }) {
  return (
    <Screen
      title={t('round_n', { number: String(round.number) })}
      back={back}
      stack
      acts={
        <>
          <Button kind="go" id="take-over" onClick={() => void take()}>
            {t('take_over', { name: round.personName })}
          </Button>
          <Button onClick={back}>{t('cancel')}</Button>
        </>
      }
    >
      <div class="shut">
        <h2>{t('take_over_ask', { name: round.personName })}</h2>
        <p>{t('lines_of', { done: round.done, n: round.lines })}</p>
      </div>
    </Screen>
  );
}
