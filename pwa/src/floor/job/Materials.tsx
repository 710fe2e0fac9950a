import { useState } from 'preact/hooks';
import { day, number, t, term } from '../../i18n';
import { compare, isDecimal, isWhole } from '../../kit/decimal';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Prompt, Screen } from '../../kit/parts';
import { done, wrong } from './say';
import * as job from './state';
import type { JobMaterial, JobState } from './state';
import type { JobStore } from './store';
import type { Going } from './view';
import { w } from './words';

/** What goes in, how much is in, and which lots lie at the line for it, the first to expire first. */
export function Materials({ state, back }: { state: JobState; back: () => void }) {
  const { doc } = state;
  const open = doc.materials.find((one) => one.consumption === 'scan' && compare(one.consumed, one.needed) < 0);
  return (
    <Screen title={w('materials')} back={back}>
      <ul class="list">
        {doc.materials.map((one) => (
          <li class="card tight" key={one.id} data-testid="material">
            <div class="row top">
              <div class="grow">
                <b>{one.name}</b>
                <div class="note">
                  {one.sku} · {w('each', { n: number(one.quantityEach), unit: term(one.unit) })}
                </div>
              </div>
              <span class={`chip ${compare(one.consumed, one.needed) >= 0 ? 'ok' : ''}`}>
                {one.consumption === 'backflush'
                  ? w('flushed')
                  : w('in_of', { n: number(one.consumed), of: number(one.needed) })}
              </span>
            </div>
            <Lots material={one} place={doc.linePlace} />
          </li>
        ))}
      </ul>
      {open && <Prompt>{w('scan_lot', { what: open.name })}</Prompt>}
    </Screen>
  );
}

function Lots({ material, place }: { material: JobMaterial; place: string }) {
  if (material.lots.length === 0) return <div class="chip ask">△ {w('nothing_at_line', { place })}</div>;
  return (
    <ul class="lots">
      {material.lots.slice(0, 6).map((lot) => (
        <li key={`${lot.lot}${lot.serial}${lot.status}`} class={lot.status === 'free' ? '' : 'held'}>
          <span class="mono">{lot.serial ?? lot.lot ?? place}</span>
          <span class="note">
            {number(lot.quantity)} {term(material.unit)}
            {lot.expiresOn && ` · ${t('use_by', { date: day(lot.expiresOn) })}`}
            {lot.status !== 'free' && ` · ✕ ${w('lot_held')}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A lot was scanned: how much of it goes in. */
export function HowManyIn({ store, going, close }: { store: JobStore; going: Going; close: () => void }) {
  const { material, lot } = going;
  const [value, setValue] = useState(job.proposed(material, lot));
  const code = lot?.serial ?? lot?.lot ?? material.sku;
  const confirm = async (): Promise<void> => {
    const quantity = value.replace(/\.$/, '');
    if (!isDecimal(quantity) || compare(quantity, '0') <= 0 || (material.whole && !isWhole(quantity)))
      return tellNotANumber();
    if (lot && compare(quantity, lot.quantity) > 0)
      return wrong(w('lot_free', { n: number(lot.quantity), unit: term(material.unit) }));
    const ok = await store.dispatch((state, world) => job.consume(state, material, lot, quantity, world));
    if (ok) done(w('in_now', { n: number(quantity), unit: term(material.unit), lot: code }));
    close();
  };
  return (
    <Screen
      title={w('how_many_in')}
      back={close}
      acts={
        <Button kind="go" id="confirm" disabled={value === ''} onClick={() => void confirm()}>
          {t('confirm_n', { n: value === '' ? '…' : number(value) })}
        </Button>
      }
    >
      <div class="card tight">
        <b>{material.name}</b>
        <div class="mono lotcode">{code}</div>
        {lot && (
          <div class="note">
            {w('lot_free', { n: number(lot.quantity), unit: term(material.unit) })}
            {lot.expiresOn && ` · ${t('use_by', { date: day(lot.expiresOn) })}`}
          </div>
        )}
      </div>
      <div class="read">
        <span class="qty" data-testid="number">
          {value === '' ? '–' : number(value)}
        </span>
        <span>{term(material.unit)}</span>
      </div>
      <NumberPad value={value} onChange={setValue} onEnter={() => void confirm()} decimals={!material.whole} />
    </Screen>
  );
}

const tellNotANumber = (): void => wrong(w('nothing_yet'));
