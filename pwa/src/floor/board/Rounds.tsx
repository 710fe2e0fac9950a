import { client, got } from '../../api/client';
import { ago, number, time } from '../../i18n';
import { History } from './Trace';
import { Loading, Meter, Panel } from './parts';
import type { Board, Round } from './types';
import { useFresh } from './useFresh';
import { hrefOf } from './view';
import { term, w } from './words';

/** The rounds that are out: those being walked first, then those that wait. */
export function Rounds({ board }: { board: Board }) {
  const now = Date.parse(board.at);
  const rounds = [...board.rounds].sort((a, b) => Number(b.person !== null) - Number(a.person !== null));
  return (
    <Panel id="rounds" title={w('rounds')}>
      {rounds.length === 0 && <p class="note">{w('no_rounds')}</p>}
      <ul class="list">
        {rounds.map((round) => (
          <li key={round.id}>
            <a class="card" href={hrefOf({ is: 'round', id: round.id })} data-testid="round">
              <Head round={round} now={now} />
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Head({ round, now }: { round: Round; now: number }) {
  const isLate = round.dueAt !== null && Date.parse(round.dueAt) < now;
  const notes = [
    w('totes', { n: round.totes }),
    w('orders_n', { n: round.orders }),
    round.walkedM > 0
      ? w('walked_m', { walked: Math.round(round.walkedM), all: Math.round(round.lengthM) })
      : `${number(Math.round(round.lengthM))} m${round.proved ? ` (${w('proved')})` : ''}`,
  ];
  return (
    <>
      <span class="row spread">
        <b>{w('round', { number: String(round.number) })}</b>
        <span>
          {round.shorts > 0 && <span class="chip ask">△ {w('shorts', { n: round.shorts })}</span>}{' '}
          {round.dueAt && (
            <span class={isLate ? 'chip stop' : 'chip'}>
              {isLate ? `✕ ${w('late')} · ` : ''}
              {w('due', { time: time(round.dueAt) })}
            </span>
          )}
        </span>
      </span>
      <span class="row spread">
        <span class="note">{round.personName ? w('has_it', { name: round.personName }) : w('free')}</span>
        <b>{w('of', { done: round.done, n: round.lines })}</b>
      </span>
      <Meter done={round.done} of={round.lines} label={w('of', { done: round.done, n: round.lines })} />
      {round.walkedM > 0 && <Detour round={round} />}
      <span class="note">
        {notes.join(' · ')}
        {round.lastScanAt &&
          ` · ${w('last_at', { place: (round.lastPlace ?? '').replaceAll('-', '\u2011'), age: ago(now - Date.parse(round.lastScanAt)) })}`}
      </span>
    </>
  );
}

/** What was walked from scan to scan against the shortest walk through the same places. */
function Detour({ round }: { round: Round }) {
  const more = round.shortestM > 0 ? Math.round((round.walkedM / round.shortestM - 1) * 100) : 0;
  return (
    <span class="note block" data-testid="detour">
      {more > 0 ? (
        <>
          <span class="askword">△</span>{' '}
          {w('detour', { walked: Math.round(round.walkedM), shortest: Math.round(round.shortestM), n: more })}
        </>
      ) : (
        `✓ ${w('no_detour', { m: Math.round(round.walkedM) })}`
      )}
    </span>
  );
}

/** One round: its lines in walking order, and who had it. */
export function RoundPanel({ id, board }: { id: string; board: Board }) {
  const { data, error } = useFresh(
    () => got(client.GET('/api/floor/picking/rounds/{round_id}', { params: { path: { round_id: id } } })),
    [id],
    board.at,
  );
  const summary = board.rounds.find((one) => one.id === id);
  const places = new Map(data?.places.map((one) => [one.id, one]));
  const items = new Map(data?.items.map((one) => [one.id, one]));
  return (
    <Panel id="round" title={data ? w('round', { number: String(data.number) }) : w('rounds')} back={{ is: 'rounds' }}>
      {!data && (error ? <p class="note">{w('offline')}</p> : <Loading />)}
      {summary && (
        <div class="card">
          <Head round={summary} now={Date.parse(board.at)} />
        </div>
      )}
      {data && (
        <table class="lines">
          <thead>
            <tr>
              <th scope="col">{w('bin')}</th>
              <th scope="col">{w('item')}</th>
              <th scope="col" class="num">
                {w('quantity')}
              </th>
              <th scope="col">{w('state')}</th>
            </tr>
          </thead>
          <tbody>
            {data.lines.map((line) => {
              const place = places.get(line.place);
              const item = items.get(line.item);
              return (
                <tr key={line.id} class={`is-${line.state}`}>
                  <td>
                    <a class="mono" href={hrefOf({ is: 'history', of: 'bin', id: line.place })}>
                      {place?.code}
                    </a>
                  </td>
                  <td>
                    {item?.name}
                    <br />
                    <span class="note">{item?.sku}</span>
                  </td>
                  <td class="num">
                    {number(line.picked)} / {number(line.quantity)}
                  </td>
                  <td>
                    {{ picked: '✓', short: '△', open: '○' }[line.state] ?? '·'} {term('line', line.state)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <h3>{w('changes')}</h3>
      <History of="task" id={id} at={board.at} only={(event) => event.kind !== 'move'} />
    </Panel>
  );
}
