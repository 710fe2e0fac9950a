import { useSignal } from '@preact/signals';
import { DateInput } from '../kit/DateInput';
import { add, compare, plain, subtract } from '../kit/decimal';
import { uuid7 } from '../outbox/uuid7';
import { post } from './api';
import { packed } from './draft';
import { Labels } from './Labels';
import { Done, Page } from './parts';
import { go, loadOverview, mishap, order as shown, refusal } from './store';
import { lacks } from './why';
import type { Advice, Line, Order } from './shapes';
import { amount, day, number, t, unitWord } from './words';

interface Load {
  on: boolean;
  quantity: string;
  each: string;
  lot: string;
  expiresOn: string;
}

/** What is still to come of what was promised; the tolerance is for whoever needs it, not for everybody. */
const due = (line: Line): string => {
  const promised = (line.reply?.schedule ?? []).reduce((sum, part) => add(sum, part.quantity), '0');
  const left = subtract(promised, line.shipped);
  return compare(left, '0') > 0 ? left : line.shippable;
};
const first = (line: Line): Load => ({ on: true, quantity: due(line), each: due(line), lot: '', expiresOn: '' });
const typed = (text: string): string => text.replace(',', '.').replace(/[^\d.]/g, '');

/** What leaves: quantities, lots, packs. The numbers for the packs come from the server, with labels to print. */
export function Ship({ order }: { order: Order }) {
  const lines = order.lines.filter((line) => Number(line.shippable) > 0);
  const loads = useSignal<Record<number, Load>>(Object.fromEntries(lines.map((line) => [line.line, first(line)])));
  const shipsOn = useSignal(new Date().toISOString().slice(0, 10));
  const carrier = useSignal('');
  const key = useSignal('');
  const busy = useSignal(false);
  const done = useSignal<Advice | null>(null);
  const load = (line: Line): Load => loads.value[line.line] ?? first(line);
  const taken = lines.filter((line) => load(line).on);
  const ready = taken.length > 0 && taken.every((line) => lacks(line, load(line)) === null);
  const set = (line: Line, part: Partial<Load>): void => {
    loads.value = { ...loads.value, [line.line]: { ...load(line), ...part } };
    key.value = '';
  };
  const submit = async (): Promise<void> => {
    busy.value = true;
    refusal.value = null;
    key.value ||= uuid7();
    const facts = {
      shipsOn: shipsOn.value,
      carrier: carrier.value,
      lines: taken.map((line) => {
        const { quantity, each, lot, expiresOn } = load(line);
        return {
          line: line.line,
          quantity: plain(quantity),
          lot: lot.trim() || null,
          expiresOn: expiresOn || null,
          packs: packed(quantity, each).map((one) => ({ quantity: one })),
        };
      }),
    };
    try {
      const told = await post<Order>(`/orders/${order.id}/advice`, key.value, facts);
      const before = new Set(order.advices.map((one) => one.id));
      done.value = told.advices.find((one) => !before.has(one.id)) ?? told.advices.at(-1) ?? null;
      shown.value = told;
      void loadOverview();
    } catch (error) {
      mishap(error);
    } finally {
      busy.value = false;
    }
  };
  if (done.value)
    return (
      <Page
        title={order.number}
        foot={
          <button type="button" class="btn go" onClick={() => go(order.id)}>
            {t('back_to_order')}
          </button>
        }
      >
        <Done title={t('advice_in')}>
          <span />
        </Done>
        <Labels advice={done.value} />
      </Page>
    );
  return (
    <Page
      title={t('ship_title')}
      back={() => go(order.id)}
      foot={
        <button
          type="button"
          class="btn go"
          disabled={!ready || busy.value}
          onClick={() => void submit()}
          data-testid="send-advice"
        >
          {busy.value ? t('sending') : t('send_advice')}
        </button>
      }
    >
      <div class="grid2">
        <label class="field">
          <span>{t('ships_on')}</span>
          <DateInput
            said={shipsOn.value && day(shipsOn.value)}
            value={shipsOn.value}
            onInput={(event) => (shipsOn.value = event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t('carrier')}</span>
          <input
            maxLength={64}
            value={carrier.value}
            onInput={(event) => (carrier.value = event.currentTarget.value)}
          />
        </label>
      </div>
      {lines.map((line) => (
        <LoadCard key={line.line} line={line} load={load(line)} onChange={(part) => set(line, part)} />
      ))}
    </Page>
  );
}

function LoadCard({ line, load, onChange }: { line: Line; load: Load; onChange: (part: Partial<Load>) => void }) {
  const packs = packed(load.quantity, load.each);
  const last = packs.at(-1) ?? '';
  const missing = load.on ? lacks(line, load) : null;
  const full = packs.filter((one) => one === packs[0]).length;
  return (
    <section class={`card line ${load.on ? 'lead' : 'settled'}`} data-testid={`load-${line.line}`}>
      <div class="row spread">
        <b class="mono">{line.sku}</b>
        <span class="note">{t('may_ship', { n: amount(line.shippable, line.unit) })}</span>
      </div>
      <p class="note name">{line.name}</p>
      {load.on && (
        <>
          <div class="grid2">
            <label class="field">
              <span>
                {t('how_much')} ({unitWord(line.unit)})
              </span>
              <input
                inputMode="decimal"
                value={load.quantity}
                data-testid={`ship-${line.line}`}
                onInput={(event) => onChange({ quantity: typed(event.currentTarget.value) })}
              />
            </label>
            <label class="field">
              <span>
                {t('per_pack')} ({unitWord(line.unit)})
              </span>
              <input
                inputMode="decimal"
                value={load.each}
                data-testid={`each-${line.line}`}
                onInput={(event) => onChange({ each: typed(event.currentTarget.value) })}
              />
            </label>
          </div>
          <p class="note" data-testid={`packs-${line.line}`}>
            {packs.length === 0
              ? t('no_packs')
              : `${t('packs_hold', { count: full, each: amount(packs[0] ?? '', line.unit) })}${
                  last === packs[0] ? '' : ` ${t('packs_rest', { rest: number(last) })}`
                }`}
          </p>
          {line.tracking === 'lot' && (
            <label class="field">
              <span>{t('lot')} *</span>
              <input
                maxLength={20}
                value={load.lot}
                autocapitalize="characters"
                data-testid={`lot-${line.line}`}
                onInput={(event) => onChange({ lot: event.currentTarget.value })}
              />
            </label>
          )}
          {line.expires && (
            <label class="field">
              <span>{t('expires_on')} *</span>
              <DateInput
                said={load.expiresOn && day(load.expiresOn)}
                value={load.expiresOn}
                data-testid={`expiry-${line.line}`}
                onInput={(event) => onChange({ expiresOn: event.currentTarget.value })}
              />
            </label>
          )}
        </>
      )}
      {missing !== null && (
        <p class="need" role="status" data-testid={`needs-${line.line}`}>
          △ {missing}
        </p>
      )}
      <button type="button" class="btn" onClick={() => onChange({ on: !load.on })}>
        {load.on ? t('leave_out') : t('take_in')}
      </button>
    </section>
  );
}
