import { useEffect, useState } from 'preact/hooks';
import { day, number, time } from '../../i18n';
import { tell } from '../../kit/feedback';
import { settings } from '../../kit/settings';
import { Screen } from '../../kit/parts';
import { signal as sound } from '../../kit/sound';
import { useWakeLock } from '../../kit/wake';
import { outbox, photos, uuid7 } from '../../outbox';
import { useScan } from '../../scan/useScan';
import { person } from '../../session/session';
import { Chart } from './Chart';
import { Decide } from './Decide';
import { Drawing } from './Drawing';
import { Entry } from './Entry';
import { Grid } from './Grid';
import { cellKey, type Picture } from './judge';
import { Risk } from './Risk';
import {
  featureAt,
  isFit,
  isOverdue,
  nextCell,
  pictureOf,
  readingsOf,
  samplesOf,
  take,
  type At,
  type LotState,
  type Refusal,
} from './state';
import { keep, load } from './store';
import { SIGN, Tallies } from './Tallies';
import { said, term, w } from './words';

const today = (): string => new Date().toISOString().slice(0, 10);
const NUMBER = /^\s*[+-]?\d{1,9}([.,]\d{1,4})?\s*(mm|N·?m|kg)?\s*$/i;

/** One lot: drawing and tally at the left, the grid of features and samples and its keys at the right. */
export function Lot({ id }: { id: string }) {
  const [state, setState] = useState<LotState | null>(null);
  const [isMissing, setMissing] = useState(false);
  const answered = outbox.answered.value;
  useEffect(() => {
    let gone = false;
    void load(id).then((found) => {
      if (gone) return;
      // What was read here since the question was asked stays in sight.
      setState((now) =>
        now && found
          ? {
              ...found,
              own: [
                ...found.own,
                ...now.own.filter(
                  (one) =>
                    !found.own.some((two) => two.id === one.id) && !found.doc.readings.some((two) => two.id === one.id),
                ),
              ],
              at: now.at,
              gauges: now.gauges,
              doubted: now.doubted,
            }
          : found,
      );
      setMissing(found === null);
    });
    return () => {
      gone = true;
    };
  }, [id, answered]);
  if (!state)
    return (
      <Screen title={w('inspect')} back="/inspect">
        <div class="shut">
          <p>{w(isMissing ? 'not_here' : 'loading')}</p>
        </div>
      </Screen>
    );
  return <Inspecting state={state} set={setState} />;
}

function Inspecting({ state, set }: { state: LotState; set: (state: LotState) => void }) {
  useWakeLock();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [photo, setPhoto] = useState<string | null>(null);
  const [isDeciding, setDeciding] = useState(false);
  const [side, setSide] = useState<'drawing' | 'chart' | 'risk'>('drawing');
  const shown = pictureOf(state);
  const choose = (at: At): void => {
    setRefusal(null);
    set({ ...state, at, doubted: null });
  };
  const chooseFeature = (feature: number): void =>
    choose(nextCell(state.doc, shown, { feature, sample: 1 }) ?? { feature, sample: 1 });
  const enter = (value: string, reason: string): boolean => {
    const id = uuid7();
    const taken = take(state, {
      id,
      value,
      person: person.value?.name ?? '',
      now: new Date().toISOString(),
      photo,
      reason,
    });
    setRefusal(taken.refusal);
    set(taken.state);
    if (taken.command === null) {
      sound(taken.refusal === 'twice' ? 'attention' : 'wrong', settings.value.volume, settings.value.buzz);
      return false;
    }
    setPhoto(null);
    sound(taken.conforms ? 'right' : 'wrong', settings.value.volume, settings.value.buzz);
    keep(taken.state, [{ id, type: 'quality.read', task: state.doc.facts.id, payload: taken.command }]).catch(
      (error: unknown) => {
        set(state); // what the device cannot keep was not read; that it is full is told over the whole screen
        throw error;
      },
    );
    return true;
  };
  useScan((scan) => {
    const gauge = state.doc.gauges.find((one) => one.code === scan.text.trim().toUpperCase());
    if (gauge && !isFit(gauge, today()))
      tell({
        kind: 'wrong',
        head: said(isOverdue(gauge, today()) ? 'gauge_no' : 'gauge_out_of_use', {
          code: gauge.code,
          date: day(gauge.dueOn),
        }),
        lines: [said('gauge_other')],
      });
    else if (gauge) set({ ...state, gauges: { ...state.gauges, [gauge.type]: gauge.id } });
    else if (NUMBER.test(scan.text) && !shown.cells.has(cellKey(state.at.feature, state.at.sample)))
      enter(scan.text.replace(',', '.').replace(/[^\d.-]/g, ''), '');
  });
  if (isDeciding) return <Decide state={state} shown={shown} back={() => setDeciding(false)} done={set} />;
  const { facts } = state.doc;
  const inHand = featureAt(state);
  return (
    <div class="inspect">
      <Screen title={`${w('lot_n', { number: facts.number })} · ${facts.name}`} back="/inspect">
        <div class="sides">
          <section class="left">
            <Head state={state} />
            <div class="choices three tabs">
              {(['drawing', 'chart', 'risk'] as const).map((one) => (
                <button
                  type="button"
                  key={one}
                  class={`btn ${side === one ? 'on' : ''}`}
                  aria-pressed={side === one}
                  onClick={() => setSide(one)}
                  data-testid={`tab-${one}`}
                >
                  {w(one)}
                </button>
              ))}
            </div>
            {side === 'drawing' && (
              <Drawing doc={state.doc} shown={shown} at={state.at.feature} choose={chooseFeature} />
            )}
            {side === 'chart' && inHand && <Chart lot={facts.id} feature={inHand} />}
            {side === 'risk' && <Risk doc={state.doc} shown={shown} />}
            <Tallies doc={state.doc} shown={shown} />
          </section>
          <section class="right">
            <VerdictLine state={state} shown={shown} decide={() => setDeciding(true)} />
            <Grid doc={state.doc} shown={shown} at={state.at} choose={choose} />
            <Entry
              state={state}
              shown={shown}
              refusal={refusal}
              photo={photo !== null}
              enter={enter}
              takePhoto={(blob) => {
                const id = uuid7();
                void photos.keep(id, blob).then(() => setPhoto(id));
              }}
              chooseGauge={(feature, gauge) =>
                set({ ...state, gauges: { ...state.gauges, [feature.gaugeType ?? '']: gauge } })
              }
            />
          </section>
        </div>
      </Screen>
    </div>
  );
}

function Head({ state }: { state: LotState }) {
  const { facts } = state.doc;
  return (
    <div class="lothead">
      <b>{facts.lot ?? facts.sku}</b>
      <span class="note">
        {number(facts.quantity)} {facts.unit} · {facts.place}
        {facts.supplierName && ` · ${facts.supplierName}`}
        {facts.workOrder && ` · ${w('from_order', { number: facts.workOrder })}`}
        {facts.source === 'again' && ` · ${w('again')}`}
      </span>
    </div>
  );
}

/** Cells of the grid that nobody has read. */
const leftOf = ({ doc }: LotState, shown: Picture): number =>
  doc.characteristics.reduce((sum, one) => sum + samplesOf(doc, one), 0) - shown.cells.size;

/** The verdict as derived, never chosen, and the way to the decision once there is one. */
function VerdictLine({ state, shown, decide }: { state: LotState; shown: Picture; decide: () => void }) {
  const { decision } = state.doc;
  const late = readingsOf(state).filter((one) => one.late).length;
  const tone = { accept: 'ok', reject: 'stop', open: '' }[shown.verdict];
  return (
    <div class={`verdictline ${tone}`} role="status" data-testid="verdict" data-verdict={shown.verdict}>
      <span class={`verdictsign ${tone}`} aria-hidden="true">
        {SIGN[shown.verdict]}
      </span>
      <div class="grow">
        <b>{term('verdict', shown.verdict)}</b>
        {shown.verdict === 'open' && !decision && (
          <div class="note">{w('readings_left', { n: leftOf(state, shown) })}</div>
        )}
        {decision && (
          <div class="note">
            {Object.entries(decision.allocated)
              .filter(([, quantity]) => Number(quantity) > 0)
              .map(([way, quantity]) => `${term('way', way)} ${number(quantity)}`)
              .join(' · ')}
            {' · '}
            {w('decided_by', { name: decision.personName, time: time(decision.decidedAt) })}
          </div>
        )}
        {late > 0 && <div class="note">△ {w('late_n', { n: late })}</div>}
      </div>
      {shown.verdict !== 'open' && !decision && !state.decided && (
        <button type="button" class="btn go" onClick={decide} data-testid="decide">
          {w('decide')}
        </button>
      )}
    </div>
  );
}
