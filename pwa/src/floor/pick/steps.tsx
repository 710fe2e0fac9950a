import { t, say, time } from '../../i18n';
import { compare } from '../../kit/decimal';
import { BinCode, Button } from '../../kit/parts';
import { isPartCounted, lineOf, remaining, toDrop, unbound } from './lines';
import { Ask, ItemCard, Quantity } from './pieces';
import { MapStrip } from './MapStrip';
import { hasNotice, Notices } from './Notices';
import { expectedItem, itemOf, placeOf, toteOf, unitOf } from './words';
import type { Sheet } from './Sheets';
import type { RoundStore } from './store';

type Props = { round: RoundStore; open: (sheet: Sheet) => void };

/** One tote for each slot of the cart, before the walk begins. */
export function AtTotes({ round }: Props) {
  const { round: facts } = round.state.value;
  const bare = unbound(facts);
  return (
    <>
      <h2>{t('cart_slots')}</h2>
      <ul class="list">
        {facts.totes.map((tote) => (
          <li key={tote.id} class={`card row ${tote.id === bare?.id ? 'lead' : ''}`}>
            <div class="qty">{tote.slot}</div>
            <div class="grow">
              <b>{t('for_order', { order: tote.order.number })}</b>
              <div class="note">
                {tote.order.customer} · {t('due_at', { time: time(tote.order.dueAt) })}
              </div>
            </div>
            {tote.code && <span class="chip ok">✓ {tote.code}</span>}
          </li>
        ))}
      </ul>
      <Ask>{t('scan_tote_slot', { slot: bare?.slot ?? '' })}</Ask>
    </>
  );
}

export function AtBin({ round }: Props) {
  const state = round.state.value;
  const line = lineOf(state);
  if (!line) return <p>{t('loading')}</p>;
  const place = placeOf(state.round, line.place);
  return (
    <>
      <Notices round={round} />
      {!hasNotice(round) && <MapStrip state={state} />}
      <div class="card tight">
        <BinCode code={place.code} />
      </div>
      <ItemCard state={state} line={line} />
      <Quantity state={state} line={line} quantity={remaining(line)} />
      <Ask>{t('scan_bin', { code: place.code })}</Ask>
    </>
  );
}

export function AtItem({ round }: Props) {
  const state = round.state.value;
  const line = lineOf(state);
  if (!line) return <p>{t('loading')}</p>;
  return (
    <>
      <div class="card small">
        <BinCode code={placeOf(state.round, line.place).code} />
      </div>
      <ItemCard state={state} line={line} />
      <Quantity state={state} line={line} quantity={remaining(line)} />
      <Notices round={round} />
      <Ask>{t('scan_the', { what: expectedItem(state.round, line) })}</Ask>
    </>
  );
}

/** The quantity is the largest thing; the tote's scan says it is in. */
export function AtPut({ round, open }: Props) {
  const state = round.state.value;
  const line = lineOf(state);
  const tote = line && toteOf(state.round, line.tote);
  if (!line || !tote) return <p>{t('loading')}</p>;
  const { quantity, counted, first, short } = state.work;
  return (
    <>
      <ItemCard state={state} line={line} />
      <div class="card col">
        <Quantity
          state={state}
          line={line}
          quantity={quantity}
          aside={
            !line.wholeUnit && !line.serial && !short ? (
              <Button id="change-quantity" onClick={() => open('quantity')}>
                {t('change_quantity')}
              </Button>
            ) : null
          }
        />
        {counted !== null && (
          <span class="chip ask">{t('counted_n', { counted: Number(counted), wanted: Number(remaining(line)) })}</span>
        )}
        {compare(first, quantity) > 0 && (
          <span class="chip ask">△ {t('open_the_box', { content: Number(first), quantity: Number(quantity) })}</span>
        )}
        {short && (
          <span class="chip ask">
            △ {t('short')}: {t(`why_${short.reason}`)}
          </span>
        )}
      </div>
      <div class="card row lead">
        <div class="qty" aria-hidden="true">
          {tote.slot}
        </div>
        <div class="grow">
          <b>{say({ key: 'a_tote', args: { slot: tote.slot } })}</b>
          <div class="note">
            {tote.code} · {t('for_order', { order: tote.order.number })}
          </div>
        </div>
      </div>
      <Ask>{t('scan_tote_n', { slot: tote.slot })}</Ask>
    </>
  );
}

export function NewTote({ round }: Props) {
  const state = round.state.value;
  const { round: facts } = state;
  const line = lineOf(state);
  const full = toteOf(facts, state.tote ?? '');
  const slot = Math.max(...facts.totes.map((tote) => tote.slot)) + 1;
  return (
    <>
      <h2>{t('tote_is_full')}</h2>
      <p>{t('full_tote_aside')}</p>
      {line && full && isPartCounted(state, line) && (
        <p class="card ask" data-testid="part-counted">
          △{' '}
          {t('part_counted', {
            n: Number(state.work.quantity),
            unit: unitOf(itemOf(facts, line).unit),
            slot: full.slot,
          })}
        </p>
      )}
      <Ask>{t('new_tote_for', { slot })}</Ask>
    </>
  );
}

export function AtDrop({ round }: Props) {
  const { round: facts } = round.state.value;
  return (
    <>
      <h2>{t('drop_totes')}</h2>
      <ul class="list">
        {facts.totes
          .filter((tote) => tote.code !== null)
          .map((tote) => (
            <li key={tote.id} class="card row">
              <div class="qty">{tote.slot}</div>
              <div class="grow">
                <b>{placeOf(facts, tote.dropPlace).code}</b>
                <div class="note">
                  {tote.code} · {t('for_order', { order: tote.order.number })}
                </div>
              </div>
              {tote.state === 'dropped' && <span class="chip ok">✓ {t('delivered')}</span>}
            </li>
          ))}
      </ul>
      <Ask>{toDrop(facts).length > 0 ? t('scan_a_tote') : t('loading')}</Ask>
    </>
  );
}

export function AtPlace({ round }: Props) {
  const state = round.state.value;
  const tote = toteOf(state.round, state.tote ?? '');
  if (!tote) return <p>{t('loading')}</p>;
  const place = placeOf(state.round, tote.dropPlace);
  return (
    <>
      <h2>{t('bring_tote', { slot: tote.slot })}</h2>
      <div class="card">
        <BinCode code={place.code} />
      </div>
      <div class="card">
        <b>{t('for_order', { order: tote.order.number })}</b>
        <div class="note">
          {tote.order.customer} · {tote.order.carrier}
        </div>
      </div>
      <Ask>{t('scan_place', { code: place.code })}</Ask>
    </>
  );
}
