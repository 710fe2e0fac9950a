import './suppliers.css';
import { useLocation, useRoute } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { may } from '../../session/session';
import type { components } from '../../api/schema';
import { Listing } from '../lists';
import { Order } from './Order';
import { Standing } from './Standing';
import { b, term } from './words';

type Row = components['schemas']['BuyerRow'];

const GROUPS: readonly ['waits' | 'call' | 'supplier_turn' | 'settled', (row: Row) => boolean][] = [
  ['waits', (row) => row.state === 'waiting'],
  ['call', (row) => row.call],
  ['supplier_turn', (row) => !row.call && ['sent', 'viewed', 'part_answered', 'countered'].includes(row.state)],
  ['settled', (row) => ['agreed', 'part_shipped', 'shipped', 'cancelled'].includes(row.state)],
];

/** What suppliers answered: what waits for the buyer first, an order with all that was said beside it. */
export default function Suppliers() {
  const { route } = useLocation();
  const id = useRoute().params['id'] ?? '';
  const allowed = may('buyer', 'planner', 'supervisor');
  useEffect(() => {
    if (!allowed) route('/', true);
  }, [allowed]);
  const [turn, setTurn] = useState(0);
  if (!allowed) return null;
  return (
    <div class="buyer">
      <header class="bar">
        <h1>{b('title')}</h1>
        {may('planner', 'supervisor') && (
          <a class="btn" href="/office/purchases">
            {b('office')}
          </a>
        )}
        <a class="btn" href="/">
          {b('home')}
        </a>
      </header>
      <nav class="orders" aria-label={b('title')}>
        <Listing
          name={b('title')}
          what={['answers', turn]}
          size={30}
          ask={(query) => got(client.GET('/api/floor/suppliers/orders', { params: { query } }))}
        >
          {(rows) => (rows.length === 0 ? <None /> : <Grouped rows={rows} id={id} />)}
        </Listing>
      </nav>
      <main>
        {id ? <Order key={id} id={id} changed={() => setTurn((n) => n + 1)} /> : <p class="shut note">{b('choose')}</p>}
      </main>
    </div>
  );
}

function None() {
  return (
    <div class="card">
      <b>{b('none')}</b>
      <p class="note">{b('none_more')}</p>
    </div>
  );
}

/** The server's order is by whose turn it is: a heading where that changes. */
function Grouped({ rows, id }: { rows: readonly Row[]; id: string }) {
  return (
    <>
      {GROUPS.map(([name, belongs]) => {
        const found = rows.filter(belongs);
        return (
          found.length > 0 && (
            <section key={name}>
              <h2 class="kicker">{b(name)}</h2>
              {found.map((row) => (
                <Entry key={row.id} row={row} on={row.id === id} />
              ))}
            </section>
          )
        );
      })}
    </>
  );
}

function Entry({ row, on }: { row: Row; on: boolean }) {
  return (
    <a
      class={`card ${row.call ? 'stop' : row.state === 'waiting' ? 'ask' : ''}`}
      href={`/buying/${row.id}${location.search}`}
      aria-current={on ? 'page' : undefined}
      data-testid={`answer-${row.number}`}
    >
      <span class="row spread">
        <b class="mono">{row.number}</b>
        <Standing of="state" state={row.state} />
      </span>
      <span class="note">{row.supplierName}</span>
      <span class="row wrap tags">
        {row.differs.map((kind) => (
          <span key={kind} class="chip ask">
            {term('differs', kind)}
          </span>
        ))}
        {row.openLines > 0 && row.openLines < row.lines && (
          <span class="chip">{b('lines_open', { n: row.openLines })}</span>
        )}
        {row.reminders > 0 && <span class="chip">{b('reminded', { n: row.reminders })}</span>}
        {row.moved > 0 && <span class="chip">{b('moved', { n: row.moved })}</span>}
      </span>
    </a>
  );
}
