import { useState } from 'preact/hooks';
import { number, t, term } from '../../i18n';
import { BinCode, Button } from '../../kit/parts';
import { NumberPad } from '../../kit/NumberPad';
import { Tick } from '../../kit/shapes';
import { lineOf } from './lines';
import { itemOf, placeOf } from './words';
import { forgetRound, type RoundStore } from './store';

/** The zero check asks for the number left, never for yes or no. */
export function Zero({ round }: { round: RoundStore }) {
  const state = round.state.value;
  const line = lineOf(state);
  const [left, setLeft] = useState('');
  if (!line) return <p>{t('loading')}</p>;
  const item = itemOf(state.round, line);
  const place = placeOf(state.round, line.place);
  const confirm = (): void => {
    if (left !== '') void round.dispatch({ is: 'left', left });
  };
  return (
    <>
      <h2>{t('left_in_bin')}</h2>
      <div class="card small">
        <BinCode code={place.code} />
        <div class="note">{item.name}</div>
      </div>
      <div class="read">
        <span class="qty" data-testid="number">
          {left === '' ? '–' : number(left)}
        </span>
        <span>{term(item.unit)}</span>
      </div>
      <NumberPad value={left} onChange={setLeft} onEnter={confirm} decimals={!item.whole} />
      <Button kind="go" id="confirm" onClick={confirm} disabled={left === ''}>
        {t('confirm_n', { n: left === '' ? '…' : number(left) })}
      </Button>
    </>
  );
}

export function Done({ round }: { round: RoundStore }) {
  const { number: of, id, lines } = round.state.value.round;
  const shorts = lines.filter((line) => line.state === 'short').length;
  const leave = (): void => void forgetRound(id);
  return (
    <>
      <div class="shut">
        <Tick />
        <h2>{t('round_finished', { number: String(of) })}</h2>
        <p>{t('round_finished_more')}</p>
        {shorts > 0 && <span class="chip ask">△ {t('round_shorts', { n: shorts })}</span>}
      </div>
      <a class="btn go" href="/pick" onClick={leave} data-testid="next-round">
        {t('next_round')}
      </a>
      <a class="btn" href="/" onClick={leave}>
        {t('to_start')}
      </a>
    </>
  );
}
