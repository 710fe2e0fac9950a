import { useState } from 'preact/hooks';
import { core, type Schemas } from './core';
import { amount, Card, Do, each, money, Table } from './parts';
import { Entry } from './Version';
import { w } from './words';

type Order = Schemas['PurchaseOrderFacts'];
type Line = Schemas['PurchaseOrderLine'];
type Bill = Schemas['SupplierBill'];

/** What of a line was kept and is not billed yet, in ten-thousandths, so that nothing is rounded. */
const toBill = (line: Line): number =>
  [line.received, line.returned, line.invoiced]
    .map((part) => Math.round(Number(part) * 10_000))
    .reduce((left, part) => left - part);

/** The supplier's invoices of an order, and the next one to book: matched line by line with what was ordered and what came. */
export function Bills({ order, again }: { order: Order; again: () => void }) {
  const open = order.lines.filter((line) => toBill(line) > 0);
  if (!order.invoices.length && !open.length) return null;
  return (
    <Card title={w('supplier_bills')} id="bills">
      {order.invoices.length > 0 && (
        <Table<Bill>
          name={w('supplier_bills')}
          rows={order.invoices}
          id={(bill) => bill.number}
          columns={[
            { head: w('number'), cell: (bill) => bill.number },
            { head: w('total'), cell: (bill) => money(bill.total), num: true },
          ]}
        />
      )}
      {open.length > 0 && (
        <Form key={open.map((line) => line.invoiced).join()} order={order} open={open} again={again} />
      )}
    </Card>
  );
}

function Form({ order, open, again }: { order: Order; open: readonly Line[]; again: () => void }) {
  const [name, setName] = useState('');
  const [billed, setBilled] = useState(
    () => new Map(open.map((line) => [line.line, { quantity: String(toBill(line) / 10_000), price: line.price }])),
  );
  const change = (line: number, change: { quantity?: string; price?: string }): void =>
    setBilled((before) => new Map([...before, [line, { ...before.get(line)!, ...change }]]));
  const lines = [...billed].filter(([, one]) => Number(one.quantity) > 0).map(([line, one]) => ({ line, ...one }));
  const total = lines.reduce((sum, one) => sum + Number(one.quantity) * Number(one.price), 0);
  return (
    <>
      <h3>{w('book_bill')}</h3>
      <label class="field find">
        <span>{w('bill_number')}</span>
        <input
          value={name}
          maxLength={64}
          data-testid="bill-number"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <Table<Line>
        name={w('book_bill')}
        rows={open}
        id={(line) => String(line.line)}
        columns={[
          { head: '#', cell: (line) => line.line },
          {
            head: w('item'),
            cell: (line) => (
              <>
                {line.sku}
                <div class="note">{line.name}</div>
              </>
            ),
          },
          {
            head: w('ordered_now'),
            cell: (line) => (
              <>
                {amount(line.quantity, line.unit)} · {each(line.price)}
              </>
            ),
          },
          { head: w('to_bill'), cell: (line) => amount(String(toBill(line) / 10_000), line.unit), num: true },
          {
            head: w('billed'),
            cell: (line) => (
              <Entry
                name={`${w('billed')} ${line.line}`}
                value={billed.get(line.line)!.quantity}
                take={(quantity) => change(line.line, { quantity })}
              />
            ),
          },
          {
            head: w('price'),
            cell: (line) => (
              <>
                <Entry
                  name={`${w('price')} ${line.line}`}
                  value={billed.get(line.line)!.price}
                  take={(price) => change(line.line, { price })}
                />
                {Number(billed.get(line.line)!.price) !== Number(line.price) && (
                  <div class="late">△ {w('price_differs')}</div>
                )}
              </>
            ),
          },
        ]}
      />
      <div class="acts">
        <b>
          {w('total')} {money(total.toFixed(2))}
        </b>
        <Do
          kind="go"
          id="book-bill"
          disabled={!name.trim() || lines.length === 0}
          label={w('book_bill')}
          done={again}
          send={(headers) =>
            core.POST('/api/core/purchase-orders/invoices', {
              body: { purchaseOrder: order.number, number: name.trim(), lines },
              headers,
            })
          }
        />
      </div>
    </>
  );
}
