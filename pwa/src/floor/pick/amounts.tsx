import { useState } from 'preact/hooks';
import { number, t, term } from '../../i18n';
import { compare } from '../../kit/decimal';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Screen } from '../../kit/parts';
import { photos, uuid7 } from '../../outbox';
import { PhotoButton } from './PhotoButton';
import { lineOf, remaining } from './lines';
import { itemOf, placeOf, toteOf } from './words';
import type { RoundStore } from './store';
import { SHORT_REASONS, type ShortReason } from './state';

/** Sheets about the line at hand: how many, how many short and why, another lot, the digits of a label that is gone. */
type Props = { round: RoundStore; close: () => void };

/** Keeps a photo for the command that names it. One that cannot be kept must not keep the command from being booked. */
async function kept(photo: Blob | null): Promise<string | null> {
  if (photo === null) return null;
  const id = uuid7();
  await photos.keep(id, photo).catch(() => undefined);
  return id;
}

export function Amount({
  round,
  close,
  title,
  start,
  evidence = false,
  take,
}: Props & {
  title: string;
  start: string;
  evidence?: boolean;
  take: (quantity: string, photo: string | null) => Promise<void>;
}) {
  const state = round.state.value;
  const line = lineOf(state);
  const [value, setValue] = useState(start);
  const [photo, setPhoto] = useState<Blob | null>(null);
  if (!line) return null;
  const item = itemOf(state.round, line);
  const confirm = (): void => {
    if (value === '') return;
    close();
    void kept(photo).then((id) => take(value.replace(/\.$/, ''), id));
  };
  return (
    <Screen title={title} back={close}>
      <div class="note">
        {item.name} · {t('counted_n', { counted: value === '' ? 0 : number(value), wanted: number(remaining(line)) })}
      </div>
      <div class={evidence ? 'evidence' : ''}>
        <div class="read">
          <span class="qty" data-testid="number">
            {value === '' ? '–' : number(value)}
          </span>
          <span>{term(item.unit)}</span>
        </div>
        {evidence && <PhotoButton taken={photo !== null} take={setPhoto} />}
      </div>
      <NumberPad value={value} onChange={setValue} onEnter={confirm} decimals={!item.whole} />
      <Button kind="go" id="confirm" onClick={confirm} disabled={value === ''}>
        {t('confirm_n', { n: value === '' ? '…' : number(value) })}
      </Button>
    </Screen>
  );
}

/** First how many there are, then why; the number is counted, the reason one tap. */
export function Short({ round, close }: Props) {
  const state = round.state.value;
  const line = lineOf(state);
  const [found, setFound] = useState('');
  const [counted, setCounted] = useState(false);
  const [photo, setPhoto] = useState<Blob | null>(null);
  if (!line) return null;
  const item = itemOf(state.round, line);
  const why = async (reason: ShortReason): Promise<void> => {
    close();
    const id = await kept(photo);
    await round.dispatch({ is: 'short', found: found.replace(/\.$/, ''), reason, note: '', photo: id });
  };
  if (counted) {
    return (
      <Screen title={t('short_why')} back={() => setCounted(false)}>
        <p class="title">{t('short_found', { n: number(found), wanted: number(remaining(line)) })}</p>
        <PhotoButton taken={photo !== null} take={setPhoto} />
        <div class="choices two push">
          {SHORT_REASONS.map((reason) => (
            <Button key={reason} id={`why-${reason}`} onClick={() => void why(reason)}>
              {t(`why_${reason}`)}
            </Button>
          ))}
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
      <div class="note">
        {item.name} · {placeOf(state.round, line.place).code}
      </div>
      <div class="read">
        <span class="qty" data-testid="number">
          {found === '' ? '–' : number(found)}
        </span>
        <span>{term(item.unit)}</span>
      </div>
      <NumberPad value={found} onChange={setFound} onEnter={next} decimals={!item.whole} />
      <Button kind="go" id="confirm" onClick={next} disabled={found === ''}>
        {t('confirm_n', { n: found === '' ? '…' : number(found) })}
      </Button>
    </Screen>
  );
}

/** For a label that is gone: the digits painted beside it. */
export function Digits({ round, close }: Props) {
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
      <div class="read">
        <span class="qty" data-testid="number">
          {value || '–'}
        </span>
      </div>
      <NumberPad value={value} onChange={setValue} onEnter={confirm} most={4} leadingZero />
      <Button kind="go" id="confirm" onClick={confirm} disabled={value === ''}>
        {t('ok')}
      </Button>
    </Screen>
  );
}

export function OtherLot({ round, close, open }: Props & { open: (sheet: 'short') => void }) {
  const { round: facts, ...state } = round.state.value;
  const line = lineOf({ round: facts, ...state });
  if (!line) return null;
  const here = facts.near
    .map((near, index) => ({ near, index }))
    .filter(
      ({ near }) =>
        near.place === line.place &&
        near.item === line.item &&
        Number(near.available) > 0 &&
        near.lot?.id !== line.lot?.id,
    );
  return (
    <Screen title={t('change_lot')} back={close}>
      {here.length === 0 && (
        <>
          <p>{t('no_other_lot')}</p>
          <Button onClick={() => open('short')}>{t('short')}</Button>
        </>
      )}
      <div class="stackbtns">
        {here.map(({ near, index }) => (
          <button
            type="button"
            class="card row"
            key={index}
            onClick={() => {
              close();
              void round.dispatch({ is: 'changeLot', near: index });
            }}
          >
            <b class="grow">{near.handlingUnit?.code ?? near.serial?.code ?? near.lot?.code}</b>
            <span class="chip">{t('available_n', { n: number(near.available) })}</span>
          </button>
        ))}
      </div>
    </Screen>
  );
}
