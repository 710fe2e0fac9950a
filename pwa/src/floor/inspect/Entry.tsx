import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { day, number, time } from '../../i18n';
import { NumberPad } from '../../kit/NumberPad';
import { Snapshot } from '../../kit/Snapshot';
import { PhotoButton } from '../pick/PhotoButton';
import { cellKey, type Picture } from './judge';
import { limitsOf } from './Grid';
import { featureAt, gaugeFor, isFit, isOverdue, samplesOf, type LotState, type Refusal } from './state';
import type { Feature } from './types';
import { inOwn, term, w } from './words';

const REASONS = ['reason_typo', 'reason_again', 'reason_wrong'] as const;

interface Props {
  state: LotState;
  shown: Picture;
  refusal: Refusal | null;
  photo: boolean;
  enter: (value: string, reason: string) => boolean;
  takePhoto: (photo: Blob) => void;
  chooseGauge: (feature: Feature, gauge: string) => void;
}

/** The cell in hand: what to read, with which gauge, on our own keys; Enter takes it and goes on to the next. */
export function Entry(props: Props) {
  const { state, shown } = props;
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const feature = featureAt(state);
  useEffect(() => {
    setValue('');
    setReason('');
  }, [state.at.feature, state.at.sample, state.doubted]);
  if (!feature) return null;
  const cell = shown.cells.get(cellKey(feature.number, state.at.sample));
  const gauge = state.doc.gauges.find((one) => one.id === cell?.reading.gauge);
  const isOver = state.doc.decision !== null || state.decided;
  const enter = (text: string): void => {
    if (
      text !== '' &&
      (!cell || reason !== '') &&
      props.enter(text, reason ? w(reason as (typeof REASONS)[number]) : '')
    )
      setValue('');
  };
  return (
    <section class="entry" aria-label={inOwn(feature.name)} data-testid="entry">
      <header class="row spread">
        <b class="title">
          <i class="number">{feature.number}</i> {inOwn(feature.name)}
        </b>
        <span class="note">
          {term('class', feature.ofClass)} · {w('sample_n', { n: state.at.sample, of: samplesOf(state.doc, feature) })}{' '}
          · {limitsOf(feature)}
        </span>
      </header>
      {cell && (
        <div class="correcting">
          <div class={`cellsays ${cell.conforms ? 'ok' : 'stop'}`}>
            {cell.conforms ? '✓' : '✕'} {w(cell.conforms ? 'conforms' : 'conforms_not')} ·{' '}
            {w('read_by', { name: cell.reading.personName, time: time(cell.reading.capturedAt) })}
            {gauge && ` · ${gauge.code}`}
          </div>
          {cell.reading.photo && <Photo photo={cell.reading.photo} feature={feature} />}
          {!isOver && (
            <>
              <p class="note">{w('correcting', { value: number(cell.reading.value) })}</p>
              <div class="choices three">
                {REASONS.map((one) => (
                  <button
                    type="button"
                    key={one}
                    class={`btn ${reason === one ? 'on' : ''}`}
                    aria-pressed={reason === one}
                    onClick={() => setReason(one)}
                    data-testid={one}
                  >
                    {w(one)}
                  </button>
                ))}
              </div>
            </>
          )}
        </div>
      )}
      {props.refusal && (
        <p class="refusal" role="alert" data-testid="refusal">
          △ {refusalWords(props.refusal, feature, state.doubted)}
        </p>
      )}
      {isOver && (
        <p class="note" data-testid="over">
          {w('over_more')}
        </p>
      )}
      {!isOver && (!cell || reason !== '') && (
        <Keys feature={feature} doubted={state.doubted} value={value} set={setValue} enter={enter}>
          <div class="tools">
            <Gauges state={state} feature={feature} choose={props.chooseGauge} />
            <PhotoButton taken={props.photo} take={props.takePhoto} />
          </div>
        </Keys>
      )}
    </section>
  );
}

/** What was photographed beside a value. */
export const Photo = ({ photo, feature }: { photo: string; feature: Pick<Feature, 'name'> }) => (
  <Snapshot photo={photo} alt={w('photo_of', { feature: inOwn(feature.name) })} missing={w('photo_not_here')} />
);

function refusalWords(refusal: Refusal, feature: Feature, doubted: string | null): string {
  if (refusal === 'too_fine') return w('too_fine', { n: feature.decimals ?? 0 });
  if (refusal !== 'twice') return w(refusal);
  const range = [feature.low, feature.high].map((one) => (one === null || one === undefined ? '…' : number(one)));
  return w('twice', { value: `${number(doubted ?? '')} ${feature.unit}`, range: range.join(' – ') });
}

function Keys(props: {
  feature: Feature;
  doubted: string | null;
  value: string;
  set: (value: string) => void;
  enter: (value: string) => void;
  children: ComponentChildren;
}) {
  const { feature, doubted, value, set, enter } = props;
  if (feature.kind === 'attribute')
    return (
      <div class="choices two yesno">
        {props.children}
        <button type="button" class="btn good" onClick={() => enter('0')} data-testid="conforms">
          ✓ {w('conforms')}
        </button>
        <button type="button" class="btn bad" onClick={() => enter('1')} data-testid="conforms-not">
          ✕ {w('conforms_not')}
        </button>
      </div>
    );
  return (
    <div class="keys">
      <div class="side">
        {props.children}
        <div class={`read ${doubted !== null ? 'ask' : ''}`}>
          <span class="qty" data-testid="number">
            {value === '' ? '–' : number(value.replace(/\.$/, ''))}
          </span>
          <span>{feature.unit || w('number_of')}</span>
        </div>
        <button type="button" class="btn go" disabled={value === ''} onClick={() => enter(value)} data-testid="enter">
          {w(doubted !== null ? 'enter_again' : 'enter')}
        </button>
      </div>
      <NumberPad value={value} onChange={set} onEnter={() => enter(value)} decimals={(feature.decimals ?? 0) > 0} />
    </div>
  );
}

function Gauges({ state, feature, choose }: { state: LotState; feature: Feature; choose: Props['chooseGauge'] }) {
  if (!feature.gaugeType) return null;
  const today = new Date().toISOString().slice(0, 10);
  const fit = state.doc.gauges.filter((one) => one.type === feature.gaugeType);
  const chosen = gaugeFor(state, feature, today);
  return (
    <div class="gauges" role="group" aria-label={w('gauge')}>
      {fit.length === 0 && <span class="refusal">△ {w('no_gauge')}</span>}
      {fit.map((one) => {
        const isUsable = isFit(one, today);
        return (
          <button
            type="button"
            key={one.id}
            class={`btn gauge ${chosen?.id === one.id ? 'on' : ''} ${isUsable ? '' : 'overdue'}`}
            aria-pressed={chosen?.id === one.id}
            disabled={!isUsable}
            data-testid={`gauge-${one.code}`}
            onClick={() => choose(feature, one.id)}
          >
            <b>
              {!isUsable && '✕ '}
              {one.code}
            </b>
            <small>
              {w(isUsable ? 'gauge_due' : isOverdue(one, today) ? 'gauge_overdue' : 'gauge_out', {
                date: day(one.dueOn),
              })}
            </small>
          </button>
        );
      })}
    </div>
  );
}
