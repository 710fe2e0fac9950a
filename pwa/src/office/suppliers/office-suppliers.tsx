import './suppliers.css';
import { useLocation, useRoute } from 'preact-iso';
import { useEffect } from 'preact/hooks';
import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { may } from '../../session/session';
import type { components } from '../../api/schema';
import { Order } from './Order';
import { b, term } from './words';

type Row = components['schemas']['BuyerRow'];

const GROUPS: readonly ['waits' | 'supplier_turn' | 'settled', (row: Row) => boolean][] = [
  ['waits', (row) => row.state === 'waiting'],
  ['supplier_turn', (row) => ['sent', 'viewed', 'part_answered', 'countered'].includes(row.state)],
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
  const rows = useAnswer(() => got(client.GET('/api/floor/suppliers/orders')), [id], 10_000);
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
        {rows.data?.length === 0 && (
          <div class="card">
            <b>{b('none')}</b>
            <p class="note">{b('none_more')}</p>
          </div>
        )}
        {GROUPS.map(([name, belongs]) => {
          const found = rows.data?.filter(belongs) ?? [];
          return (
            found.length > 0 && (
              <section key={name}>
                <h2 class="kicker">
                  {b(name)} <span class="note">{found.length}</span>
                </h2>
                {found.map((row) => (
                  <Entry key={row.id} row={row} on={row.id === id} />
                ))}
              </section>
            )
          );
        })}
      </nav>
      <main>{id ? <Order key={id} id={id} changed={rows.again} /> : <p class="shut note">{b('choose')}</p>}</main>
    </div>
  );
}

const TONES: Readonly<Record<string, string>> = {
  waiting: 'ask',
  open: 'ask',
  countered: 'stop',
  cancelled: 'stop',
  agreed: 'ok',
  shipping: 'ok',
  part_shipped: 'ok',
  shipped: 'ok',
};
const SIGNS: Readonly<Record<string, string>> = { ask: '△', ok: '✓', stop: '✕' };

export function Standing({ of, state }: { of: 'state' | 'line'; state: string }) {
  const tone = TONES[state] ?? '';
  return (
    <span class={`chip ${tone}`}>
      {SIGNS[tone] ?? '…'} {term(of, state)}
    </span>
  );
}

function Entry({ row, on }: { row: Row; on: boolean }) {
  return (
    <a
      class={`card ${row.state === 'waiting' ? 'ask' : ''}`}
      href={`/buying/${row.id}`}
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
        {row.openLines > 0 && row.openLines < row.lines && <span class="chip">{b('lines_open', { n: row.openLines })}</span>}
        {row.reminders > 0 && <span class="chip">{b('reminded', { n: row.reminders })}</span>}
        {row.moved > 0 && <span class="chip">{b('moved', { n: row.moved })}</span>}
      </span>
    </a>
  );
}
