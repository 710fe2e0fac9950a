import { useState } from 'preact/hooks';
import { number, t, term } from '../../i18n';
import { add, compare } from '../../kit/decimal';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Screen } from '../../kit/parts';
import { photos, uuid7 } from '../../outbox';
import { PhotoButton } from '../pick/PhotoButton';
import { done, wrong } from './say';
import { Choices } from './Machine';
import { reasonName } from './Station';
import * as job from './state';
import type { JobMaterial, Sheet } from './state';
import type { JobStore } from './store';
import { w } from './words';

type Asking = 'sheet' | 'scrap' | 'rework' | 'where' | 'mended' | 'over' | { lot: JobMaterial };

/** One sheet: good on the pad, scrap and rework one tap away, one button that books it all. */
export function Report({ store, close, booked }: { store: JobStore; close: () => void; booked: () => void }) {
  const { doc } = store.state.value;
  const [sheet, setSheet] = useState<Sheet>({ ...job.EMPTY, good: '' });
  const [asking, setAsking] = useState<Asking>('sheet');
  const whole: Sheet = { ...sheet, good: sheet.good === '' ? '0' : sheet.good.replace(/\.$/, '') };
  const scrap = job.sumOf(sheet.scrap);
  const book = async (given: Sheet): Promise<void> => {
    const off = job.wrongWith(doc, given);
    if (off?.is === 'over') return setAsking('over');
    if (off?.is === 'lot') return setAsking({ lot: off.material });
    if (off) return sayWrong(off);
    if (await store.dispatch((state, world) => job.report(state, given, world))) {
      done(w('reported', { what: inWords(given) }));
      booked();
    }
  };
  const back = (): void => setAsking('sheet');
  if (asking === 'over')
    return (
      <Screen title={w('why_over')} back={back}>
        <p class="card ask">△ {w('left_over', { n: number(job.overBy(doc, whole.good)) })}</p>
        <Choices
          reasons={doc.reasons.filter((one) => one.kind === 'over')}
          take={(overReason) => void book({ ...whole, overReason })}
        />
      </Screen>
    );
  if (asking === 'where')
    return <Where doc={doc} back={back} take={(reworkAt) => (setSheet({ ...sheet, reworkAt }), back())} />;
  if (typeof asking === 'object')
    return (
      <WhichLot
        material={asking.lot}
        sheet={whole}
        take={(next) => (setSheet(next), back(), void book(next))}
        back={back}
      />
    );
  if (asking === 'scrap')
    return (
      <Scrap doc={doc} add={(row) => (setSheet({ ...sheet, scrap: [...sheet.scrap, row] }), back())} back={back} />
    );
  if (asking === 'rework' || asking === 'mended')
    return (
      <Ask
        title={w(asking === 'rework' ? 'how_many_rework' : 'how_many_mended')}
        unit={doc.unit}
        whole={doc.whole}
        back={back}
        take={(quantity) => {
          setSheet({ ...sheet, [asking]: quantity });
          setAsking(asking === 'rework' && doc.earlier.length > 0 ? 'where' : 'sheet');
        }}
      />
    );
  const earlier = doc.earlier.find((one) => one.operation === sheet.reworkAt);
  const nothing = job.wrongWith(doc, whole)?.is === 'nothing';
  return (
    <Screen
      title={w('report')}
      back={close}
      acts={
        <Button kind="go" id="book" disabled={nothing} onClick={() => void book(whole)}>
          {nothing ? w('nothing_yet') : w('book', { what: inWords(whole) })}
        </Button>
      }
    >
      <div class="read big">
        <span class="grow">
          <b class="ok">✓ {w('good')}</b>
          <div class="note">
            {w('of_pieces', {
              good: number(add(doc.good, whole.good)),
              target: number(doc.target),
              unit: term(doc.unit),
            })}
          </div>
        </span>
        <span class="qty" data-testid="good">
          {sheet.good === '' ? '–' : number(sheet.good)}
        </span>
      </div>
      <div class="pair">
        <button type="button" class="btn" data-testid="add-scrap" onClick={() => setAsking('scrap')}>
          ✕ {w('scrap')} {compare(scrap, '0') > 0 && <b>{number(scrap)}</b>}
        </button>
        <button type="button" class="btn" data-testid="add-rework" onClick={() => setAsking('rework')}>
          ↻ {w('rework')} {compare(sheet.rework, '0') > 0 && <b>{number(sheet.rework)}</b>}
          {earlier && <span class="note">↩&nbsp;{earlier.step}</span>}
        </button>
      </div>
      {compare(doc.rework, '0') > 0 && (
        <Button id="add-mended" onClick={() => setAsking('mended')}>
          {w('mended')} {compare(sheet.mended, '0') > 0 ? number(sheet.mended) : ''} / {number(doc.rework)}
        </Button>
      )}
      {sheet.scrap.map((row, place) => (
        <button
          type="button"
          class="card row scraprow"
          key={place}
          onClick={() => setSheet({ ...sheet, scrap: sheet.scrap.filter((_, at) => at !== place) })}
        >
          <span class="grow">
            ✕ {number(row.quantity)} {reasonName(doc, 'scrap', row.reason)}
            {row.photo ? ' · ▣' : ''}
          </span>
          <span class="note">{t('erase')}</span>
        </button>
      ))}
      <NumberPad
        value={sheet.good}
        onChange={(good) => setSheet({ ...sheet, good })}
        onEnter={() => void book(whole)}
        decimals={!doc.whole}
      />
    </Screen>
  );
}

/** Pieces to mend stay here, or go back to an earlier step and through all that follow once more. */
function Where(props: { doc: job.JobDocument; take: (operation: string | null) => void; back: () => void }) {
  return (
    <Screen title={w('where_rework')} back={props.back}>
      <div class="choices">
        <Button id="rework-here" onClick={() => props.take(null)}>
          <span class="stacked">
            <b>↻ {w('rework_here')}</b>
            <span class="note">
              {props.doc.step} {props.doc.name}
            </span>
          </span>
        </Button>
        {props.doc.earlier.map((one) => (
          <Button key={one.operation} id={`rework-at-${one.step}`} onClick={() => props.take(one.operation)}>
            <span class="stacked">
              <b>
                ↩ {one.step} {one.name}
              </b>
              <span class="note">{w('rework_again_from', { step: one.step })}</span>
            </span>
          </Button>
        ))}
      </div>
    </Screen>
  );
}

/** "3 good, 1 scrap". */
function inWords(sheet: Sheet): string {
  const parts = [
    compare(sheet.good, '0') > 0 && `${number(sheet.good)} ${w('good').toLowerCase()}`,
    sheet.scrap.length > 0 && `${number(job.sumOf(sheet.scrap))} ${w('scrap').toLowerCase()}`,
    compare(sheet.rework, '0') > 0 && `${number(sheet.rework)} ${w('rework').toLowerCase()}`,
  ];
  return parts.filter(Boolean).join(', ');
}

function sayWrong(off: job.Wrong): void {
  if (off.is === 'more_than_came')
    wrong(w('not_more', { left: number(off.left), came: number(off.came) }), t('nothing_booked'));
  else if (off.is === 'mended') wrong(w('rework_n', { n: number(off.waiting) }), t('nothing_booked'));
  else wrong(w('nothing_yet'));
}

function Scrap(props: { doc: job.JobDocument; add: (row: Sheet['scrap'][number]) => void; back: () => void }) {
  const [quantity, setQuantity] = useState('1');
  const [photo, setPhoto] = useState<string | null>(null);
  const [counted, setCounted] = useState(false);
  const keep = async (picture: Blob): Promise<void> => {
    const id = uuid7();
    await photos.keep(id, picture);
    setPhoto(id);
  };
  if (!counted)
    return (
      <Ask
        title={w('how_many_scrap')}
        unit={props.doc.unit}
        whole={props.doc.whole}
        start="1"
        back={props.back}
        take={(value) => (setQuantity(value), setCounted(true))}
      />
    );
  return (
    <Screen title={w('why_scrap')} back={() => setCounted(false)}>
      <PhotoButton taken={photo !== null} take={(picture) => void keep(picture)} />
      <Choices
        reasons={props.doc.reasons.filter((one) => one.kind === 'scrap')}
        take={(reason) => props.add({ quantity, reason, photo })}
      />
    </Screen>
  );
}

function Ask(props: {
  title: string;
  unit: string;
  whole: boolean;
  start?: string;
  back: () => void;
  take: (quantity: string) => void;
}) {
  const [value, setValue] = useState(props.start ?? '');
  const [touched, setTouched] = useState(false);
  const confirm = (): void => {
    const quantity = value.replace(/\.$/, '');
    if (quantity !== '' && compare(quantity, '0') > 0) props.take(quantity);
  };
  return (
    <Screen
      title={props.title}
      back={props.back}
      acts={
        <Button
          kind="go"
          id="confirm"
          disabled={value === '' || compare(value.replace(/\.$/, ''), '0') === 0}
          onClick={confirm}
        >
          {t('confirm_n', { n: value === '' ? '…' : number(value) })}
        </Button>
      }
    >
      <div class="read">
        <span class="qty" data-testid="number">
          {value === '' ? '–' : number(value)}
        </span>
        <span>{term(props.unit)}</span>
      </div>
      <NumberPad
        value={touched ? value : ''}
        onChange={(next) => (setTouched(true), setValue(next))}
        onEnter={confirm}
        decimals={!props.whole}
      />
    </Screen>
  );
}

/** Several lots lie at the line and nobody scanned one: the person says which went in. */
function WhichLot(props: { material: JobMaterial; sheet: Sheet; take: (sheet: Sheet) => void; back: () => void }) {
  const pieces = add(props.sheet.good, job.sumOf(props.sheet.scrap));
  const quantity = String(Number(props.material.quantityEach) * Number(pieces));
  return (
    <Screen title={w('which_lot')} back={props.back}>
      <div class="card tight">
        <b>{props.material.name}</b>
        <div class="note">
          {number(quantity)} {term(props.material.unit)}
        </div>
      </div>
      <div class="choices">
        {props.material.lots
          .filter((lot) => lot.status === 'free')
          .map((lot) => (
            <Button
              key={`${lot.lot}${lot.serial}`}
              onClick={() =>
                props.take({
                  ...props.sheet,
                  used: [
                    ...props.sheet.used,
                    { material: props.material.id, quantity, lot: lot.lot, serial: lot.serial },
                  ],
                })
              }
            >
              <span class="mono">{lot.serial ?? lot.lot}</span>
              <span class="note">{w('lot_free', { n: number(lot.quantity), unit: term(props.material.unit) })}</span>
            </Button>
          ))}
      </div>
    </Screen>
  );
}
