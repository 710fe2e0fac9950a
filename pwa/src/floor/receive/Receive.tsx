import { useLocation } from 'preact-iso';
import { client, got, reachable } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { day } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Prompt, Screen } from '../../kit/parts';
import { shown } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { tellWhy } from '../signin/SignIn';
import { Delivery } from './Delivery';
import './receive.css';
import type { DeliveryRow } from './types';
import { said, w } from './words';

/** What is expected today, and one delivery of it; `blind` takes in goods that nobody announced. */
export default function Receive({ id }: { id?: string }) {
  return id ? <Delivery key={id} id={id === 'blind' ? '' : id} /> : <Today />;
}

function Today() {
  const { route } = useLocation();
  const { data } = useAnswer(() => got(client.GET('/api/floor/receiving/deliveries')));
  useScan(async (scan) => {
    try {
      const code = scan.gs1?.sscc ?? scan.text;
      const found = await got(client.GET('/api/floor/receiving/deliveries', { params: { query: { find: code } } }));
      const [first] = found;
      if (first) return route(`/receive/${first.id}`);
      tell({ kind: 'wrong', head: said('unknown', { scanned: shown(code) }), lines: [said('none_more')] });
    } catch (error) {
      tellWhy(error);
    }
  });
  return (
    <Screen title={w('receive')} back="/">
      {!reachable.value && <p class="card ask">△ {w('offline_list')}</p>}
      {data?.length === 0 && (
        <div class="shut">
          <h2>{w('none')}</h2>
          <p>{w('none_more')}</p>
        </div>
      )}
      <div class="stackbtns">
        {data?.map((row) => (
          <DeliveryCard key={row.id} row={row} />
        ))}
        <a class="card" href="/receive/blind" data-testid="blind">
          <b>{w('blind')}</b>
          <div class="note">{w('blind_more')}</div>
        </a>
      </div>
      <Prompt>{w('scan_open')}</Prompt>
    </Screen>
  );
}

function DeliveryCard({ row }: { row: DeliveryRow }) {
  const words = [
    w(row.kind === 'advice' ? 'advice' : 'order', { number: row.number }),
    row.packs > 0
      ? w('packs_done', { n: row.packs, done: row.packsDone })
      : w('lines_done', { n: row.lines, done: row.linesDone }),
    row.discrepancies > 0 ? `△ ${w('differences_n', { n: row.discrepancies })}` : '',
  ];
  return (
    <a
      class={`card delivery ${row.state === 'receiving' ? 'lead' : ''}`}
      href={`/receive/${row.id}`}
      data-testid="delivery"
    >
      <div class="row top">
        <b class="grow">{row.supplierName || row.supplier}</b>
        {row.late && <span class="chip ask">△ {w('late')}</span>}
        {row.dueOn && !row.late && <span class="chip">{day(row.dueOn)}</span>}
      </div>
      <div class="note">{words.filter(Boolean).join(' · ')}</div>
      <progress max={100} value={row.percent} aria-label={`${row.percent} %`} />
    </a>
  );
}
