import { client, got } from '../../api/client';
import { number, term as speak } from '../../i18n';
import { Loading, Panel } from './parts';
import type { BayBin } from './types';
import { useFresh } from './useFresh';
import { hrefOf } from './view';
import { w } from './words';

/** What lies in each bin of a bay, from the floor up, and who touched it. */
export function Bay({ aisle, bay, code, at }: { aisle: number; bay: number; code: string; at: string }) {
  const { data } = useFresh(
    () => got(client.GET('/api/floor/trace/bay/{aisle}/{number}', { params: { path: { aisle, number: bay } } })),
    [aisle, bay],
    at,
  );
  return (
    <Panel id="bay" title={w('bay', { code })}>
      {!data && <Loading />}
      <ul class="list">
        {data?.map((bin) => (
          <Bin key={bin.id} bin={bin} />
        ))}
      </ul>
    </Panel>
  );
}

function Bin({ bin }: { bin: BayBin }) {
  return (
    <li class="card">
      <div class="row spread">
        <b class="mono">{bin.code}</b>
        {bin.lines > 0 && <span class="chip">{w('lines_n', { n: bin.lines })}</span>}
        <a class="btn" href={hrefOf({ is: 'history', of: 'bin', id: bin.id })}>
          {w('history')}
          <span class="unseen"> {bin.code}</span>
        </a>
      </div>
      {bin.blocked && <p class="chip stop">✕ {w('blocked', { why: bin.blocked })}</p>}
      {bin.stock.length === 0 && <p class="note">{w('empty')}</p>}
      {bin.stock.map((row, place) => (
        <div class="row spread stockrow" key={place}>
          <span class="grow">
            <a href={hrefOf({ is: 'history', of: 'item', id: row.item })}>{row.name}</a>
            <br />
            <span class="note">
              {[
                row.sku,
                row.lot && w('lot', { code: row.lot }),
                row.handlingUnit && w('unit', { code: row.handlingUnit }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </span>
          <span class="num">
            <b>
              {number(row.quantity)} {speak(row.unit)}
            </b>
            {Number(row.reserved) > 0 && (
              <>
                <br />
                <span class="note">{w('reserved', { n: number(row.reserved) })}</span>
              </>
            )}
          </span>
        </div>
      ))}
    </li>
  );
}
