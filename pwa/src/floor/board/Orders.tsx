import { useEffect, useRef, useState } from 'preact/hooks';
import { client, got, Refused } from '../../api/client';
import { uuid7 } from '../../outbox/uuid7';
import { number, time } from '../../i18n';
import { problemWords } from '../../i18n/problem';
import { STATES } from './Figures';
import { Loading, Panel } from './parts';
import type { Board, Order } from './types';
import { useFresh } from './useFresh';
import { hrefOf, type View } from './view';
import { useWish } from './Waves';
import { term, w } from './words';

/** Most orders read at once, and as many as are looked through without a filter. */
const SHOWN = 200;
const FEW = 12;
/** How long a hand rests between two keys, in ms. */
const REST_MS = 250;

const SIZES = [2, 4, 6, 8] as const;

type Wish = { orders: string[]; totes: number; rounds: number };

/** Orders of one state, and letting open ones go into rounds. */
export function Orders({ board, touch, go }: { board: Board; touch: () => void; go: (view: View) => void }) {
  const [state, setState] = useState<string>('open');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [find, setFind] = useState('');
  const { data, again } = useFresh(
    () => got(client.GET('/api/floor/shipping/orders', { params: { query: { states: state, limit: SHOWN, find } } })),
    [state, find],
    board.at,
  );
  const all = board.orders.find((count) => count.state === state)?.orders ?? 0;
  const pick = (id: string): void =>
    setChosen(new Set(chosen.has(id) ? [...chosen].filter((one) => one !== id) : [...chosen, id]));
  const done = (): void => {
    setChosen(new Set());
    again();
    touch();
  };
  const open = new Set(data?.map((order) => order.id));
  return (
    <Panel id="orders" title={w('orders')}>
      <div class="tabs" role="group" aria-label={w('state')}>
        {STATES.map((one) => (
          <button
            type="button"
            key={one}
            class={one === state ? 'btn on' : 'btn'}
            aria-pressed={one === state}
            onClick={() => {
              setState(one);
              setFind('');
            }}
          >
            {term('state', one)}
            <b>{number(board.orders.find((count) => count.state === one)?.orders ?? 0)}</b>
          </button>
        ))}
      </div>
      {state === 'open' && (
        <Release chosen={[...chosen].filter((one) => find !== '' || open.has(one))} done={done} go={go} />
      )}
      {(all > FEW || find) && <Filter key={state} set={setFind} />}
      {!data && <Loading />}
      {data?.length === SHOWN && find === '' && (
        <p class="note" role="status">
          {w('first_of', { n: SHOWN, of: all })}
        </p>
      )}
      {data?.length === 0 && <p class="note">{w('nothing')}</p>}
      <ul class="list">
        {data?.map((order) => (
          <OrderRow
            key={order.id}
            order={order}
            now={Date.parse(board.at)}
            choice={state === 'open' ? { on: chosen.has(order.id), flip: () => pick(order.id) } : null}
          />
        ))}
      </ul>
    </Panel>
  );
}

/** Narrows the list while one types. */
function Filter({ set }: { set: (find: string) => void }) {
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => set(text.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label class="field filter">
      <span>{w('filter_orders')}</span>
      <input
        type="search"
        maxLength={80}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        data-testid="filter-orders"
      />
    </label>
  );
}

function OrderRow({
  order,
  now,
  choice,
}: {
  order: Order;
  now: number;
  choice: { on: boolean; flip: () => void } | null;
}) {
  const isLate = order.state !== 'shipped' && Date.parse(order.dueAt) < now;
  return (
    <li class="card row order" data-testid="order">
      {choice && (
        <label class="tick">
          <input type="checkbox" checked={choice.on} onChange={choice.flip} />
          <span class="unseen">
            {w('order')} {order.number}
          </span>
        </label>
      )}
      <div class="grow">
        <a href={hrefOf({ is: 'history', of: 'order', id: order.id })}>
          <b>{order.number}</b>
        </a>{' '}
        <span class="note">{order.customer}</span>
        <div class="note">
          {[w('lines_n', { n: order.lines }), order.carrier].filter(Boolean).join(' · ')}
          {order.fillable < order.lines && (
            <>
              {' '}
              · <span class="askword">△ {w('fillable', { n: order.fillable, of: order.lines })}</span>
            </>
          )}
        </div>
      </div>
      <span class={isLate ? 'chip stop' : 'chip'}>
        {isLate && `✕ ${w('late')} · `}
        {w('due', { time: time(order.dueAt) })}
      </span>
    </li>
  );
}

function Release({ chosen, done, go }: { chosen: string[]; done: () => void; go: (view: View) => void }) {
  const [totes, setTotes] = useState(4);
  const [rounds, setRounds] = useState(1);
  const [told, setTold] = useState<readonly string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const wave = useWish(done);
  const sent = useRef<{ facts: string; key: string } | null>(null);
  const send = async (): Promise<void> => {
    const wish: Wish =
      chosen.length > 0 ? { orders: chosen, totes, rounds: chosen.length } : { orders: [], totes, rounds };
    const facts = JSON.stringify(wish);
    // A wish that got no answer keeps its key: sent again, it is granted once.
    if (sent.current?.facts !== facts) sent.current = { facts, key: uuid7() };
    setBusy(true);
    try {
      const answer = await got(
        client.POST('/api/floor/picking/release-orders', {
          headers: { 'Idempotency-Key': sent.current.key },
          body: wish,
        }),
      );
      sent.current = null;
      const why = Object.values(answer.left);
      setTold([
        `✓ ${w('released_told', { n: answer.rounds.length })}`,
        ...[...new Set(why)].map(
          (one) => `△ ${w('left_told', { n: why.filter((other) => other === one).length, why: term('left', one) })}`,
        ),
      ]);
      done();
    } catch (error) {
      if (error instanceof Refused) sent.current = null;
      setTold([`✕ ${error instanceof Refused ? problemWords(error.problem).title : w('offline')}`]);
    } finally {
      setBusy(false);
    }
  };
  return (
    <fieldset class="card release">
      <legend>{w('release')}</legend>
      <p class="note">{w('choose_orders')}</p>
      <div class="row wrap">
        <label class="field small">
          <span>{w('totes_cart')}</span>
          <select value={totes} onChange={(event) => setTotes(Number(event.currentTarget.value))}>
            {SIZES.map((n) => (
              <option key={n} value={n}>
                {number(n)}
              </option>
            ))}
          </select>
        </label>
        <label class="field small">
          <span>{w('how_many_rounds')}</span>
          <select
            value={rounds}
            disabled={chosen.length > 0}
            onChange={(event) => setRounds(Number(event.currentTarget.value))}
          >
            {[1, 2, 3, 4, 6, 8, 12].map((n) => (
              <option key={n} value={n}>
                {number(n)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <button type="button" class="btn go" disabled={isBusy} onClick={() => void send()} data-testid="release">
        {chosen.length > 0 ? w('release_n', { n: chosen.length }) : w('release_best', { n: rounds })}
      </button>
      <div class="row wrap">
        <button
          type="button"
          class="btn"
          disabled={isBusy || wave.isBusy}
          data-testid="plan-chosen"
          onClick={() =>
            void wave.send((key) =>
              got(
                client.POST('/api/floor/waves/plan', {
                  headers: key,
                  body: { orders: chosen, totes, automatic: false },
                }),
              ).then(() => go({ is: 'waves' })),
            )
          }
        >
          {chosen.length > 0 ? w('plan_n', { n: chosen.length }) : w('plan_wave')}
        </button>
        {chosen.length === 1 && (
          <button
            type="button"
            class="btn"
            disabled={isBusy}
            data-testid="add-order"
            onClick={() =>
              void wave.send((key) =>
                got(
                  client.POST('/api/floor/picking/add-order', { headers: key, body: { order: chosen[0] ?? '' } }),
                ).then((added) =>
                  setTold([`✓ ${w('joined', { number: String(added.number), m: Math.round(added.extraM) })}`]),
                ),
              )
            }
          >
            {w('join_round')}
          </button>
        )}
        <a class="btn" href={hrefOf({ is: 'waves' })}>
          {w('waves')}
        </a>
      </div>
      <div role="status">
        {wave.told && <p>{wave.told}</p>}
        {told.map((one) => (
          <p key={one}>{one}</p>
        ))}
      </div>
    </fieldset>
  );
}
