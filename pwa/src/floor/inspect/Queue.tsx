import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { number, term as unitTerm, time } from '../../i18n';
import { Prompt, Screen } from '../../kit/parts';
import { useScan } from '../../scan/useScan';
import type { LotState } from './state';
import { keptLots, prefetch } from './store';
import type { LotFacts } from './types';
import { term, w } from './words';

const OPEN = new Set(['pending', 'in_progress', 'ready']);
const TONE: Readonly<Record<string, string>> = {
  ready: 'ok',
  in_progress: 'ask',
  accepted: 'ok',
  rejected: 'stop',
  partial: 'ask',
  unsent: 'ask',
};

/** What waits for inspection, the most urgent first. What is listed is fetched, so that it can be read without the network. */
export function Queue() {
  const { route } = useLocation();
  const { data } = useAnswer(() => got(client.GET('/api/floor/quality/lots')));
  const [mine, setMine] = useState<readonly LotState[]>([]);
  useEffect(() => {
    const open = data?.filter((one) => OPEN.has(one.state)).map((one) => one.id) ?? [];
    void prefetch(open).then(keptLots).then(setMine);
  }, [data]);
  const here = mine.filter((one) => !one.decided).map((one) => one.doc.facts);
  const all: readonly LotFacts[] = data ?? here;
  // Decided on this device, and the server does not know it yet.
  const known = new Map(data?.map((one) => [one.id, one.state]));
  const unsent = mine
    .filter((one) => one.decided && OPEN.has(known.get(one.doc.facts.id) ?? 'pending'))
    .map((one) => one.doc.facts);
  const booked = new Set(unsent.map((one) => one.id));
  const waiting = all.filter((one) => OPEN.has(one.state) && !booked.has(one.id));
  const over = all.filter((one) => !OPEN.has(one.state));
  const kept = new Set(here.map((one) => one.id));
  useScan((scan) => {
    const code = scan.gs1?.lot ?? scan.text.trim();
    const found = all.find((one) => [one.lot, one.sku, String(one.number)].includes(code));
    if (found) route(`/inspect/${found.id}`);
  });
  return (
    <div class="inspect narrow">
      <Screen
        title={w('queue')}
        back="/"
        acts={
          <>
            <a class="btn" href="/inspect/severity" data-testid="severities">
              {w('severities')}
            </a>
            <a class="btn" href="/inspect/reports" data-testid="reports">
              {w('reports')}
            </a>
          </>
        }
      >
        {(data || unsent.length > 0) && waiting.length === 0 && (
          <div class="shut">
            <h2>{w('queue_none')}</h2>
          </div>
        )}
        <ul class="list">
          {waiting.map((one) => (
            <Row key={one.id} lot={one} isHere={kept.has(one.id)} />
          ))}
        </ul>
        {unsent.length > 0 && <h2>{w('decided_unsent')}</h2>}
        <ul class="list" data-testid="unsent">
          {unsent.map((one) => (
            <Row key={one.id} lot={{ ...one, state: 'unsent' }} isHere={false} />
          ))}
        </ul>
        {over.length > 0 && <h2>{w('decided_lately')}</h2>}
        <ul class="list">
          {over.map((one) => (
            <Row key={one.id} lot={one} isHere={false} />
          ))}
        </ul>
        <Prompt>{w('scan_lot')}</Prompt>
      </Screen>
    </div>
  );
}

function Row({ lot, isHere }: { lot: LotFacts; isHere: boolean }) {
  const isLate = OPEN.has(lot.state) && Date.parse(lot.dueAt) < Date.now();
  return (
    <li>
      <a
        class={`card row ${lot.severity === 'tightened' || lot.severity === 'discontinued' ? 'ask' : OPEN.has(lot.state) ? 'lead' : ''}`}
        href={`/inspect/${lot.id}`}
        data-testid="lot"
        data-number={lot.number}
      >
        <div class="grow">
          <b>
            {w('lot_n', { number: lot.number })} · {lot.name}
          </b>
          <div class="note">
            {lot.lot ?? lot.sku} · {number(lot.quantity)} {unitTerm(lot.unit)} · {lot.place}
            {lot.supplierName && ` · ${w('from_supplier', { name: lot.supplierName })}`}
            {lot.workOrder && ` · ${w('from_order', { number: lot.workOrder })}`}
          </div>
          {OPEN.has(lot.state) && (
            <div class="note">
              {isLate && '△ '}
              {w('due', { time: time(lot.dueAt) })}
              {isHere && ` · ✓ ${w('saved_here')}`}
            </div>
          )}
        </div>
        {lot.severity !== 'normal' && <span class="chip ask">{term('severity', lot.severity)}</span>}
        <span class={`chip ${TONE[lot.state] ?? ''}`}>{term('state', lot.state)}</span>
      </a>
    </li>
  );
}
