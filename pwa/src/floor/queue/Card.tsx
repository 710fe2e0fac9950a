import { useEffect, useState } from 'preact/hooks';
import { number, t, term } from '../../i18n';
import { problemWords } from '../../i18n/problem';
import { Button, Prompt, Screen } from '../../kit/parts';
import { tell } from '../../kit/feedback';
import { Triangle } from '../../kit/shapes';
import { outbox, uuid7 } from '../../outbox';
import type { Row } from '../../outbox/rows';
import { useScan } from '../../scan/useScan';
import { openRound, type RoundStore } from '../pick/store';
import { itemOf, placeOf, toteOf } from '../pick/words';
import { actionName } from './names';

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** What the person did, in the words of the round: item, quantity, bin, tote. */
function whatWasDone(row: Row, round: RoundStore | null): string {
  const facts = round?.state.value.round;
  const line = facts?.lines.find((one) => one.id === row.payload['line']);
  if (!facts || !line) return text(row.payload['code']);
  const item = itemOf(facts, line);
  const quantity = text(row.payload['quantity'] ?? row.payload['found'] ?? row.payload['left']);
  return [quantity && `${number(quantity)} ${term(item.unit)}`, item.name, placeOf(facts, line.place).code]
    .filter(Boolean)
    .join(' · ');
}

/** A refused command: what happened, what is saved, and two ways on. */
export function Card({ row, behind, done }: { row: Row; behind: number; done: (to: string) => void }) {
  const [round, setRound] = useState<RoundStore | null>(null);
  useEffect(() => void (row.task && openRound(row.task).then(setRound)), [row.task]);
  const tote =
    row.type === 'pick.bind_tote'
      ? text(row.payload['tote'])
      : row.type === 'pick.tote_full'
        ? text(row.payload['added'])
        : '';
  // A line that somebody else picked needs nothing more: what was taken for it goes back.
  const isOver = row.problem?.type.endsWith('line-done') ?? false;
  const canAgain = !tote && !isOver;
  const words = row.problem && problemWords(row.problem);
  const to =
    row.task && row.type.startsWith('pick.')
      ? `/pick/${row.task}`
      : row.task && row.type.startsWith('job.')
        ? `/job/${row.task}`
        : '/';
  const goOn = async (): Promise<void> => {
    await outbox.dismiss(row.id);
    await outbox.flush();
    await round?.refresh();
    done(to);
  };
  const doAgain = async (): Promise<void> => {
    await goOn();
    const line = text(row.payload['line']);
    if (line) await round?.dispatch({ is: 'goto', line });
  };
  return (
    <Screen
      title={t('word_attention')}
      back="/"
      stack
      acts={
        <>
          {canAgain && (
            <Button kind="go" id="do-again" onClick={() => void doAgain()}>
              {t('do_again')}
            </Button>
          )}
          <Button {...(!tote && !canAgain && { kind: 'go' })} id="go-on" onClick={() => void goOn()}>
            {t('go_on')}
          </Button>
        </>
      }
    >
      <div class="row">
        <span class="thumb">
          <Triangle />
        </span>
        <h2 class="grow">{words?.title}</h2>
      </div>
      {words?.detail && <p>{words.detail}</p>}
      <div class="card">
        <div class="note">{actionName(row.type)}</div>
        <b>{whatWasDone(row, round)}</b>
      </div>
      {isOver && <p>{t('put_it_back')}</p>}
      <p class="note">
        {t('nothing_booked')} {!tote && t('supervisor_told')} {behind > 0 && t('behind_n', { n: behind })}
      </p>
      {tote && <OtherTote row={row} tote={tote} round={round} done={() => done(to)} />}
    </Screen>
  );
}

/** A tote that is in use elsewhere: another one takes its place, before everything that waits behind it. */
function OtherTote({ row, tote, round, done }: { row: Row; tote: string; round: RoundStore | null; done: () => void }) {
  useScan(async (scan) => {
    const code = scan.gs1?.sscc ?? scan.text;
    await round?.dispatch({ is: 'rebind', tote, code });
    await outbox.dismiss(row.id, { id: uuid7(), type: row.type, task: row.task, payload: { ...row.payload, code } });
    tell({
      kind: 'right',
      head: { key: 'tote_bound', args: { slot: round ? (toteOf(round.state.value.round, tote)?.slot ?? '?') : '?' } },
    });
    done();
  });
  const slot = round ? toteOf(round.state.value.round, tote)?.slot : undefined;
  return <Prompt>{t('scan_tote_slot', { slot: slot ?? '' })}</Prompt>;
}
