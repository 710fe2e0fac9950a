import { got } from '../../api/client';
import { number, time } from '../../i18n';
import { Bills } from './Bill';
import { core, useRead, type Schemas } from './core';
import { Listing } from '../lists';
import { amount, Card, Do, Due, each, Facts, money, on, Share, Shown, State, Table } from './parts';
import { Cancel, Stands } from './Sales';
import { NextVersion } from './Version';
import { term, w } from './words';

type Row = Schemas['PurchaseOrderRow'];
type Line = Schemas['PurchaseOrderLine'];
type Whole = Schemas['PurchaseOrderFacts'];

export function PurchaseList() {
  return (
    <Card title={w('purchases')}>
      <Listing
        name={w('purchases')}
        what={['purchases']}
        ask={(query) => got(core.GET('/api/core/purchase-orders', { params: { query } }))}
      >
        {(rows) => (
          <Table<Row>
            name={w('purchases')}
            rows={rows}
            id={(row) => row.number}
            columns={[
              {
                head: w('number'),
                cell: (row) => <a href={`/office/purchases/${encodeURIComponent(row.number)}`}>{row.number}</a>,
              },
              { head: w('supplier'), cell: (row) => row.supplierName },
              { head: w('state'), cell: (row) => <State of={row.state} /> },
              { head: w('version'), cell: (row) => number(row.version), num: true },
              {
                head: w('next_on'),
                cell: (row) => <Due at={row.nextOn} isOpen={['released', 'answered', 'agreed'].includes(row.state)} />,
              },
              { head: w('received'), cell: (row) => <Share done={row.received} of={row.ordered} /> },
              { head: w('total'), cell: (row) => money(row.total), num: true },
            ]}
          />
        )}
      </Listing>
    </Card>
  );
}

export function PurchaseOrder({ id }: { id: string }) {
  const read = useRead(
    () => got(core.GET('/api/core/purchase-orders/{number}', { params: { path: { number: id } } })),
    ['purchase', id],
  );
  return <Shown read={read}>{(order) => <Order order={order} again={read.again} />}</Shown>;
}

function Order({ order, again }: { order: Whole; again: () => void }) {
  return (
    <>
      <Card title={`${w('purchase_order')} ${order.number}`} id="purchase-order">
        <Facts
          of={[
            [
              w('supplier'),
              <a href={`/office/partners/${encodeURIComponent(order.supplier)}`}>
                {order.supplierName} ({order.supplier})
              </a>,
            ],
            [w('state'), <State of={order.state} />],
            [w('version'), number(order.version)],
            [w('made'), time(order.madeAt)],
            [w('total'), `${money(order.total)} ${order.currency}`],
          ]}
        />
        <div class="acts">
          {order.state === 'draft' && (
            <Do
              kind="go"
              id="release"
              label={w('release')}
              done={again}
              send={(headers) =>
                core.POST('/api/core/purchase-orders/release', { body: { number: order.number }, headers })
              }
            />
          )}
          {['draft', 'released', 'answered', 'agreed'].includes(order.state) && (
            <Cancel
              done={again}
              send={(reason, headers) =>
                core.POST('/api/core/purchase-orders/cancel', { body: { number: order.number, reason }, headers })
              }
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
            { head: w('versions'), cell: (line) => <Versions line={line} /> },
            { head: w('quantity'), cell: (line) => amount(line.quantity, line.unit), num: true },
            { head: w('wanted_on'), cell: (line) => on(line.wantedOn) },
            {
              head: w('promised'),
              cell: (line) =>
                line.promises.length
                  ? line.promises.map((part) => (
                      <div key={part.promisedOn}>
                        {amount(part.quantity)} · {on(part.promisedOn)}
                        {part.promisedOn > line.wantedOn && <span class="late"> △ {w('late')}</span>}
                      </div>
                    ))
                  : w('not_answered'),
            },
            { head: w('advised'), cell: (line) => amount(line.advised), num: true },
            { head: w('received'), cell: (line) => amount(line.received), num: true },
            { head: w('returned'), cell: (line) => amount(line.returned), num: true },
            { head: w('invoiced'), cell: (line) => amount(line.invoiced), num: true },
            { head: w('price'), cell: (line) => each(line.price), num: true },
          ]}
        />
      </Card>
      <NextVersion order={order} again={again} />
      <Bills order={order} again={again} />
      <Card title={w('history')} id="history">
        <ol class="history">
          {[
            ...order.versions.map((one) => ({
              at: one.releasedAt,
              says: w('version_sent', { n: String(one.version) }),
            })),
            ...order.answers.map((one) => ({
              at: one.at,
              says: w('answer_to', { n: String(one.version), state: term('answer', one.state) }),
            })),
            ...order.invoices.map((one) => ({
              at: one.bookedAt,
              says: w('bill_booked', { number: one.number, total: money(one.total) }),
            })),
          ]
            .sort((a, b) => a.at.localeCompare(b.at))
            .map((one) => (
              <li key={one.at + one.says}>
                <time dateTime={one.at}>{time(one.at)}</time> {one.says}
              </li>
            ))}
        </ol>
      </Card>
    </>
  );
}

/** What the line stands on; when the item has moved on meanwhile, that is said. */
function Versions({ line }: { line: Line }) {
  const isOld = line.currentRevision !== null && line.currentRevision !== line.revision;
  return (
    <>
      <Stands revision={line.revision} bom={line.bomRevision} cost={line.costVersion} />
      {isOld && <div class="late">△ {w('now_revision', { revision: line.currentRevision ?? '' })}</div>}
    </>
  );
}
