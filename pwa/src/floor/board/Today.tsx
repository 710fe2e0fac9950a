import type { components } from '../../api/schema';
import { ago, day as dayOf, number, separator, term as speak, time } from '../../i18n';
import { chip, reasonName, stateSign } from '../job/Station';
import { word } from '../job/words';
import { Loading, Panel } from './parts';
import { hrefOf } from './view';
import { term, w } from './words';

type Schemas = components['schemas'];
export type Day = Schemas['Day'];
export type Shop = Schemas['JobsBoard'];
type Centre = Shop['centres'][number];

const STATES = ['stopped', 'paused', 'setup', 'running', 'idle'] as const;

/** So many times the shortest way was walked: "1.04×"; nothing before anybody has walked. */
export const times = (day: Pick<Day, 'walkedM' | 'shortestM'>): string =>
  day.shortestM > 0
    ? `${Math.max(1, day.walkedM / day.shortestM)
        .toFixed(2)
        .replace('.', separator())}×`
    : '–';

/** The share of today's orders that left on time and whole, cut and never rounded up: 100 % is all of them. */
export const share = (day: Pick<Day, 'due' | 'onTime'>): string =>
  day.due > 0 ? `${number((Math.floor((1000 * day.onTime) / day.due) / 10).toString())} %` : '–';

const minutes = (since: string | null, at: string): string => (since ? ago(Date.parse(at) - Date.parse(since)) : '');

/** What the whole day is judged by, beside the page's name; each opens its list. */
export function Chips({ day, shop }: { day: Day | null; shop: Shop | null }) {
  const calls = shop?.calls ?? [];
  const isBad = day !== null && day.onTime < day.due;
  return (
    <nav class="chips screenonly" aria-label={w('today')}>
      {day && (
        <a class={`chip ${isBad ? 'ask' : ''}`} href={hrefOf({ is: 'service' })} data-testid="chip-otif">
          {w('otif')} <b>{share(day)}</b>
        </a>
      )}
      {shop && (
        <a
          class={`chip ${calls.some((one) => one.critical) ? 'stop' : calls.length ? 'ask' : ''}`}
          href={hrefOf({ is: 'calls' })}
          data-testid="chip-calls"
        >
          {calls.length ? '△ ' : ''}
          {w('calls_n', { n: calls.length })}
        </a>
      )}
    </nav>
  );
}

/** The tiles about machines, walks and work orders. */
export function TodayTiles({ day, shop }: { day: Day | null; shop: Shop | null }) {
  const stopped = shop?.centres.filter((one) => one.state === 'stopped') ?? [];
  const counts = STATES.map((state) => ({
    state,
    n: shop?.centres.filter((one) => one.state === state).length ?? 0,
  })).filter(({ n }) => n > 0);
  return (
    <>
      <a class="tile" href={hrefOf({ is: 'walks' })} data-testid="figure-walks">
        <b>{w('walked_shortest')}</b>
        <span class="line">
          <span class="n">{day ? times(day) : '–'}</span>
          <span class="note">{day && w('rounds_n', { n: day.rounds })}</span>
        </span>
      </a>
      <a class={`tile ${day?.late ? 'ask' : ''}`} href={hrefOf({ is: 'late' })} data-testid="figure-late">
        <b>
          {day?.late ? '△ ' : ''}
          {w('late_orders')}
        </b>
        <span class="line">
          <span class="n">{day ? number(day.late) : '–'}</span>
          <span class="note">{w('late_note')}</span>
        </span>
      </a>
      <a
        class={`tile two ${stopped.length ? 'stop' : ''}`}
        href={hrefOf({ is: 'machines' })}
        data-testid="figure-machines"
      >
        <b>{w('machines')}</b>
        <span class="states">
          {!shop && <span class="n">–</span>}
          {counts.map(({ state, n }) => (
            <span key={state} class="stateof">
              <span class="n">{number(n)}</span>
              <span class="note">
                {state === 'idle' ? '' : `${stateSign(state)} `}
                {word('state', state)}
              </span>
            </span>
          ))}
        </span>
        {stopped[0] && shop && (
          <span class="note">
            {[stopped[0].code, reasonName(shop, 'stop', stopped[0].reason), minutes(stopped[0].since, shop.at)]
              .filter(Boolean)
              .join(' · ')}
          </span>
        )}
      </a>
    </>
  );
}

/** Orders of today that were missed, after how many were not. */
export function Service({ day }: { day: Day | null }) {
  return (
    <Panel id="service" title={w('otif_long')}>
      {!day && <Loading />}
      {day && <p>{day.due === 0 ? w('otif_none') : w('otif_says', { n: day.onTime, of: day.due })}</p>}
      {day && day.due > 0 && day.missed.length === 0 && <p class="note">✓ {w('otif_all')}</p>}
      <ul class="list">
        {day?.missed.map((one) => (
          <li key={one.id}>
            <a class="card" href={hrefOf({ is: 'history', of: 'order', id: one.id })} data-testid="missed">
              <span class="row spread">
                <b>{one.number}</b>
                <span class="chip ask">
                  {one.inFull ? w('left_late') : one.shippedAt ? w('left_part') : w('not_left')}
                </span>
              </span>
              <span class="note">
                {[
                  one.customer,
                  w('due', { time: time(one.dueAt) }),
                  one.shippedAt ? w('left_at', { time: time(one.shippedAt) }) : term('state', one.state),
                ].join(' · ')}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Today's rounds, those with the longest detour first. */
export function Walks({ day }: { day: Day | null }) {
  return (
    <Panel id="walks" title={w('walked_shortest')}>
      {!day && <Loading />}
      {day &&
        (day.walks.length > 0 ? (
          <p>{w('walked_says', { walked: Math.round(day.walkedM), shortest: Math.round(day.shortestM) })}</p>
        ) : (
          <p class="note">{w('no_walks')}</p>
        ))}
      <ul class="list">
        {day?.walks.map((one) => (
          <li key={one.id}>
            <a class="card" href={hrefOf({ is: 'history', of: 'task', id: one.id })} data-testid="walk">
              <span class="row spread">
                <b>{w('round', { number: String(one.number) })}</b>
                <b>{times(one)}</b>
              </span>
              <span class="note">
                {[
                  one.personName,
                  w('walked_says', { walked: Math.round(one.walkedM), shortest: Math.round(one.shortestM) }),
                  one.doneAt ? time(one.doneAt) : '',
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Work orders past their day, the longest overdue first. */
export function Late({ day }: { day: Day | null }) {
  return (
    <Panel id="late" title={w('late_orders')}>
      {!day && <Loading />}
      {day?.late === 0 && <p class="note">✓ {w('none_late')}</p>}
      <ul class="list">
        {day?.lateOrders.map((one) => (
          <li class="card ask" key={one.id} data-testid="late-order">
            <div class="row spread">
              <b>{one.number}</b>
              <span class="chip ask">△ {w('due_on', { day: dayOf(one.dueAt.slice(0, 10)) })}</span>
            </div>
            <div>
              {one.name} · {number(one.quantity)} {speak(one.unit)}
            </div>
            <div class="note">
              {[one.hold && w('on_hold', { why: one.hold }), one.step && `${one.step} (${one.centre})`]
                .filter(Boolean)
                .join(' · ')}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** What each work centre does or why it stands, those that stand first. */
export function Machines({ shop }: { shop: Shop | null }) {
  const rank = (one: Centre): number => STATES.indexOf(one.state as (typeof STATES)[number]);
  return (
    <Panel id="machines" title={w('machines')}>
      {!shop && <Loading />}
      {shop?.centres.length === 0 && <p class="note">{w('nothing')}</p>}
      <ul class="list">
        {shop &&
          [...shop.centres]
            .sort((a, b) => rank(a) - rank(b))
            .map((one) => <Machine key={one.id} centre={one} shop={shop} />)}
      </ul>
    </Panel>
  );
}

function Machine({ centre, shop }: { centre: Centre; shop: Shop }) {
  const why = centre.reason && reasonName(shop, centre.state === 'stopped' ? 'stop' : 'pause', centre.reason);
  const oee = centre.oee?.oee ?? null;
  const notes = [
    oee !== null && word('board', 'oee', { n: number(Math.round(100 * Number(oee))) }),
    why,
    centre.state === 'idle' ? '' : minutes(centre.since, shop.at),
    centre.people.join(', '),
    w('jobs_wait', { n: centre.waiting }),
  ];
  return (
    <li class={`card ${centre.state === 'stopped' ? 'stop' : ''}`} data-testid="machine">
      <div class="row spread">
        <b>
          {centre.code} · {centre.name}
        </b>
        <span class={`chip ${chip(centre.state)}`}>
          {stateSign(centre.state)} {word('state', centre.state)}
        </span>
      </div>
      {centre.number && (
        <div>
          {centre.number} · {centre.item} · {w('of', { done: number(centre.good), n: number(centre.target) })}
        </div>
      )}
      <div class="note">
        {notes.filter(Boolean).join(' · ')}
        {centre.late > 0 && ` · △ ${w('jobs_late', { n: centre.late })}`}
      </div>
    </li>
  );
}

/** Calls for help that nobody has settled, the critical ones first. */
export function OpenCalls({ shop }: { shop: Shop | null }) {
  return (
    <Panel id="calls" title={w('calls')}>
      {!shop && <Loading />}
      {shop?.calls.length === 0 && <p class="note">✓ {w('no_calls')}</p>}
      <ul class="list">
        {shop?.calls.map((one) => (
          <li class={`card ${one.critical ? 'stop' : 'ask'}`} key={one.id} data-testid="open-call">
            <div class="row spread">
              <b>
                {one.centre} · {word('call', one.kind)}
              </b>
              <span class="note">{w('age', { age: minutes(one.raisedAt, shop.at) })}</span>
            </div>
            {one.note && <div>{one.note}</div>}
            <div class="note">
              {[
                w('by', { name: one.raisedBy }),
                one.acknowledgedBy && word('call', one.state, { name: one.acknowledgedBy }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </div>
          </li>
        ))}
      </ul>
      <a class="btn screenonly" href="/job/board">
        {w('answer_calls')}
      </a>
    </Panel>
  );
}
