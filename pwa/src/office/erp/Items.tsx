import { Fragment } from 'preact';
import { client, got } from '../../api/client';
import type { StockRow } from '../../api/types';
import { number, time } from '../../i18n';
import { core, useRead, type Schemas } from './core';
import { Listing } from '../lists';
import { amount, Card, Do, Document, each, Facts, money, on, Shown, State, Table } from './parts';
import { term, w } from './words';

type Row = Schemas['ItemRow'];
type Whole = Schemas['ItemFacts'];
type Revision = Schemas['RevisionFacts'];
type Cost = Schemas['CostFacts'];
type Open = Schemas['OpenLine'];
type Material = Schemas['MaterialFacts'];

const OPEN_IN: Readonly<Record<string, string>> = { material: 'work' };

export function ItemList() {
  return (
    <Card title={w('items')}>
      <Listing
        name={w('items')}
        what={['items']}
        prefix="items"
        ask={(query) => got(core.GET('/api/core/items', { params: { query } }))}
      >
        {(rows) => (
          <Table<Row>
            name={w('items')}
            rows={rows}
            id={(row) => row.sku}
            columns={[
              {
                head: w('item'),
                cell: (row) => <a href={`/office/items/${encodeURIComponent(row.sku)}`}>{row.sku}</a>,
              },
              { head: w('name'), cell: (row) => row.name },
              { head: w('revision'), cell: (row) => row.revision ?? '–' },
              { head: w('got_by'), cell: (row) => term('by', row.procurement) },
              { head: w('quantity'), cell: (row) => amount(row.quantity, row.unit), num: true },
              { head: w('value'), cell: (row) => money(row.value), num: true },
            ]}
          />
        )}
      </Listing>
    </Card>
  );
}

export function Item({ id }: { id: string }) {
  const read = useRead(() => got(core.GET('/api/core/items/{sku}', { params: { path: { sku: id } } })), ['item', id]);
  const stock = useRead(() => places(id), ['places', id]);
  return <Shown read={read}>{(item) => <Facing item={item} stock={stock.data} again={read.again} />}</Shown>;
}

/** Where it lies, from the floor: the floor knows places, the core knows worth. */
async function places(sku: string): Promise<readonly StockRow[]> {
  const found = await got(
    client.GET('/api/floor/work/resolve', { params: { query: { code: sku, expected: 'item' } } }),
  );
  const item = found.matches.find((one) => one.kind === 'item' && one.code === sku);
  if (!item) return [];
  return got(client.GET('/api/floor/work/stock/{by}/{of}', { params: { path: { by: 'item', of: item.id } } }));
}

function Facing({ item, stock, again }: { item: Whole; stock: readonly StockRow[] | null; again: () => void }) {
  const drafts = item.revisions.filter((one) => one.state === 'draft');
  const sku = item.sku;
  return (
    <>
      <Card title={`${item.sku} · ${item.name}`} id="item">
        <Facts
          of={[
            [w('revision'), item.revision ?? '–'],
            [w('got_by'), term('by', item.procurement)],
            [w('supplier'), item.supplierName ?? '–'],
            [w('lead'), w('days', { n: item.leadDays })],
            [w('tracking'), term('tr', item.tracking)],
            [w('valuation'), term('val', item.valuation)],
            [w('quantity'), amount(item.quantity, item.unit)],
            [w('value'), money(item.value)],
            [w('unit_cost'), each(item.unitCost)],
          ]}
        />
        <div class="acts">
          <Do
            id="cost"
            label={w('cost_anew')}
            done={again}
            send={(headers) => core.POST('/api/core/items/cost', { body: { sku }, headers })}
          />
          {drafts.map((one) => (
            <Fragment key={one.revision}>
              <Do
                kind="go"
                id="release-revision"
                label={
                  item.revision
                    ? w('release_use_up', { revision: one.revision, before: item.revision })
                    : w('release_revision', { revision: one.revision })
                }
                done={again}
                send={(headers) =>
                  core.POST('/api/core/items/revisions/release', {
                    body: { sku, revision: one.revision, before: 'use_up' },
                    headers,
                  })
                }
              />
              {item.revision && (
                <Do
                  id="release-stop"
                  label={w('release_stop', { revision: one.revision, before: item.revision })}
                  done={again}
                  send={(headers) =>
                    core.POST('/api/core/items/revisions/release', {
                      body: { sku, revision: one.revision, before: 'stop' },
                      headers,
                    })
                  }
                />
              )}
            </Fragment>
          ))}
        </div>
      </Card>
      <div class="sidebyside">
        <Card title={w('revisions')}>
          <Table<Revision>
            name={w('revisions')}
            rows={item.revisions}
            id={(one) => one.revision}
            columns={[
              { head: w('revision'), cell: (one) => one.revision },
              { head: w('state'), cell: (one) => <State of={one.stopped ? 'stopped' : one.state} /> },
              { head: w('from'), cell: (one) => on(one.effectiveFrom) },
              { head: w('until'), cell: (one) => on(one.effectiveTo) },
              { head: w('note'), cell: (one) => one.note },
            ]}
          />
        </Card>
        <Card title={w('costs')}>
          <Table<Cost>
            name={w('costs')}
            rows={item.costs}
            id={(one) => String(one.version)}
            columns={[
              { head: w('version'), cell: (one) => number(one.version), num: true },
              { head: w('reckoned_for'), cell: (one) => [one.revision, one.bomRevision].filter(Boolean).join(' · ') },
              { head: w('material'), cell: (one) => each(one.material), num: true },
              { head: w('labour'), cell: (one) => each(one.labour), num: true },
              { head: w('total'), cell: (one) => each(one.total), num: true },
              { head: w('on'), cell: (one) => time(one.madeAt) },
            ]}
          />
        </Card>
      </div>
      <Card title={w('where_it_lies')} id="places">
        {stock === null ? (
          <p class="note">{w('loading')}</p>
        ) : (
          <Table<StockRow>
            name={w('where_it_lies')}
            rows={stock}
            id={(row) => [row.place, row.lot, row.serial, row.handlingUnit, row.status].join('/')}
            columns={[
              { head: w('place'), cell: (row) => <b class="mono">{row.place}</b> },
              { head: w('lot'), cell: (row) => row.lot ?? row.serial ?? '–' },
              { head: w('unit_on'), cell: (row) => row.handlingUnit ?? '–' },
              { head: w('status'), cell: (row) => term('status', row.status) },
              { head: w('quantity'), cell: (row) => amount(row.quantity), num: true },
              { head: w('promised_q'), cell: (row) => amount(row.reserved), num: true },
            ]}
          />
        )}
      </Card>
      {item.boms.map((bom) => (
        <Card key={bom.bomRevision} title={w('bom_of', { bom: bom.bomRevision, revision: bom.itemRevision })}>
          <p>
            <State of={bom.state} />{' '}
            <span class="note">
              {on(bom.effectiveFrom)} – {on(bom.effectiveTo)}
            </span>
          </p>
          <Table<Material>
            name={w('materials')}
            rows={bom.materials}
            id={(one) => String(one.line)}
            columns={[
              { head: '#', cell: (one) => one.line },
              {
                head: w('item'),
                cell: (one) => (
                  <>
                    <a href={`/office/items/${encodeURIComponent(one.component)}`}>{one.component}</a>{' '}
                    <span class="note">{one.name}</span>
                  </>
                ),
              },
              { head: w('each'), cell: (one) => amount(one.quantityEach, one.unit), num: true },
              { head: w('operation'), cell: (one) => one.operation, num: true },
            ]}
          />
        </Card>
      ))}
      <Card title={w('open_lines')} id="open-lines">
        <Table<Open>
          name={w('open_lines')}
          rows={item.openLines}
          id={(one) => `${one.kind}${one.document}${one.line ?? ''}`}
          columns={[
            { head: w('kind'), cell: (one) => term('open', one.kind) },
            { head: w('number'), cell: (one) => <Document of={`${OPEN_IN[one.kind] ?? one.kind}/${one.document}`} /> },
            { head: w('revision'), cell: (one) => one.revision ?? '–' },
            { head: w('quantity'), cell: (one) => amount(one.quantity), num: true },
            { head: w('due'), cell: (one) => on(one.dueOn) },
          ]}
        />
      </Card>
    </>
  );
}
