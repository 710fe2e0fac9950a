import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { day, number, t, term } from '../../i18n';
import { compare, packs, type Decimal } from '../../kit/decimal';
import { bus } from '../../scan/bus';
import { Prompt } from '../../kit/parts';
import type { ItemFacts, LineFacts } from '../../api/types';
import { inOrder, isOpen } from './lines';
import { itemOf, toteOf } from './words';
import type { PickState } from './state';
import type { RoundStore } from './store';

/** How long the last step can be taken back on the screen itself; later from the list. */
const UNDO_MS = 10_000;

const markOf = (line: LineFacts, now: string | null): string =>
  line.id === now ? 'now' : line.state === 'short' ? 'short' : isOpen(line) ? '' : 'done';

/** One mark a line, in walking order: done, short (hatched), now, to come. */
export function Progress({ state }: { state: PickState }) {
  const lines = inOrder(state.round).filter((line) => line.state !== 'cancelled');
  return (
    <div class="prog" aria-hidden="true">
      {lines.map((line) => (
        <i key={line.id} class={markOf(line, state.line)} />
      ))}
    </div>
  );
}

/** "1 × box, 2 loose" where a packaging holds more than one; nothing for single pieces. */
export function packing(item: ItemFacts, quantity: Decimal): string {
  const fits = item.packagings.filter((one) => compare(one.quantity, '1') > 0 && compare(one.quantity, quantity) <= 0);
  const [largest] = fits.sort((a, b) => compare(b.quantity, a.quantity));
  if (!largest) return '';
  const { count, rest } = packs(quantity, largest.quantity);
  const whole = t('content_of', { count, kind: term(largest.kind) });
  return compare(rest, '0') === 0 ? whole : `${whole} + ${t('loose', { n: number(rest) })}`;
}

export function ItemCard({ state, line }: { state: PickState; line: LineFacts }) {
  const item = itemOf(state.round, line);
  const facts = [
    item.sku,
    line.lot && t('lot_code', { code: line.lot.code }),
    line.serial && t('serial_code', { code: line.serial.code }),
    line.handlingUnit && t('unit_code', { code: line.handlingUnit.code }),
    line.lot?.expiresOn && t('use_by', { date: day(line.lot.expiresOn) }),
  ];
  return (
    <div class="card tight">
      <div class="title">{item.name}</div>
      <div class="note">
        {facts.filter(Boolean).map((fact, n) => [n > 0 && ' · ', <span class="whole">{fact}</span>])}
      </div>
    </div>
  );
}

export function Quantity(props: { state: PickState; line: LineFacts; quantity: Decimal; aside?: ComponentChildren }) {
  const { state, line, quantity } = props;
  const item = itemOf(state.round, line);
  const packed = packing(item, quantity);
  return (
    <div class="row spread wrap">
      <div class="qty" data-testid="quantity">
        {number(quantity)}{' '}
        <em>
          {term(item.unit)}
          {packed && ` · ${packed}`}
        </em>
      </div>
      {props.aside ?? <span class="chip">{t('to_tote', { slot: toteOf(state.round, line.tote)?.slot ?? '?' })}</span>}
    </div>
  );
}

/** What to scan, with the scans that wait behind the one being answered. */
export const Ask = ({ children }: { children: preact.ComponentChildren }) => (
  <Prompt waiting={bus.waiting.value}>{children}</Prompt>
);

/** Takes the last step back, for ten seconds after it; later from the list under More. */
export function Undo({ round }: { round: RoundStore }) {
  const [last] = round.state.value.past;
  const [, tick] = useState(0);
  const left = last ? Date.parse(last.at) + UNDO_MS - Date.now() : 0;
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => tick((n) => n + 1), left);
    return () => clearTimeout(timer);
  }, [last?.command]);
  if (!last || left <= 0) return null;
  const state = round.state.value;
  const line = state.round.lines.find((one) => one.id === last.line);
  const said =
    last.what === 'skip' || !line
      ? t('skipped')
      : t('picked_n', {
          n: number(last.quantity),
          unit: term(itemOf(state.round, line).unit),
          slot: toteOf(state.round, last.tote)?.slot ?? '?',
        });
  return (
    <button
      type="button"
      class="btn on"
      data-testid="undo"
      aria-label={`${t('undo')}: ${said}`}
      onClick={() => void round.dispatch({ is: 'undo', command: last.command })}
    >
      {t('undo')}
    </button>
  );
}
