import { useState } from 'preact/hooks';
import { got } from '../../api/client';
import { number, time } from '../../i18n';
import { core, useRead, type Schemas } from './core';
import { Listing } from '../lists';
import { Accept } from './Accept';
import { amount, Card, Do, Due, each, Facts, money, on, Share, Shown, State, Table } from './parts';
import { Entry } from './Version';
import { w } from './words';

type Row = Schemas['SalesOrderRow'];
type Line = Schemas['SalesOrderLine'];
type Bill = Schemas['CustomerBill'];
type Whole = Schemas['SalesOrderFacts'];

export function SalesList() {
  return (
    <>
      <Accept />
      <Card title={w('sales')}>
        <Listing
          name={w('sales')}
          what={['sales']}
          ask={(query) => got(core.GET('/api/core/sales-orders', { params: { query } }))}
        >
          {(rows) => (
            <Table<Row>
              name={w('sales')}
              rows={rows}
              id={(row) => row.number}
              columns={[
                {
                  head: w('number'),
                  cell: (row) => <a href={`/office/sales/${encodeURIComponent(row.number)}`}>{row.number}</a>,
                },
                { head: w('customer'), cell: (row) => row.customerName },
                { head: w('state'), cell: (row) => <State of={row.state} /> },
                {
                  head: w('due'),
                  cell: (row) => (
                    <Due at={row.dueAt} isOpen={['entered', 'released', 'part_shipped'].includes(row.state)} />
                  ),
                },
                { head: w('shipped'), cell: (row) => <Share done={row.shipped} of={row.ordered} /> },
                { head: w('total'), cell: (row) => money(row.total), num: true },
              ]}
            />
          )}
        </Listing>
      </Card>
    </>
  );
}

export function SalesOrder({ id }: { id: string }) {
  const read = useRead(
    () => got(core.GET('/api/core/sales-orders/{number}', { params: { path: { number: id } } })),
    ['sale', id],
  );
  return <Shown read={read}>{(order) => <Order order={order} again={read.again} />}</Shown>;
}

function Order({ order, again }: { order: Whole; again: () => void }) {
  const named = { number: order.number };
  const toBill = order.lines.some((line) => Number(line.shipped) > Number(line.invoiced));
  return (
    <>
      <Card title={`${w('sales_order')} ${order.number}`} id="sales-order">
        <Facts
          of={[
            [
              w('customer'),
              <a href={`/office/partners/${encodeURIComponent(order.customer)}`}>
                {order.customerName} ({order.customer})
              </a>,
            ],
            [w('state'), <State of={order.state} />],
            [w('due'), time(order.dueAt)],
            [w('version'), number(order.version)],
            [w('carrier'), order.carrier || '–'],
            [w('total'), money(order.total)],
          ]}
        />
        <div class="acts">
          {order.state === 'entered' && (
            <Do
              kind="go"
              id="release"
              label={w('release')}
              done={again}
              send={(headers) => core.POST('/api/core/sales-orders/release', { body: named, headers })}
            />
          )}
          {toBill && (
            <Do
              kind="go"
              id="invoice"
              label={w('make_invoice')}
              done={again}
              send={(headers) => core.POST('/api/core/sales-orders/invoice', { body: named, headers })}
            />
          )}
          {['entered', 'released'].includes(order.state) && (
            <Cancel
              send={(reason, headers) =>
                core.POST('/api/core/sales-orders/cancel', { body: { ...named, reason }, headers })
              }
              done={again}
            />
          )}
        </div>
      </Card>
      <Card title={w('lines')}>
        <Table<Line>
          name={w('lines')}
          rows={order.lines}
          id={(line) => String(line.line)}
          columns={[
            { head: '#', cell: (line) => line.line },
            {
              head: w('item'),
              cell: (line) => (
                <>
                  <a href={`/office/items/${encodeURIComponent(line.sku)}`}>{line.sku}</a>
                  <div class="note">{line.name}</div>
                </>
              ),
            },
            {
              head: w('versions'),
              cell: (line) => <Stands revision={line.revision} bom={line.bomRevision} cost={line.costVersion} />,
            },
            { head: w('quantity'), cell: (line) => amount(line.quantity, line.unit), num: true },
            { head: w('picked'), cell: (line) => amount(line.picked), num: true },
            { head: w('short'), cell: (line) => amount(line.shorted), num: true },
            { head: w('shipped'), cell: (line) => amount(line.shipped), num: true },
            { head: w('invoiced'), cell: (line) => amount(line.invoiced), num: true },
            { head: w('price'), cell: (line) => each(line.price), num: true },
            { head: w('margin'), cell: (line) => money(line.margin), num: true },
          ]}
        />
      </Card>
      <Card title={w('invoices')} id="invoices">
        <Table<Bill>
          name={w('invoices')}
          rows={order.invoices}
          id={(bill) => bill.number}
          columns={[
            { head: w('number'), cell: (bill) => bill.number },
            { head: w('on'), cell: (bill) => on(bill.invoicedAt) },
            { head: w('due'), cell: (bill) => on(bill.dueOn) },
            { head: w('total'), cell: (bill) => money(bill.total), num: true },
            { head: w('paid'), cell: (bill) => money(bill.paid), num: true },
            {
              head: '',
              cell: (bill) =>
                Number(bill.paid) < Number(bill.total) && <Pay key={bill.paid} bill={bill} again={again} />,
            },
          ]}
        />
      </Card>
    </>
  );
}

/** A customer's payment, of what is still open unless somebody types another amount. */
function Pay({ bill, again }: { bill: Bill; again: () => void }) {
  const [sum, setSum] = useState(
    ((Math.round(Number(bill.total) * 100) - Math.round(Number(bill.paid) * 100)) / 100).toFixed(2),
  );
  return (
    <span class="cancelling">
      <Entry name={w('amount_paid')} value={sum} take={setSum} />
      <Do
        id="pay"
        disabled={!(Number(sum) > 0)}
        label={w('book_payment')}
        done={again}
        send={(headers) =>
          core.POST('/api/core/sales-orders/payments', { body: { invoice: bill.number, amount: sum }, headers })
        }
      />
    </span>
  );
}

/** The three versions a line stands on: what the drawing, the making and the costing each follow. */
export function Stands({
  revision,
  bom,
  cost,
}: {
  revision: string | null;
  bom?: string | null | undefined;
  cost?: number | null | undefined;
}) {
  return (
    <span class="stands">
      {revision ?? '–'}
      {bom ? ` · ${bom}` : ''}
      {cost ? ` · ${w('cost_v', { n: String(cost) })}` : ''}
    </span>
  );
}

/** A cancellation wants its reason. */
export function Cancel({
  send,
  done,
}: {
  send: (
    reason: string,
    headers: { 'Idempotency-Key': string },
  ) => Promise<{ data?: unknown; error?: unknown; response: Response }>;
  done: () => void;
}) {
  const [reason, setReason] = useState('');
  const [isOpen, setOpen] = useState(false);
  if (!isOpen)
    return (
      <button type="button" class="btn" onClick={() => setOpen(true)}>
        {w('cancel_order')}
      </button>
    );
  return (
    <span class="cancelling">
      <label class="field">
        <span>{w('reason')}</span>
        <input value={reason} maxLength={500} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <Do
        label={w('cancel_order')}
        disabled={reason.trim().length < 3}
        done={done}
        send={(headers) => send(reason.trim(), headers)}
      />
    </span>
  );
}
