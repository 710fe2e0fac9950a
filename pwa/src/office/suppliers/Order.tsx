import { useSignal } from '@preact/signals';
import { client, got, Refused } from '../../api/client';
import { key } from '../../api/key';
import { useAnswer } from '../../api/useAnswer';
import { day } from '../../i18n';
import { problemSentence } from '../../i18n/problem';
import { amount } from '../erp/parts';
import { ByPhone } from './ByPhone';
import { History } from './History';
import { Standing } from './Standing';
import { money, type Line, type Whole } from './whole';
import { b, term } from './words';

/** One order: ordered beside answered, what differs, and the two decisions. */
export function Order({ id, changed }: { id: string; changed: () => void }) {
  const read = useAnswer(
    () => got(client.GET('/api/floor/suppliers/orders/{order_id}', { params: { path: { order_id: id } } })),
    [id],
    10_000,
  );
  const trouble = useSignal('');
  const asks = useSignal<'' | 'counter' | 'phone'>('');
  const note = useSignal('');
  const told = read.data;
  if (!told) return <div class="card ghost" aria-busy="true" />;
  const { order } = told;
  const act = async (doing: () => Promise<unknown>): Promise<void> => {
    trouble.value = '';
    try {
      await doing();
      asks.value = '';
      note.value = '';
    } catch (error) {
      const refused = error instanceof Refused;
      trouble.value =
        refused && error.problem.type.endsWith('/answer-changed')
          ? b('again')
          : b('failed', { why: refused ? problemSentence(error.problem) : '' });
    }
    read.again();
    changed();
  };
  const seen = told.seen ?? '';
  const waits = order.lines.some((line) => line.state === 'waiting');
  const open = order.lines.some((line) => line.state === 'open');
  return (
    <>
      <section class="card head">
        <div class="row spread wrap">
          <h2 class="mono">{order.number}</h2>
          <Standing of="state" state={order.state} />
        </div>
        <p>
          <b>{told.supplierName}</b>{' '}
          <span class="note">
            {told.email} · {b('version', { n: order.version })}
          </span>
        </p>
        {told.call && (
          <p class="card stop" data-testid="call">
            <b>△ {b('call')}</b>
            <span class="note">{b('call_more', { n: told.reminders })}</span>
          </p>
        )}
        {trouble.value && (
          <p class="trouble" role="alert">
            △ {trouble.value}
          </p>
        )}
        <Lines told={told} />
        {waits && asks.value === '' && (
          <div class="decide">
            <button
              type="button"
              class="btn go"
              data-testid="accept-answer"
              onClick={() =>
                void act(() =>
                  got(client.POST('/api/floor/suppliers/accept', { body: { order: id, seen }, headers: key() })),
                )
              }
            >
              ✓ {b('accept')}
            </button>
            <button type="button" class="btn" data-testid="counter-answer" onClick={() => (asks.value = 'counter')}>
              {b('counter')}
            </button>
          </div>
        )}
        {asks.value === 'counter' && (
          <div class="col">
            <label class="field">
              <span>{b('counter_note')}</span>
              <input
                maxLength={1000}
                value={note.value}
                onInput={(event) => (note.value = event.currentTarget.value)}
              />
            </label>
            <p class="note">{b('counter_erp')}</p>
            <div class="decide">
              <button type="button" class="btn" onClick={() => (asks.value = '')}>
                {b('cancel')}
              </button>
              <button
                type="button"
                class="btn bad"
                disabled={note.value.trim() === ''}
                onClick={() =>
                  void act(() =>
                    got(
                      client.POST('/api/floor/suppliers/counter', {
                        body: { order: id, seen, note: note.value },
                        headers: key(),
                      }),
                    ),
                  )
                }
              >
                {b('counter_send')}
              </button>
            </div>
          </div>
        )}
        {open && asks.value === '' && order.state !== 'cancelled' && (
          <button
            type="button"
            class={told.call ? 'btn go' : 'btn'}
            data-testid="by-phone"
            onClick={() => (asks.value = 'phone')}
          >
            {b('by_phone')}
          </button>
        )}
        {asks.value === 'phone' && <ByPhone order={order} act={act} close={() => (asks.value = '')} />}
      </section>
      <History told={told} act={act} />
    </>
  );
}

function Lines({ told }: { told: Whole }) {
  const drift = new Map(told.drift.map((one) => [one.line, one]));
  return (
    <table>
      <thead>
        <tr>
          <th>{b('item')}</th>
          <th>{b('ordered')}</th>
          <th>{b('answered')}</th>
          <th>{b('standing')}</th>
        </tr>
      </thead>
      <tbody>
        {told.order.lines.map((line) => (
          <tr key={line.line} data-testid={`buyer-line-${line.line}`}>
            <td>
              <b class="mono">{line.sku}</b>
              <span class="note">{line.name}</span>
            </td>
            <td>
              <b>{amount(line.quantity, line.unit)}</b>
              <span>{day(line.wantedOn)}</span>
              <span class="note">{money(line.price, told.order.currency)}</span>
            </td>
            <td>
              <Answered line={line} currency={told.order.currency} />
            </td>
            <td>
              <Standing of="line" state={line.state} />
              {(drift.get(line.line)?.moved ?? 0) > 0 && (
                <span class="note">{b('moved', { n: drift.get(line.line)?.moved ?? 0 })}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Answered({ line, currency }: { line: Line; currency: string }) {
  const reply = line.reply;
  if (!reply) return <span class="note">—</span>;
  return (
    <>
      {reply.schedule.map((part) => (
        <span key={part.promisedOn} class="promise">
          <b>{amount(part.quantity, line.unit)}</b>{' '}
          <span class={part.promisedOn > line.wantedOn ? 'late' : ''}>{day(part.promisedOn)}</span>
          {part.price !== null && <span class="late"> {money(part.price, currency)}</span>}
        </span>
      ))}
      {Number(reply.rejected) > 0 && (
        <span class="late">{b('not_delivered', { n: amount(reply.rejected, line.unit) })}</span>
      )}
      {reply.reason && <span class="note">“{reply.reason}”</span>}
      <span class="row wrap tags">
        {reply.differs.map((kind) => (
          <span key={kind} class="chip">
            {term('differs', kind)}
          </span>
        ))}
      </span>
    </>
  );
}
