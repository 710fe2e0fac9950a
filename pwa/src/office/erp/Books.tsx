import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { got } from '../../api/client';
import { language, time } from '../../i18n';
import { core, useRead, type Schemas } from './core';
import { Listing } from '../lists';
import { amount, Card, Document, each, Facts, money, Shown, Table } from './parts';
import { term, w } from './words';

type Account = Schemas['AccountBalance'];
type Entry = Schemas['Entry'];
type Value = Schemas['ItemValue'];

/** The trial balance, what the stock is worth, and every entry with its two sides. */
export function Books() {
  const trial = useRead(() => got(core.GET('/api/core/books/trial-balance')), ['trial']);
  const { account } = useLocation().query;
  const shown = trial.data?.accounts.find((one) => one.code === account);
  return (
    <>
      <Card title={w('trial_balance')} id="trial-balance">
        <Shown read={trial}>
          {(told) => (
            <>
              <Facts
                of={[
                  [w('debit'), money(told.debit)],
                  [w('credit'), money(told.credit)],
                  [
                    w('difference'),
                    Number(told.difference) === 0 ? `✓ ${money(told.difference)}` : `✕ ${money(told.difference)}`,
                  ],
                  [w('currency'), told.currency],
                ]}
              />
              <Table<Account>
                name={w('trial_balance')}
                rows={told.accounts}
                id={(one) => one.code}
                columns={[
                  {
                    head: w('account'),
                    cell: (one) => (
                      <>
                        <a
                          class="mono"
                          href={`/office/books?account=${encodeURIComponent(one.code)}`}
                          onClick={toJournal}
                        >
                          {one.code}
                        </a>{' '}
                        {named(one.name, one.names)}
                      </>
                    ),
                  },
                  { head: w('kind'), cell: (one) => term('acc', one.kind) },
                  { head: w('debit'), cell: (one) => money(one.debit), num: true },
                  { head: w('credit'), cell: (one) => money(one.credit), num: true },
                  { head: w('balance'), cell: (one) => money(one.balance), num: true },
                ]}
              />
            </>
          )}
        </Shown>
      </Card>
      <Card title={w('journal')} id="journal">
        {account && (
          <p class="row wrap" data-testid="one-account">
            <b>
              <span class="mono">{account}</span> {shown && named(shown.name, shown.names)}
            </b>
            <a href="/office/books">{w('every_account')}</a>
          </p>
        )}
        <Listing
          name={w('journal')}
          what={['journal', account]}
          prefix="entry"
          size={20}
          ask={({ search, ...query }) =>
            got(
              core.GET('/api/core/books/journal', {
                params: { query: { ...query, document: search, account: account ?? '' } },
              }),
            )
          }
        >
          {(entries) => (
            <ul class="entries">
              {entries.map((one) => (
                <Posted key={one.id} entry={one} />
              ))}
            </ul>
          )}
        </Listing>
      </Card>
      <Worth />
    </>
  );
}

/** An account's name in the reader's language, where it has one there. */
const named = (name: string, names: Readonly<Record<string, string>>): string => names[language()] ?? name;

/** The journal is below the accounts: who chose one wants to see it. */
const toJournal = (): void =>
  void setTimeout(() => document.querySelector('[data-testid=journal]')?.scrollIntoView({ behavior: 'smooth' }));

/** What the stock is worth, item by item. */
function Worth() {
  return (
    <Card title={w('stock_value')}>
      <Listing
        name={w('stock_value')}
        what={['values']}
        part="value."
        size={15}
        ask={({ page, size, search }) =>
          got(core.GET('/api/core/books/stock-values', { params: { query: { page, size, search } } }))
        }
      >
        {(rows, told) => (
          <>
            <Facts of={[[w('total'), money(told.value)]]} />
            <Table<Value>
              name={w('stock_value')}
              rows={rows}
              id={(one) => one.sku}
              columns={[
                {
                  head: w('item'),
                  cell: (one) => (
                    <>
                      <a href={`/office/items/${encodeURIComponent(one.sku)}`}>{one.sku}</a>{' '}
                      <span class="note">{one.name}</span>
                    </>
                  ),
                },
                { head: w('valuation'), cell: (one) => term('val', one.valuation) },
                { head: w('quantity'), cell: (one) => amount(one.quantity, one.unit), num: true },
                { head: w('unit_cost'), cell: (one) => each(one.unitCost), num: true },
                { head: w('value'), cell: (one) => money(one.value), num: true },
              ]}
            />
          </>
        )}
      </Listing>
    </Card>
  );
}

/** An opening has a line an item: of so long an entry the first few tell enough. */
const FOLDED = 6;

function Posted({ entry }: { entry: Entry }) {
  const [isWhole, setWhole] = useState(entry.lines.length <= FOLDED + 2);
  const lines = isWhole ? entry.lines : entry.lines.slice(0, FOLDED);
  return (
    <li>
      <div class="row spread">
        <b>{term('entry', entry.kind)}</b>
        <span>
          <Document of={entry.document} />
        </span>
        <time dateTime={entry.at}>{time(entry.at)}</time>
      </div>
      {entry.note && <div class="note">{entry.note}</div>}
      <table class="sheet">
        <tbody>
          {lines.map((line, place) => (
            <tr key={place}>
              <td>
                <span class="mono">{line.account}</span> {named(line.accountName, line.accountNames)}
                {line.sku && (
                  <span class="note">
                    {' '}
                    · {line.sku}
                    {line.quantity && ` × ${amount(line.quantity)}`}
                  </span>
                )}
              </td>
              <td class="num">{Number(line.debit) ? money(line.debit) : ''}</td>
              <td class="num">{Number(line.credit) ? money(line.credit) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isWhole && (
        <button type="button" class="btn" onClick={() => setWhole(true)}>
          {w('show_lines', { n: entry.lines.length })}
        </button>
      )}
    </li>
  );
}
