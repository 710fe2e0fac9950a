import { useState } from 'preact/hooks';
import { day, number, t, term } from '../../i18n';
import { tell } from '../../kit/feedback';
import { DateInput } from '../../kit/DateInput';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Screen } from '../../kit/parts';
import { allLines, say, type CountState } from './counting';
import { w } from './words';

type Props = { state: CountState; place: number; set: (state: CountState) => void; photo: () => void };

/** How many there are of one line; and the date, if a label told a new lot without one. */
export function HowMany({ state, place, set, photo }: Props) {
  const [value, setValue] = useState('');
  const [date, setDate] = useState('');
  const line = allLines(state)[place];
  if (!line) return null;
  const isListed = place < allLines({ ...state, found: [] }).length;
  const confirm = (quantity: string): void => {
    const turn = say(state, place, quantity.replace(/\.$/, ''), date);
    set(turn.state);
    if (turn.feedback) tell(turn.feedback);
  };
  const code = line.handlingUnitCode ?? line.serialCode ?? line.lotCode;
  const isReady = value !== '' && (!line.asksDate || date !== '' || value === '0');
  return (
    <Screen title={t('short_title')} back={() => set({ ...state, open: null })}>
      <div class="note">{[line.name, code ?? state.doc.placeCode].join(' · ')}</div>
      {line.asksDate && (
        <label class="field">
          <span>{w('use_by_date')}</span>
          <DateInput
            value={date}
            said={date && day(date)}
            onInput={(event) => setDate(event.currentTarget.value)}
            data-testid="use-by"
          />
        </label>
      )}
      <div class="read">
        <span class="qty" data-testid="number">
          {value === '' ? '–' : number(value)}
        </span>
        <span>{term(line.unit)}</span>
      </div>
      <NumberPad
        value={value}
        onChange={setValue}
        onEnter={() => isReady && confirm(value)}
        decimals={line.item !== null || !state.doc.whole}
      />
      <div class="choices two">
        <Button id="none" onClick={() => confirm('0')}>
          {isListed ? t('count_empty') : w('nothing_here')}
        </Button>
        <Button id="count-photo" onClick={photo}>
          {t('count_photo')}
        </Button>
      </div>
      <Button kind="go" id="confirm" disabled={!isReady} onClick={() => confirm(value)}>
        {t('confirm_n', { n: value === '' ? '…' : number(value) })}
      </Button>
    </Screen>
  );
}
