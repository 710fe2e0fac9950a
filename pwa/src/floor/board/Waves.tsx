import { useRef, useState } from 'preact/hooks';
import { client, got, Refused } from '../../api/client';
import { number, time } from '../../i18n';
import { problemWords } from '../../i18n/problem';
import { uuid7 } from '../../outbox/uuid7';
import { Loading, Meter, Panel } from './parts';
import type { Board, Wave } from './types';
import { useFresh } from './useFresh';
import { hrefOf } from './view';
import { term, w } from './words';

const ENDED: ReadonlySet<string> = new Set(['accepted', 'cancelled', 'overtaken', 'failed']);
const metres = (value: number): string => `${number(Math.round(value))} m`;

/** The newest waves: how far each is planned, what the best plan so far walks, and what a planner may do with it. */
export function Waves({ board, touch }: { board: Board; touch: () => void }) {
  const { data, error, again } = useFresh(() => got(client.GET('/api/floor/waves')), ['waves'], board.at);
  const done = (): void => {
    again();
    touch();
  };
  return (
    <Panel id="waves" title={w('waves')} back={{ is: 'orders' }}>
      {!data && (error ? <p class="note">{w('offline')}</p> : <Loading />)}
      <Plan done={done} isFirst={!data?.some((wave) => !ENDED.has(wave.state))} />
      {data?.length === 0 && <p class="note">{w('no_waves')}</p>}
      <ul class="list">
        {data?.map((wave) => (
          <One key={wave.id} wave={wave} done={done} />
        ))}
      </ul>
    </Panel>
  );
}

/** All open orders as one wave; chosen ones are planned from the list of orders. While a wave is open, what is done with it comes first. */
function Plan({ done, isFirst }: { done: () => void; isFirst: boolean }) {
  const { send, told, isBusy } = useWish(done);
  return (
    <div class="card wave">
      <p class="note">{w('wave_explained')}</p>
      <button
        type="button"
        class={isFirst ? 'btn go' : 'btn'}
        disabled={isBusy}
        data-testid="plan-wave"
        onClick={() =>
          void send((key) =>
            got(
              client.POST('/api/floor/waves/plan', { headers: key, body: { orders: [], totes: 4, automatic: false } }),
            ),
          )
        }
      >
        {w('plan_wave')}
      </button>
      <p role="status">{told}</p>
    </div>
  );
}

function One({ wave, done }: { wave: Wave; done: () => void }) {
  const { send, told, isBusy } = useWish(done);
  const isOver = ENDED.has(wave.state);
  const saved =
    wave.firstComeM && wave.lengthM !== null ? Math.round((1 - wave.lengthM / wave.firstComeM) * 100) : null;
  const accept = (): Promise<void> =>
    send((key) => got(client.POST('/api/floor/waves/accept', { headers: key, body: { wave: wave.id } })));
  const cancel = (): Promise<void> =>
    send((key) => got(client.POST('/api/floor/waves/cancel', { headers: key, body: { wave: wave.id } })));
  return (
    <li class={`card wave ${wave.state === 'failed' ? 'stop' : ''}`} data-testid="wave" data-state={wave.state}>
      <div class="row spread">
        <b>{w('wave_n', { number: String(wave.number) })}</b>
        <span class="chip">
          {wave.state === 'planning'
            ? `${term('wave', wave.state)} · ${number(Math.round(wave.share * 100))} %`
            : term('wave', wave.state)}
        </span>
      </div>
      <div class="note">
        {[
          wave.askedByName,
          time(wave.askedAt),
          w('orders_n', { n: wave.orders }),
          wave.batches.length > 0 && w('rounds_n', { n: wave.batches.length }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </div>
      {!isOver && (
        <Meter
          done={Math.round(wave.share * 100)}
          of={100}
          label={w('wave_share', { n: Math.round(wave.share * 100) })}
        />
      )}
      {wave.lengthM !== null && (
        <p class="row spread">
          <span>
            {wave.state === 'planning' ? w('best_so_far') : w('plan_walks')} <b>{metres(wave.lengthM)}</b>
          </span>
          {saved !== null && (
            <span>
              {w('first_come', { m: metres(wave.firstComeM ?? 0) })}, <b>−{number(saved)} %</b>
            </span>
          )}
        </p>
      )}
      {wave.proved && <p class="note">✓ {w('wave_proved')}</p>}
      {wave.why && <p class="note">✕ {wave.why}</p>}
      {!isOver && (
        <div class="row">
          <button
            type="button"
            class="btn go grow"
            disabled={isBusy || wave.batches.length === 0}
            data-testid="accept-wave"
            onClick={() => void accept()}
          >
            {wave.state === 'planning' ? w('take_best') : w('make_rounds', { n: wave.batches.length })}
          </button>
          <button type="button" class="btn" disabled={isBusy} data-testid="cancel-wave" onClick={() => void cancel()}>
            {w('drop_wave')}
          </button>
        </div>
      )}
      <p role="status">{told}</p>
      {wave.left.length > 0 && (
        <ul class="note">
          {wave.left.map(({ order, why }) => (
            <li key={order.id}>
              △ {order.number}: {term('left', why)}
            </li>
          ))}
        </ul>
      )}
      {wave.batches.length > 0 && (
        <details>
          <summary>{w('batches')}</summary>
          <ol class="batches">
            {wave.batches.map((batch, place) => (
              <li key={place}>
                {wave.rounds[place] ? (
                  <a href={hrefOf({ is: 'round', id: wave.rounds[place] ?? '' })}>
                    {batch.orders.map((order) => order.number).join(', ')}
                  </a>
                ) : (
                  batch.orders.map((order) => order.number).join(', ')
                )}
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

/** Sends one wish at a time; one that got no answer keeps its key, so that sent again it is granted once. */
export function useWish(done: () => void) {
  const [told, setTold] = useState('');
  const [isBusy, setBusy] = useState(false);
  const kept = useRef<string | null>(null);
  const send = async (wish: (key: { 'Idempotency-Key': string }) => Promise<unknown>): Promise<void> => {
    kept.current ??= uuid7();
    setBusy(true);
    setTold('');
    try {
      await wish({ 'Idempotency-Key': kept.current });
      kept.current = null;
      done();
    } catch (error) {
      if (error instanceof Refused) kept.current = null;
      setTold(`✕ ${error instanceof Refused ? problemWords(error.problem).title : w('offline')}`);
      if (error instanceof Refused) done();
    } finally {
      setBusy(false);
    }
  };
  return { send, told, isBusy };
}
