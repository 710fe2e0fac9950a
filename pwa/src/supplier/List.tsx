import { Page, Standing } from './parts';
import { go } from './store';
import type { OrderRow, Overview } from './shapes';
import { today } from './draft';
import { day, moment, t } from './words';

export function List({ told }: { told: Overview }) {
  const asks = told.orders.filter((row) => row.openLines > 0);
  const others = told.orders.filter((row) => row.openLines === 0);
  return (
    <Page title={told.buyer ? t('orders_from', { buyer: told.buyer }) : t('your_orders')}>
      <p class="note">{t('for_supplier', { supplier: told.supplier })}</p>
      {told.orders.length === 0 && (
        <div class="shut">
          <h2>{t('nothing_here')}</h2>
          <p>{t('nothing_here_more')}</p>
        </div>
      )}
      {asks.length > 0 && <h2 class="kicker">{t('needs_answer')}</h2>}
      <ul class="list">
        {asks.map((row) => (
          <li key={row.id}>
            <Row row={row} />
          </li>
        ))}
      </ul>
      {others.length > 0 && asks.length > 0 && <h2 class="kicker">{t('other_orders')}</h2>}
      <ul class="list">
        {others.map((row) => (
          <li key={row.id}>
            <Row row={row} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function Row({ row }: { row: OrderRow }) {
  const late = row.answerBy !== null && row.answerBy < new Date().toISOString();
  const owed = row.openLines === 0 && row.shippableLines > 0 && row.dueOn !== null && row.dueOn < today();
  return (
    <button
      type="button"
      class={`card order ${row.openLines > 0 ? 'ask' : ''}`}
      onClick={() => go(row.id)}
      data-testid={`order-${row.number}`}
    >
      <span class="row spread wrap">
        <b class="mono number">{row.number}</b>
        {row.openLines > 0 ? (
          <span class="strong">{t('open_n', { n: row.openLines })}</span>
        ) : (
          <Standing of="state" state={row.state} />
        )}
      </span>
      <span class="row spread wrap">
        {row.openLines > 0 ? (
          <span class={`chip ${late ? 'stop' : 'ask'}`}>
            {late
              ? `△ ${t('overdue')}`
              : `● ${row.answerBy ? t('answer_by', { when: moment(row.answerBy) }) : t('needs_answer')}`}
          </span>
        ) : (
          <span class="note">{t('lines_n', { n: row.lines })}</span>
        )}
        {row.dueOn && row.state !== 'cancelled' && (
          <span class={owed ? 'chip stop' : 'note'}>
            {owed && '△ '}
            {t('due', { day: day(row.dueOn) })}
          </span>
        )}
      </span>
      {row.shippableLines > 0 && <span class="chip ok wide">{t('to_ship')}</span>}
    </button>
  );
}
