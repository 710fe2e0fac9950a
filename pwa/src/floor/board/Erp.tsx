import { useState } from 'preact/hooks';
import { client, got, Refused } from '../../api/client';
import { number, time } from '../../i18n';
import { problemWords } from '../../i18n/problem';
import { Loading, Panel } from './parts';
import type { Board, ErpDifference } from './types';
import { useFresh } from './useFresh';
import { w } from './words';

/** The ERP behind the link: whether it is read, what it says otherwise than the floor, and a comparison of all stock on demand. */
export function Erp({ board }: { board: Board }) {
  const { data, error, again } = useFresh(() => got(client.GET('/api/floor/link/erp')), ['erp'], board.at);
  const [told, setTold] = useState('');
  const compare = async (): Promise<void> => {
    setTold('');
    try {
      await got(client.POST('/api/floor/link/reconcile'));
      setTold(`✓ ${w('erp_asked')}`);
      again();
    } catch (reason) {
      setTold(`✕ ${reason instanceof Refused ? problemWords(reason.problem).title : w('offline')}`);
    }
  };
  const run = data?.reconciliation;
  const failing = data?.cursors.filter((one) => one.error) ?? [];
  return (
    <Panel id="erp" title={w('erp')} back={{ is: 'exceptions' }}>
      {!data && (error ? <p class="note">{w('offline')}</p> : <Loading />)}
      {data && (
        <div class="card col">
          <div class="row spread">
            <b>{data.kind}</b>
            <span class="note">{data.url}</span>
          </div>
          {failing.map((one) => (
            <p class="note" key={one.kind}>
              ✕ {one.kind}: {one.error} · {time(one.lookedAt)}
            </p>
          ))}
          {run && (
            <p class="note">
              {run.endedAt
                ? w('erp_compared', { n: number(run.compared), differ: number(run.differing), at: time(run.endedAt) })
                : w('erp_comparing')}
              {run.error && ` ✕ ${run.error}`}
            </p>
          )}
          <button type="button" class="btn go" data-testid="compare-stock" onClick={() => void compare()}>
            {w('erp_compare')}
          </button>
          <p role="status">{told}</p>
        </div>
      )}
      {data?.differences.length === 0 && <p class="note">✓ {w('erp_agrees')}</p>}
      <ul class="list">
        {data?.differences.map((one) => (
          <One key={one.id} one={one} />
        ))}
      </ul>
    </Panel>
  );
}

function One({ one }: { one: ErpDifference }) {
  const said = (value: string | number | null): string => (value === null ? '–' : number(value));
  return (
    <li class="card ask" data-testid="difference">
      <div class="row spread">
        <b>{[one.sku, one.lot && w('lot', { code: one.lot })].filter(Boolean).join(' · ') || one.document}</b>
        <span class="note">{time(one.foundAt)}</span>
      </div>
      {(one.ours !== null || one.theirs !== null) && (
        <p>{w('erp_says', { ours: said(one.ours), theirs: said(one.theirs) })}</p>
      )}
      <p class="note">
        {one.document} · {one.told}
      </p>
    </li>
  );
}
