import { useState } from 'preact/hooks';
import type { components } from '../../api/schema';
import { client, got } from '../../api/client';
import { number, t } from '../../i18n';
import type { Family } from './family';
import { w } from './words';

type Buyer = Family['buyers'][number];
type Order = components['schemas']['ReachedOrder'];

/** Where a family came from and whom it reached, all of it: what a recall is made of, however little of it is drawn. */
export function Reach({ family }: { family: Family }) {
  return (
    <>
      {family.sources.length > 0 && (
        <section>
          <h2>{w('suppliers')}</h2>
          <ul class="list" data-testid="suppliers">
            {family.sources.map((one) => (
              <li key={`${one.supplier}/${one.purchaseOrder}`} class="card tight">
                <b>← {one.supplier || w('no_supplier')}</b>{' '}
                <span class="note">
                  {one.purchaseOrder} · {w('pieces_count', { n: Number(one.quantity) })}
                </span>
                <Codes codes={one.codes} things={one.things} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {family.buyers.length > 0 && (
        <section>
          <h2>{w('customers')}</h2>
          <ul class="list" data-testid="customers">
            {family.buyers.map((one) => (
              <Customer key={one.id} of={family.of} buyer={one} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** A customer's sum, and its orders a page at a time when somebody asks. */
function Customer({ of, buyer }: { of: string; buyer: Buyer }) {
  const [orders, setOrders] = useState<readonly Order[]>([]);
  const [next, setNext] = useState<string | null>('');
  const [fault, setFault] = useState(false);
  const more = async (): Promise<void> => {
    try {
      const page = await got(
        client.GET('/api/floor/trace/family/{thing_id}/orders', {
          params: { path: { thing_id: of }, query: { customer: buyer.id, after: next ?? '' } },
        }),
      );
      setOrders([...orders, ...page.orders]);
      setNext(page.next ?? null);
      setFault(false);
    } catch {
      setFault(true);
    }
  };
  return (
    <li class="card tight">
      <details onToggle={(event) => event.currentTarget.open && orders.length === 0 && void more()}>
        <summary>
          <b>→ {buyer.customer}</b>{' '}
          <span class="note">
            {w('orders_count', { n: buyer.orders })} · {w('pieces_count', { n: Number(buyer.quantity) })}
          </span>
        </summary>
        <ul class="list">
          {orders.map((one) => (
            <li key={one.order}>
              <b class="mono">{one.number}</b>{' '}
              <span class="note">{w('pieces_count', { n: Number(one.quantity) })}</span>
              <Codes codes={one.codes} things={one.things} />
            </li>
          ))}
        </ul>
        {fault && <p>{t('need_network')}</p>}
        {next && orders.length > 0 && (
          <button type="button" class="btn" onClick={() => void more()}>
            {w('more_orders')}
          </button>
        )}
      </details>
    </li>
  );
}

function Codes({ codes, things }: { codes: readonly string[]; things: number }) {
  return (
    <div class="mono codes">
      {codes.map((code) => (
        <span key={code}>{code}</span>
      ))}
      {things > codes.length && <b>{w('and_more', { n: number(String(things - codes.length)) })}</b>}
    </div>
  );
}
