import { useSignal } from '@preact/signals';
import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { on } from '../erp/parts';
import { DateInput } from '../../kit/DateInput';
import type { Whole } from './whole';
import { b } from './words';

/** What a supplier says on the telephone, line by line: another day or quantity, or nothing for a line that was not spoken of. */
export function ByPhone({
  order,
  act,
  close,
}: {
  order: Whole['order'];
  act: (doing: () => Promise<unknown>) => Promise<void>;
  close: () => void;
}) {
  const open = order.lines.filter((line) => line.state === 'open');
  const said = useSignal<Record<number, { quantity: string; on: string; skip: boolean }>>(
    Object.fromEntries(open.map((line) => [line.line, { quantity: line.quantity, on: line.wantedOn, skip: false }])),
  );
  const set = (line: number, part: Partial<{ quantity: string; on: string; skip: boolean }>): void => {
    const now = said.value[line];
    if (now) said.value = { ...said.value, [line]: { ...now, ...part } };
  };
  const lines = open.flatMap((line) => {
    const now = said.value[line.line];
    if (!now || now.skip) return [];
    return [
      {
        line: line.line,
        schedule: [{ quantity: now.quantity, promisedOn: now.on }],
        quantity: now.quantity === line.quantity ? null : now.quantity,
        rejected: '0',
        reason: '',
      },
    ];
  });
  return (
    <div class="col phone">
      <p class="note">{b('by_phone_more')}</p>
      {open.map((line) => (
        <div class="said" key={line.line}>
          <b class="mono">{line.sku}</b>
          <label class="field">
            <span>{b('quantity')}</span>
            <input
              inputMode="decimal"
              value={said.value[line.line]?.quantity ?? ''}
              disabled={said.value[line.line]?.skip}
              onInput={(event) => set(line.line, { quantity: event.currentTarget.value.replace(',', '.') })}
            />
          </label>
          <label class="field">
            <span>{b('arrives')}</span>
            <DateInput
              said={on(said.value[line.line]?.on)}
              value={said.value[line.line]?.on ?? ''}
              disabled={said.value[line.line]?.skip}
              onInput={(event) => set(line.line, { on: event.currentTarget.value })}
            />
          </label>
          <button
            type="button"
            class={`btn ${said.value[line.line]?.skip ? 'on' : ''}`}
            aria-pressed={said.value[line.line]?.skip ?? false}
            onClick={() => set(line.line, { skip: !said.value[line.line]?.skip })}
          >
            {b('skip')}
          </button>
        </div>
      ))}
      <div class="decide">
        <button type="button" class="btn" onClick={close}>
          {b('cancel')}
        </button>
        <button
          type="button"
          class="btn go"
          disabled={lines.length === 0}
          data-testid="book-phone"
          onClick={() =>
            void act(() =>
              got(
                client.POST('/api/floor/suppliers/answer-for', {
                  body: { order: order.id, version: order.version, lines, note: '' },
                  headers: key(),
                }),
              ),
            )
          }
        >
          {b('by_phone_send')}
        </button>
      </div>
    </div>
  );
}
