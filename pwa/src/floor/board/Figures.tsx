import { number } from '../../i18n';
import { may } from '../../session/session';
import { Figure, Meter } from './parts';
import type { Board, ExceptionRow } from './types';
import { hrefOf } from './view';
import { TodayTiles, type Day, type Shop } from './Today';
import { term, w } from './words';

export const STATES = ['open', 'released', 'picking', 'picked', 'shipped'] as const;

/** Lines picked in the last hour: the last four whole or begun quarters. */
export const lastHour = (pace: Board['pace']): number => pace.slice(-4).reduce((sum, one) => sum + one.lines, 0);

/** A line through the quarters, from the left edge to the right one. */
export function sparkline(values: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values
    .map(
      (value, place) =>
        `${place ? 'L' : 'M'}${(place * step).toFixed(1)} ${(height - 3 - (value / most) * (height - 6)).toFixed(1)}`,
    )
    .join('');
}

export function Spark({ pace, label }: { pace: Board['pace']; label: string }) {
  return (
    <svg class="spark" viewBox="0 0 300 44" preserveAspectRatio="none" role="img" aria-label={label}>
      <path
        d={sparkline(
          pace.map((one) => one.lines),
          300,
          44,
        )}
      />
    </svg>
  );
}

/** The figures; each opens its list. */
export function Figures({
  board,
  exceptions,
  day,
  shop,
}: {
  board: Board;
  exceptions: readonly ExceptionRow[] | null;
  day: Day | null;
  shop: Shop | null;
}) {
  const waiting = board.bins.reduce((sum, one) => sum + one.lines, 0);
  const open = exceptions && may('supervisor') ? exceptions.length : board.exceptions;
  const urgent =
    exceptions && may('supervisor') ? exceptions.filter((one) => one.severity === 'high').length : board.urgent;
  const done = board.rounds.reduce((sum, one) => sum + one.done, 0);
  const lines = board.rounds.reduce((sum, one) => sum + one.lines, 0);
  const orders = STATES.map((state) => ({ state, n: board.orders.find((one) => one.state === state)?.orders ?? 0 }));
  return (
    <nav class="figures" aria-label={w('floor')} aria-busy={!day || !shop || (may('supervisor') && !exceptions)}>
      <a class="tile two" href={hrefOf({ is: 'pace' })} data-testid="figure-pace">
        <b>{w('pace')}</b>
        <span class="line">
          <Figure n={lastHour(board.pace)}>
            {w('pace_note')} · {w('pace_people', { n: board.pickers.length })}
          </Figure>
        </span>
        <Spark pace={board.pace} label={`${w('quarters')}, ${w('last_hours')}`} />
      </a>
      <a
        class={`tile ${urgent ? 'stop' : open ? 'ask' : ''}`}
        href={hrefOf({ is: 'exceptions' })}
        data-testid="figure-exceptions"
      >
        <b>
          {open ? '△ ' : '✓ '}
          {w('exceptions')}
        </b>
        <Figure n={open}>{urgent ? w('urgent_n', { n: urgent }) : open ? w('shown_open') : w('all_settled')}</Figure>
      </a>
      <a class="tile" href={hrefOf({ is: 'waiting' })} data-testid="figure-waiting">
        <b>{w('waiting_lines')}</b>
        <Figure n={waiting}>{w('rounds_n', { n: board.rounds.length })}</Figure>
      </a>
      <TodayTiles day={day} shop={shop} />
      <a class="tile two" href={hrefOf({ is: 'rounds' })} data-testid="figure-rounds">
        <b>{w('rounds')}</b>
        <span class="line">
          <Figure n={board.rounds.length}>
            {w('of', { done: number(done), n: number(lines) })} {w('lines').toLowerCase()}
          </Figure>
        </span>
        <Meter done={done} of={lines} label={w('of', { done, n: lines })} />
      </a>
      <a class="tile two" href={hrefOf({ is: 'orders' })} data-testid="figure-orders">
        <b>{w('orders')}</b>
        <span class="states">
          {orders.map(({ state, n }) => (
            <span key={state} class="stateof">
              <span class="n">{number(n)}</span>
              <span class="note">{term('state', state)}</span>
            </span>
          ))}
        </span>
      </a>
      <a class="tile two low" href={hrefOf({ is: 'people' })} data-testid="figure-people">
        <b>{w('people')}</b>
        <span class="note">
          {w('pace_people', { n: board.pickers.length })} · {w('devices_n', { n: board.devices.length })}
        </span>
      </a>
    </nav>
  );
}
