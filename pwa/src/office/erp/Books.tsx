import { useState } from 'preact/hooks';
import { got } from '../../api/client';
import { time } from '../../i18n';
import { core, useRead, type Schemas } from './core';
import { amount, Card, Document, each, Facts, money, Pages, Shown, Table } from './parts';
import { term, w } from './words';

type Account = Schemas['AccountBalance'];
type Entry = Schemas['Entry'];
type Value = Schemas['ItemValue'];

/** The trial balance, what the stock is worth, and every entry with its two sides. */
export function Books() {
  const trial = useRead(() => got(core.GET('/api/core/books/trial-balance')), ['trial']);
  const [page, setPage] = useState(1);
  const journal = useRead(() => got(core.GET('/api/core/books/journal', { params: { query: { page, size: 20 } } })), ['journal', page]);
  const [valuePage, setValuePage] = useState(1);
  const values = useRead(() => got(core.GET('/api/core/books/stock-values', { params: { query: { page: valuePage, size: 15 } } })), ['values', valuePage]);
  return (
    <>
      <Card title={w('trial_balance')} id="trial-balance">
        <Shown read={trial}>
          {(told) => (
            <>
              <Facts of={[[w('debit'), money(told.debit)], [w('credit'), money(told.credit)], [w('difference'), Number(told.difference) === 0 ? `✓ ${money(told.difference)}` : `✕ ${money(told.difference)}`], [w('currency'), told.currency]]} />
              <Table<Account> name={w('trial_balance')} rows={told.accounts} id={(one) => one.code} columns={[
                { head: w('account'), cell: (one) => <><span class="mono">{one.code}</span> {one.name}</> }, { head: w('kind'), cell: (one) => term('acc', one.kind) },
                { head: w('debit'), cell: (one) => money(one.debit), num: true }, { head: w('credit'), cell: (one) => money(one.credit), num: true }, { head: w('balance'), cell: (one) => money(one.balance), num: true },
              ]} />
            </>
          )}
        </Shown>
      </Card>
      <Card title={w('stock_value')}>
        <Shown read={values}>
          {(told) => (
            <>
              <Facts of={[[w('total'), money(told.value)]]} />
              <Table<Value> name={w('stock_value')} rows={told.items} id={(one) => one.sku} columns={[
                { head: w('item'), cell: (one) => <><a href={`/office/items/${encodeURIComponent(one.sku)}`}>{one.sku}</a> <span class="note">{one.name}</span></> }, { head: w('valuation'), cell: (one) => term('val', one.valuation) },
                { head: w('quantity'), cell: (one) => amount(one.quantity, one.unit), num: true }, { head: w('unit_cost'), cell: (one) => each(one.unitCost), num: true }, { head: w('value'), cell: (one) => money(one.value), num: true },
              ]} />
              <Pages {...told} go={setValuePage} />
            </>
          )}
        </Shown>
      </Card>
      <Card title={w('journal')} id="journal">
        <Shown read={journal}>
          {(told) => (
            <>
              <ul class="entries">{told.items.map((one) => <Posted key={one.id} entry={one} />)}</ul>
              <Pages {...told} go={setPage} />
            </>
          )}
        </Shown>
      </Card>
    </>
  );
}

/** An opening has a line an item: of so long an entry the first few tell enough. */
const FOLDED = 6;

function Posted({ entry }: { entry: Entry }) {
  const [isWhole, setWhole] = useState(entry.lines.length <= FOLDED + 2);
  const lines = isWhole ? entry.lines : entry.lines.slice(0, FOLDED);
  return (
    <li>
      <div class="row spread"><b>{term('entry', entry.kind)}</b><span><Document of={entry.document} /></span><time dateTime={entry.at}>{time(entry.at)}</time></div>
      {entry.note && <div class="note">{entry.note}</div>}
      <table class="sheet">
        <tbody>
          {lines.map((line, place) => (
            <tr key={place}><td><span class="mono">{line.account}</span> {line.accountName}{line.sku && <span class="note"> · {line.sku}{line.quantity && ` × ${amount(line.quantity)}`}</span>}</td><td class="num">{Number(line.debit) ? money(line.debit) : ''}</td><td class="num">{Number(line.credit) ? money(line.credit) : ''}</td></tr>
          ))}
        </tbody>
      </table>
      {!isWhole && <button type="button" class="btn" onClick={() => setWhole(true)}>{w('show_lines', { n: entry.lines.length })}</button>}
    </li>
  );
}
