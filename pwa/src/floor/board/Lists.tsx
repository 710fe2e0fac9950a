import { number, time } from '../../i18n';
import { Spark } from './Figures';
import { Panel } from './parts';
import type { BayHeat } from './plan';
import type { Board } from './types';
import { hrefOf } from './view';
import { w } from './words';

/** Lines picked, hour by hour, the latest first. */
export function PaceList({ board }: { board: Board }) {
  const hours = [];
  for (let end = board.pace.length; end > 0; end -= 4)
    hours.push({
      from: board.pace[Math.max(0, end - 4)]?.start ?? '',
      lines: board.pace.slice(Math.max(0, end - 4), end).reduce((sum, one) => sum + one.lines, 0),
    });
  const most = Math.max(1, ...hours.map((one) => one.lines));
  return (
    <Panel id="pace" title={w('pace_list')}>
      <Spark pace={board.pace} label={w('quarters')} />
      <table>
        <thead>
          <tr>
            <th scope="col">{w('hour')}</th>
            <th scope="col">{w('lines')}</th>
            <th scope="col" class="num">
              <span class="unseen">{w('quantity')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {hours.map((one) => (
            <tr key={one.from}>
              <td>{time(one.from)}</td>
              <td class="barcell">
                <svg class="meter" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="done" width={(100 * one.lines) / most} height="8" />
                </svg>
              </td>
              <td class="num">{number(one.lines)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** Bays by how many lines wait; the way to the map's heat without a map. */
export function WaitingList({ heat }: { heat: readonly BayHeat[] }) {
  return (
    <Panel id="waiting" title={w('bays_waiting')}>
      {heat.length === 0 && <p class="note">{w('nothing')}</p>}
      <ul class="list">
        {heat.map((one) => (
          <li key={one.code}>
            <a class="card row spread" href={hrefOf({ is: 'bay', aisle: one.aisle, bay: one.bay })}>
              <b class="mono">{one.code}</b>
              <span class="chip">{w('lines_n', { n: one.lines })}</span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
