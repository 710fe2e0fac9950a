import { useSignal } from '@preact/signals';
import { DateInput } from '../kit/DateInput';
import { add, compare, isDecimal, subtract } from '../kit/decimal';
import { begun, differences, fault, promisedIn, rejected, settled, today, type DraftPart, type Said } from './draft';
import { Page } from './parts';
import type { Line } from './shapes';
import { amount, day, money, number, t, type Key, unitWord } from './words';

const REASONS = ['stock', 'capacity', 'price', 'end', 'other'] as const;
const typed = (text: string): string => text.replace(',', '.').replace(/[^\d.]/g, '');

/** Another date, quantity or price, in parts; or no delivery. It cannot be left half done: it adds up, or says by how much not. */
export function ChangeSheet(props: {
  line: Line;
  currency: string;
  kind: 'change' | 'reject';
  said: Said | undefined;
  onDone: (said: Said) => void;
  onBack: () => void;
}) {
  const { line } = props;
  const said = useSignal<Said>(
    props.kind === 'reject' ? rejected(line, props.said?.reason ?? '') : begun(line, props.said),
  );
  const asksPrice = useSignal(said.value.price !== '');
  const now = said.value;
  const set = (part: Partial<Said>): void => {
    said.value = { ...said.value, ...part };
  };
  const wrong = fault(line, now, today());
  const rejects = compare(now.rejected, '0') > 0;
  return (
    <Page
      title={props.kind === 'reject' ? t('reject_line') : t('change_line')}
      back={props.onBack}
      foot={
        <button
          type="button"
          class="btn go"
          disabled={wrong !== null}
          onClick={() => props.onDone(settled(line, now))}
          data-testid="sheet-done"
        >
          {t('done')}
        </button>
      }
    >
      <section class="card head">
        <div class="row spread">
          <b class="mono">{line.sku}</b>
          <b>{amount(line.quantity, line.unit)}</b>
        </div>
        <p class="note">
          {line.name} · {t('wanted')} {day(line.wantedOn)}
        </p>
      </section>
      {props.kind === 'change' && (
        <>
          {now.parts.map((part, place) => (
            <PartFields
              key={place}
              place={place}
              many={now.parts.length > 1}
              part={part}
              unit={line.unit}
              onChange={(changed) =>
                set({
                  parts: now.parts.map((one, at) => (at === place ? changed : one)),
                  rejected: '0',
                  quantity: null,
                })
              }
              onOut={() => set({ parts: now.parts.filter((_, at) => at !== place), rejected: '0', quantity: null })}
            />
          ))}
          <AddsUp line={line} said={now} onRest={set} />
          <button
            type="button"
            class="btn wide"
            onClick={() => set({ parts: halved(line, now.parts), rejected: '0', quantity: null })}
            data-testid="split"
          >
            + {t('split')}
          </button>
          {asksPrice.value ? (
            <label class="field">
              <span>{t('price_now', { price: money(line.price, props.currency) })}</span>
              <input
                inputMode="decimal"
                value={now.price}
                data-testid="price"
                onInput={(event) => set({ price: typed(event.currentTarget.value) })}
              />
            </label>
          ) : (
            <button
              type="button"
              class="btn wide"
              data-testid="ask-price"
              onClick={() => {
                asksPrice.value = true;
              }}
            >
              {t('other_price')}
            </button>
          )}
        </>
      )}
      {(rejects || differences(line, now).length > 0) && (
        <Why reason={now.reason} must={rejects} onChange={(reason) => set({ reason })} />
      )}
    </Page>
  );
}

/** A further part takes what is missing, or half of the last. */
function halved(line: Line, parts: readonly DraftPart[]): DraftPart[] {
  const told = parts.reduce((sum, part) => (isDecimal(part.quantity) ? add(sum, part.quantity) : sum), '0');
  const last = parts.at(-1);
  const missing = subtract(line.quantity, told);
  const on = new Date(Date.parse(last?.on || line.wantedOn) + 7 * 86_400_000).toISOString().slice(0, 10);
  if (compare(missing, '0') > 0) return [...parts, { quantity: missing, on }];
  const half = last && isDecimal(last.quantity) ? String(Math.floor(Number(last.quantity) / 2)) : '0';
  if (!last || half === '0') return [...parts, { quantity: '', on }];
  return [...parts.slice(0, -1), { ...last, quantity: subtract(last.quantity, half) }, { quantity: half, on }];
}

function PartFields(props: {
  place: number;
  many: boolean;
  part: DraftPart;
  unit: string;
  onChange: (part: DraftPart) => void;
  onOut: () => void;
}) {
  const { part, place } = props;
  return (
    <fieldset class="card part">
      {props.many && <legend class="chip">{t('part_n', { n: place + 1 })}</legend>}
      <label class="field">
        <span>
          {t('how_much')} ({unitWord(props.unit)})
        </span>
        <input
          inputMode="decimal"
          value={part.quantity}
          data-testid={`quantity-${place}`}
          onInput={(event) => props.onChange({ ...part, quantity: typed(event.currentTarget.value) })}
        />
      </label>
      <label class="field">
        <span>{t('when')}</span>
        <DateInput
          said={part.on && day(part.on)}
          min={today()}
          value={part.on}
          data-testid={`day-${place}`}
          onInput={(event) => props.onChange({ ...part, on: event.currentTarget.value })}
        />
      </label>
      {props.many && (
        <button type="button" class="btn out" onClick={props.onOut}>
          {t('take_out')}
        </button>
      )}
    </fieldset>
  );
}

function AddsUp({ line, said, onRest }: { line: Line; said: Said; onRest: (part: Partial<Said>) => void }) {
  const told = promisedIn(said);
  const missing = subtract(line.quantity, told);
  const more = compare(missing, '0') < 0;
  if (compare(missing, '0') === 0)
    return (
      <p class="sum ok" data-testid="sum">
        ✓ {t('adds_up', { told: number(told), ordered: amount(line.quantity, line.unit) })}
      </p>
    );
  return (
    <div class="sum ask" data-testid="sum">
      <p>
        △{' '}
        {more
          ? t('too_many', { n: number(subtract(told, line.quantity)) })
          : t('too_few', { n: number(missing), ordered: amount(line.quantity, line.unit) })}
      </p>
      <div class="stackbtns">
        {!more && (
          <button
            type="button"
            class={`btn ${compare(said.rejected, '0') > 0 ? 'on' : ''}`}
            aria-pressed={compare(said.rejected, '0') > 0}
            data-testid="cannot-rest"
            onClick={() => onRest({ rejected: missing, quantity: null })}
          >
            {t('cannot_rest', { n: number(missing) })}
          </button>
        )}
        <button
          type="button"
          class={`btn ${said.quantity !== null ? 'on' : ''}`}
          aria-pressed={said.quantity !== null}
          data-testid="deliver-instead"
          onClick={() => onRest({ rejected: '0', quantity: told })}
        >
          {t('deliver_instead', { told: amount(told, line.unit) })}
        </button>
      </div>
    </div>
  );
}

function Why({ reason, must, onChange }: { reason: string; must: boolean; onChange: (reason: string) => void }) {
  const words = REASONS.map((one) => t(`reason_${one}` as Key));
  const own = reason !== '' && !words.includes(reason);
  const writes = useSignal(own);
  return (
    <fieldset class="why">
      <legend class="strong">
        {t('reason')} {must ? '*' : ''}
      </legend>
      <div class="choices two">
        {words.map((word, place) => {
          const other = place === words.length - 1;
          const on = other ? writes.value : reason === word;
          return (
            <button
              type="button"
              key={word}
              class={`btn ${on ? 'on' : ''}`}
              aria-pressed={on}
              data-testid={`reason-${REASONS[place]}`}
              onClick={() => {
                writes.value = other;
                onChange(other ? '' : word);
              }}
            >
              {word}
            </button>
          );
        })}
      </div>
      {writes.value && (
        <label class="field">
          <span>{t('reason_own')}</span>
          <input maxLength={500} value={reason} onInput={(event) => onChange(event.currentTarget.value)} />
        </label>
      )}
    </fieldset>
  );
}
