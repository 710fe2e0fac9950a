import { got } from '../../api/client';
import { number, time } from '../../i18n';
import { core, useRead, type Schemas } from './core';
import { Listing } from '../lists';
import { amount, Card, Do, Due, Facts, money, Share, Shown, State, Table } from './parts';
import { Cancel, Stands } from './Sales';
import { w } from './words';

type Row = Schemas['WorkOrderRow'];
type Whole = Schemas['WorkOrderFacts'];
type Step = Schemas['WorkOperationFacts'];
type Material = Schemas['WorkMaterialFacts'];

export function WorkList() {
  return (
    <Card title={w('work_orders')}>
      <Listing
        name={w('work_orders')}
        what={['works']}
        ask={(query) => got(core.GET('/api/core/work-orders', { params: { query } }))}
      >
        {(rows) => (
          <Table<Row>
            name={w('work_orders')}
            rows={rows}
            id={(row) => row.number}
            columns={[
              {
                head: w('number'),
                cell: (row) => <a href={`/office/work/${encodeURIComponent(row.number)}`}>{row.number}</a>,
              },
              {
                head: w('item'),
                cell: (row) => (
                  <>
                    {row.sku}
                    <div class="note">{row.name}</div>
                  </>
                ),
              },
              { head: w('versions'), cell: (row) => <Stands revision={row.revision} bom={row.bomRevision} /> },
              { head: w('state'), cell: (row) => <State of={row.state} /> },
              {
                head: w('due'),
                cell: (row) => <Due at={row.dueAt} isOpen={['draft', 'released', 'started'].includes(row.state)} />,
              },
              { head: w('made_of'), cell: (row) => <Share done={row.produced} of={row.quantity} /> },
              { head: w('quantity'), cell: (row) => amount(row.quantity), num: true },
              { head: w('scrap'), cell: (row) => amount(row.scrapped), num: true },
            ]}
          />
        )}
      </Listing>
    </Card>
  );
}

export function WorkOrder({ id }: { id: string }) {
  const read = useRead(
    () => got(core.GET('/api/core/work-orders/{number}', { params: { path: { number: id } } })),
    ['work', id],
  );
  return <Shown read={read}>{(order) => <Order order={order} again={read.again} />}</Shown>;
}

function Order({ order, again }: { order: Whole; again: () => void }) {
  const named = { number: order.number };
  const isOld = order.currentRevision !== null && order.currentRevision !== order.revision;
  return (
    <>
      <Card title={`${w('work_order')} ${order.number}`} id="work-order">
        <Facts
          of={[
            [
              w('item'),
              <>
                <a href={`/office/items/${encodeURIComponent(order.sku)}`}>{order.sku}</a> {order.name}
              </>,
            ],
            [w('state'), <State of={order.state} />],
            [
              w('versions'),
              <>
                <Stands revision={order.revision} bom={order.bomRevision} cost={order.costVersion} />
                {isOld && <span class="late"> △ {w('now_revision', { revision: order.currentRevision ?? '' })}</span>}
              </>,
            ],
            [w('due'), time(order.dueAt)],
            [w('made_of'), `${amount(order.produced)} / ${amount(order.quantity)}`],
            [w('scrap'), amount(order.scrapped)],
            [w('spent'), money(order.spent)],
            [w('earned'), money(order.earned)],
            [w('unit_cost'), money(order.unitCost)],
          ]}
        />
        <div class="acts">
          {order.state === 'draft' && (
            <Do
              kind="go"
              id="release"
              label={w('release')}
              done={again}
              send={(headers) => core.POST('/api/core/work-orders/release', { body: named, headers })}
            />
          )}
          {['started', 'finished', 'released'].includes(order.state) && (
            <Do
              id="close-order"
              label={w('close_order')}
              done={again}
              send={(headers) => core.POST('/api/core/work-orders/close', { body: named, headers })}
            />
          )}
          {['draft', 'released'].includes(order.state) && (
            <Cancel
              done={again}
              send={(reason, headers) =>
                core.POST('/api/core/work-orders/cancel', { body: { ...named, reason }, headers })
              }
            />
          )}
        </div>
      </Card>
      <Card title={w('operations')}>
        <Table<Step>
          name={w('operations')}
          rows={order.operations}
          id={(step) => String(step.operation)}
          columns={[
            { head: '#', cell: (step) => step.operation },
            {
              head: w('operation'),
              cell: (step) => (
                <>
                  {step.name}
                  <div class="note">
                    {step.workCentre}
                    {step.skill && ` · ${step.skill}`}
                  </div>
                </>
              ),
            },
            { head: w('good'), cell: (step) => amount(step.good), num: true },
            { head: w('scrap'), cell: (step) => amount(step.scrap), num: true },
            { head: w('rework'), cell: (step) => amount(step.rework), num: true },
            {
              head: w('minutes'),
              cell: (step) => `${number(step.minutes)} / ${number(step.plannedMinutes)}`,
              num: true,
            },
          ]}
        />
      </Card>
      <Card title={w('materials')}>
        <Table<Material>
          name={w('materials')}
          rows={order.materials}
          id={(one) => String(one.line)}
          columns={[
            {
              head: w('item'),
              cell: (one) => (
                <>
                  <a href={`/office/items/${encodeURIComponent(one.sku)}`}>{one.sku}</a>
                  <div class="note">{one.name}</div>
                </>
              ),
            },
            { head: w('operation'), cell: (one) => one.operation, num: true },
            { head: w('each'), cell: (one) => amount(one.quantityEach), num: true },
            { head: w('needed'), cell: (one) => amount(one.needed), num: true },
            { head: w('consumed'), cell: (one) => amount(one.consumed), num: true },
          ]}
        />
      </Card>
    </>
  );
}
