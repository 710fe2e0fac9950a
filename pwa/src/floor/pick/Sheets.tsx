import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { number, t, term, time } from '../../i18n';
import { Button, Screen } from '../../kit/parts';
import { compare } from '../../kit/decimal';
import { NumberPad } from '../../kit/NumberPad';
import { outbox, photos, uuid7 } from '../../outbox';
import { PhotoButton } from './PhotoButton';
import { tellWhy } from '../signin/SignIn';
import { inOrder, isOpen, lineOf, remaining } from './lines';
import { itemOf, placeOf, toteOf } from './words';
import { forgetRound, giveBack, type RoundStore } from './store';
import { SHORT_REASONS, type ShortReason } from './state';

export type Sheet = 'more' | 'quantity' | 'short' | 'damaged' | 'lot' | 'digits' | 'undo' | 'lines' | 'leave';
type Props = { round: RoundStore; close: () => void; open: (sheet: Sheet) => void };

/** What is one or two taps away from a step; each takes the whole screen, as one decision. */
export function Sheets({ sheet, ...props }: Props & { sheet: Sheet }) {
  switch (sheet) {
    case 'more': return <More {...props} />;
    case 'quantity': return <Amount {...props} title={t('change_quantity')} start="" take={(quantity) => props.round.dispatch({ is: 'quantity', quantity })} />;
    case 'damaged': return <Amount {...props} title={t('damaged_title')} start="1" take={(quantity) => props.round.dispatch({ is: 'damaged', quantity, note: '', photo: null })} />;
    case 'short': return <Short {...props} />;
    case 'lot': return <OtherLot {...props} />;
    case 'digits': return <Digits {...props} />;
    case 'undo': return <UndoList {...props} />;
    case 'lines': return <Lines {...props} />;
    case 'leave': return <Leave {...props} />;
  }
}

function More({ round, close, open }: Props) {
  const state = round.state.value;
  const line = lineOf(state);
  const does = (event: 'skip' | 'toteFull') => () => {
    close();
    void round.dispatch({ is: event });
  };
  const atLine = line && (state.step === 'bin' || state.step === 'item' || state.step === 'put');
  return (
    <Screen title={t('more')} back={close}>
      <div class="stackbtns">
        {atLine && (
          <>
            <Button id="damaged" onClick={() => open('damaged')}>{t('damaged')}</Button>
            {(line.lot || line.serial || line.handlingUnit) && <Button id="change-lot" onClick={() => open('lot')}>{t('change_lot')}</Button>}
            <Button id="tote-full" onClick={does('toteFull')}>{t('tote_is_full')}</Button>
            <Button id="skip" onClick={does('skip')}>{t('skip')}</Button>
          </>
        )}
        {(state.step === 'bin' || state.step === 'place') && <Button id="digits" onClick={() => open('digits')}>{t('label_gone')}</Button>}
        <Button id="undo-list" onClick={() => open('undo')}>{t('undo_list')}</Button>
        <Button id="all-lines" onClick={() => open('lines')}>{t('show_lines')}</Button>
        <Button kind="bad" id="give-back" onClick={() => open('leave')}>{t('give_back')}</Button>
      </div>
    </Screen>
  );
}

function Amount({ round, close, title, start, take }: Props & { title: string; start: string; take: (quantity: string) => Promise<void> }) {
  const state = round.state.value;
  const line = lineOf(state);
  const [value, setValue] = useState(start);
  if (!line) return null;
  const item = itemOf(state.round, line);
  const confirm = (): void => {
    if (value === '') return;
    close();
    void take(value.replace(/\.$/, ''));
  };
  return (
    <Screen title={title} back={close}>
      <div class="note">{item.name} · {t('counted_n', { counted: value === '' ? 0 : number(value), wanted: number(remaining(line)) })}</div>
      <div class="read"><span class="qty" data-testid="number">{value === '' ? '–' : number(value)}</span><span>{term(item.unit)}</span></div>
      <NumberPad value={value} onChange={setValue} onEnter={confirm} decimals={!item.whole} />
      <Button kind="go" id="confirm" onClick={confirm} disabled={value === ''}>{t('confirm_n', { n: value === '' ? '…' : number(value) })}</Button>
    </Screen>
  );
}

/** First how many there are, then why; the number is counted, the reason one tap. */
function Short({ round, close }: Props) {
  const state = round.state.value;
  const line = lineOf(state);
  const [found, setFound] = useState('');
  const [counted, setCounted] = useState(false);
  const [photo, setPhoto] = useState<Blob | null>(null);
  if (!line) return null;
  const item = itemOf(state.round, line);
  const why = async (reason: ShortReason): Promise<void> => {
    close();
    const id = photo ? uuid7() : null;
    // A photo that cannot be kept must not keep the short pick from being booked.
    if (photo && id) await photos.keep(id, photo).catch(() => undefined);
    await round.dispatch({ is: 'short', found: found.replace(/\.$/, ''), reason, note: '', photo: id });
  };
  if (counted) {
    return (
      <Screen title={t('short_why')} back={() => setCounted(false)}>
        <p class="title">{t('short_found', { n: number(found), wanted: number(remaining(line)) })}</p>
        <PhotoButton taken={photo !== null} take={setPhoto} />
        <div class="choices two">
          {SHORT_REASONS.map((reason) => <Button key={reason} id={`why-${reason}`} onClick={() => void why(reason)}>{t(`why_${reason}`)}</Button>)}
        </div>
      </Screen>
    );
  }
  const next = (): void => {
    if (found === '') return;
    // All there, or more than wanted: there is no reason to ask for, the answer says so.
    if (compare(found.replace(/\.$/, ''), remaining(line)) >= 0) void why('other');
    else setCounted(true);
  };
  return (
    <Screen title={t('short_title')} back={close}>
      <div class="note">{item.name} · {placeOf(state.round, line.place).code}</div>
      <div class="read"><span class="qty" data-testid="number">{found === '' ? '–' : number(found)}</span><span>{term(item.unit)}</span></div>
      <NumberPad value={found} onChange={setFound} onEnter={next} decimals={!item.whole} />
      <Button kind="go" id="confirm" onClick={next} disabled={found === ''}>{t('confirm_n', { n: found === '' ? '…' : number(found) })}</Button>
    </Screen>
  );
}

function OtherLot({ round, close }: Props) {
  const { round: facts, ...state } = round.state.value;
  const line = lineOf({ round: facts, ...state });
  if (!line) return null;
  const here = facts.near.map((near, index) => ({ near, index })).filter(({ near }) => near.place === line.place && near.item === line.item && Number(near.available) > 0 && near.lot?.id !== line.lot?.id);
  return (
    <Screen title={t('change_lot')} back={close}>
      {here.length === 0 && <p>{t('no_other_lot')}</p>}
      <div class="stackbtns">
        {here.map(({ near, index }) => (
          <button type="button" class="card row" key={index} onClick={() => { close(); void round.dispatch({ is: 'changeLot', near: index }); }}>
            <b class="grow">{near.handlingUnit?.code ?? near.serial?.code ?? near.lot?.code}</b>
            <span class="chip">{t('available_n', { n: number(near.available) })}</span>
          </button>
        ))}
      </div>
    </Screen>
  );
}

/** For a label that is gone: the digits painted beside it. */
function Digits({ round, close }: Props) {
  const [value, setValue] = useState('');
  const state = round.state.value;
  const line = lineOf(state);
  const place = placeOf(state.round, line?.place ?? toteOf(state.round, state.tote ?? '')?.dropPlace ?? '');
  const confirm = (): void => {
    close();
    void round.dispatch({ is: 'digits', digits: value });
  };
  return (
    <Screen title={t('label_gone')} back={close}>
      <p>{t('type_check_digits', { code: place.code })}</p>
      <div class="read"><span class="qty" data-testid="number">{value || '–'}</span></div>
      <NumberPad value={value} onChange={setValue} onEnter={confirm} most={4} leadingZero />
      <Button kind="go" id="confirm" onClick={confirm} disabled={value === ''}>{t('ok')}</Button>
    </Screen>
  );
}

function UndoList({ round, close }: Props) {
  const { past, round: facts } = round.state.value;
  return (
    <Screen title={t('undo_list')} back={close}>
      {past.length === 0 && <p>{t('undo_none')}</p>}
      <ul class="list">
        {past.map((entry) => {
          const line = facts.lines.find((one) => one.id === entry.line);
          const item = line && itemOf(facts, line);
          return (
            <li class="card row" key={entry.command}>
              <div class="grow"><b>{item?.name}</b><div class="note">{entry.what === 'skip' ? t('skipped') : t('picked_n', { n: number(entry.quantity), unit: term(item?.unit ?? ''), slot: toteOf(facts, entry.tote)?.slot ?? '?' })} · {time(entry.at)}</div></div>
              <Button onClick={() => { close(); void round.dispatch({ is: 'undo', command: entry.command }); }}>{t('undo')}</Button>
            </li>
          );
        })}
      </ul>
    </Screen>
  );
}

function Lines({ round, close }: Props) {
  const { round: facts } = round.state.value;
  return (
    <Screen title={t('lines_left')} back={close}>
      <ul class="list">
        {inOrder(facts).map((line) => (
          <li key={line.id}>
            <button type="button" class={`card row ${isOpen(line) ? '' : 'settled'}`} disabled={!isOpen(line)} onClick={() => { close(); void round.dispatch({ is: 'goto', line: line.id }); }}>
              <div class="grow"><b class="mono">{placeOf(facts, line.place).code}</b><div class="note">{itemOf(facts, line).name}</div></div>
              <span class={`chip ${line.state === 'short' ? 'ask' : isOpen(line) ? '' : 'ok'}`}>{isOpen(line) ? number(remaining(line)) : line.state === 'short' ? `△ ${t('short')}` : `✓ ${t('done')}`}</span>
            </button>
          </li>
        ))}
      </ul>
    </Screen>
  );
}

/** Gives the round back for others; it needs the network, since another may take it at once. */
function Leave({ round, close }: Props) {
  const { route } = useLocation();
  const { id } = round.state.value.round;
  const leave = async (): Promise<void> => {
    try {
      await outbox.wake();
      if (await outbox.isPending(id)) throw new TypeError('something is still on its way');
      await giveBack(id);
      await forgetRound(id);
      route('/');
    } catch (error) {
      close();
      tellWhy(error);
    }
  };
  return (
    <Screen title={t('give_back')} back={close} stack acts={<><Button kind="go" id="leave" onClick={() => void leave()}>{t('give_back')}</Button><Button onClick={close}>{t('cancel')}</Button></>}>
      <div class="shut"><h2>{t('give_back_ask')}</h2></div>
    </Screen>
  );
}
