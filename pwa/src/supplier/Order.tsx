import { useSignal } from '@preact/signals';
import { LineCard } from './LineCard';
import { ChangeSheet } from './ChangeSheet';
import { accepted, differences, type Said } from './draft';
import { Labels } from './Labels';
import { Done, Page, Standing } from './parts';
import { change, changes, draft, go, offline, overview, receipt, send, sending, waits } from './store';
import type { Order } from './shapes';
import { day, t, type Key } from './words';

/** One order: its lines, what is said to them, and what differs before it is sent. */
export function OrderScreen({ order }: { order: Order }) {
  const sheet = useSignal<{ line: number; kind: 'change' | 'reject' } | null>(null);
  if (receipt.value) return <Received order={order} />;
  if (changes.value) return <Changed />;
  const say = (line: number, said: Said | null): void => {
    const lines = { ...draft.value.lines };
    if (said === null) delete lines[line];
    else lines[line] = said;
    change({ ...draft.value, lines });
  };
  const at = sheet.value;
  const line = at && order.lines.find((one) => one.line === at.line);
  if (at && line)
    return (
      <ChangeSheet
        line={line}
        currency={order.currency}
        kind={at.kind}
        said={draft.value.lines[line.line]}
        onDone={(said) => {
          say(line.line, said);
          sheet.value = null;
        }}
        onBack={() => {
          sheet.value = null;
        }}
      />
    );
  const asks = order.lines.filter((one) => one.state === 'open');
  const left = asks.filter((one) => !draft.value.lines[one.line]);
  const shippable = order.state !== 'cancelled' && order.lines.some((one) => Number(one.shippable) > 0);
  return (
    <Page title={order.number} back={() => go()} foot={<Summary order={order} />}>
      <section class="card head">
        <div class="row spread wrap">
          <span class="note">{t('version', { n: order.version })}</span>
          <Standing of="state" state={order.state} />
        </div>
        <p>
          <span class="note">{t('deliver_to')}</span> <b>{order.deliverTo}</b>
        </p>
        <p class="note">{order.state === 'cancelled' ? t('cancelled_more') : t('delivered_means')}</p>
      </section>
      {shippable && (
        <button type="button" class="btn go" onClick={() => go(order.id, 'ship')} data-testid="ship">
          {t('ship')}
        </button>
      )}
      {order.advices.map((advice) => (
        <Labels key={advice.id} advice={advice} />
      ))}
      {left.length > 0 && order.state !== 'cancelled' && (
        <button
          type="button"
          class={shippable ? 'btn wide' : 'btn go'}
          data-testid="accept-all"
          onClick={() => {
            const all = Object.fromEntries(left.map((one) => [one.line, accepted(one)]));
            change({ ...draft.value, lines: { ...draft.value.lines, ...all } });
          }}
        >
          {t('accept_all', { n: left.length })}
        </button>
      )}
      <ul class="list">
        {order.lines.map((one) => (
          <li key={one.line}>
            <LineCard
              line={one}
              currency={order.currency}
              closed={order.state === 'cancelled'}
              said={draft.value.lines[one.line]}
              onSay={(said) => say(one.line, said)}
              onSheet={(kind) => {
                sheet.value = { line: one.line, kind };
              }}
            />
          </li>
        ))}
      </ul>
      {Object.keys(draft.value.lines).length > 0 && (
        <label class="field">
          <span>{t('note')}</span>
          <textarea
            rows={2}
            maxLength={1000}
            placeholder={t('note_hint')}
            value={draft.value.note}
            onInput={(event) => change({ ...draft.value, note: event.currentTarget.value })}
          />
        </label>
      )}
    </Page>
  );
}

/** What differs from the order, always in sight; the send button under it. */
function Summary({ order }: { order: Order }) {
  const lines = new Map(order.lines.map((one) => [one.line, one]));
  const said = Object.entries(draft.value.lines).flatMap(([line, one]) => {
    const about = lines.get(Number(line));
    return about ? [{ about, differs: differences(about, one) }] : [];
  });
  if (said.length === 0) return null;
  const differing = said.filter((one) => one.differs.length > 0);
  const left = order.lines.filter((one) => one.state === 'open' && !draft.value.lines[one.line]).length;
  return (
    <div class="summary" data-testid="summary">
      <p class="strong">
        {[
          said.length > differing.length ? t('summary_accepts', { n: said.length - differing.length }) : '',
          differing.length > 0 ? t('summary_differs', { n: differing.length }) : '',
          left > 0 ? t('summary_left', { n: left }) : '',
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {differing.length > 0 && (
        <ul>
          {differing.map(({ about, differs }) => (
            <li key={about.line}>
              <b class="mono">{about.sku}</b>{' '}
              {differs.map(({ kind, by }) => t(`kind_${kind}`, { n: Number(by) })).join(', ')}
            </li>
          ))}
        </ul>
      )}
      {offline.value && waits() && (
        <p class="kept" role="status" data-testid="kept">
          △ {t('kept')}
        </p>
      )}
      <button type="button" class="btn go" onClick={() => void send()} disabled={sending.value} data-testid="send">
        {sending.value ? t('sending') : offline.value && waits() ? t('try_again') : t('send')}
      </button>
    </div>
  );
}

function Received({ order }: { order: Order }) {
  const told = receipt.value;
  if (!told) return null;
  const rows: [Key, number][] = [
    ['receipt_agreed', told.agreed.length],
    ['receipt_waiting', told.waiting.length],
    ['receipt_open', told.open.length],
  ];
  return (
    <Page
      title={order.number}
      foot={
        <div class="stackbtns">
          <button
            type="button"
            class="btn"
            onClick={() => {
              receipt.value = null;
            }}
          >
            {t('back_to_order')}
          </button>
          <button type="button" class="btn go" onClick={() => go()} data-testid="all-orders">
            {t('all_orders')}
          </button>
        </div>
      }
    >
      <Done title={t('received')}>
        <p class="card receipt">
          <span class="note">{t('receipt')}</span>
          <b class="mono" data-testid="receipt">
            {told.receipt}
          </b>
          <span class="note">{overview.value?.supplier}</span>
        </p>
        <ul class="outcome">
          {rows
            .filter(([, n]) => n > 0)
            .map(([key, n]) => (
              <li key={key} class={key}>
                {t(key, { n })}
              </li>
            ))}
        </ul>
      </Done>
    </Page>
  );
}

/** The order moved on while it was being answered: what is different, and nothing sent. */
function Changed() {
  const told = changes.value;
  if (!told) return null;
  const shown = (field: string, value: string): string => (field === 'wantedOn' ? day(value) : value);
  return (
    <Page
      title={t('changed_meanwhile')}
      foot={
        <button
          type="button"
          class="btn go"
          data-testid="see-new"
          onClick={() => {
            changes.value = null;
          }}
        >
          {t('see_new')}
        </button>
      }
    >
      <p>{t('changed_more', { n: told.version })}</p>
      <ul class="list" data-testid="changes">
        {told.changes.map((one) => (
          <li key={`${one.line}-${one.field}`} class="card ask">
            <p class="note">
              {t('line_no', { n: one.line })} · {t(`field_${one.field}` as Key)}
            </p>
            <p class="title">
              {one.was && <s>{shown(one.field, one.was)}</s>} {one.was && one.now && '→'}{' '}
              {one.now && <b>{shown(one.field, one.now)}</b>}
            </p>
          </li>
        ))}
      </ul>
    </Page>
  );
}
