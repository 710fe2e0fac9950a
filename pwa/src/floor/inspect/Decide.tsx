import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { number, term as unitTerm } from '../../i18n';
import { compare, isDecimal, isWhole, plain, subtract, type Decimal } from '../../kit/decimal';
import { tell } from '../../kit/feedback';
import { NumberPad } from '../../kit/NumberPad';
import { Button, Screen } from '../../kit/parts';
import { uuid7 } from '../../outbox';
import { may } from '../../session/session';
import { sum, type Picture } from './judge';
import type { LotState } from './state';
import { keep } from './store';
import { SIGN } from './Tallies';
import { KINDS, type Way } from './types';
import { term, w } from './words';

type Parts = Readonly<Partial<Record<Way, Decimal>>>;

type Shut = 'shut_release' | 'shut_concession' | 'shut_return';

/** Why a way is shut, if it is: what is not accepted is not simply released, a concession is a supervisor's, and only goods of a supplier go back. */
export function shutBy(way: Way, verdict: Picture['verdict'], isSenior: boolean, hasSupplier: boolean): Shut | null {
  if (way === 'release' && verdict !== 'accept') return 'shut_release';
  if (way === 'concession' && !isSenior) return 'shut_concession';
  return way === 'return' && !hasSupplier ? 'shut_return' : null;
}

/** Every unit of the lot gets its place; nothing can be booked before all have one. */
export function Decide({
  state,
  shown,
  back,
  done,
}: {
  state: LotState;
  shown: Picture;
  back: () => void;
  done: (state: LotState) => void;
}) {
  const { route } = useLocation();
  const { facts, serials } = state.doc;
  const shut = (way: Way): Shut | null => shutBy(way, shown.verdict, may('supervisor'), facts.supplier !== '');
  const [parts, setParts] = useState<Parts>({});
  const [bySerial, setBySerial] = useState<Readonly<Record<string, Way>>>({});
  const [open, setOpen] = useState<Way | null>(null);
  const [typed, setTyped] = useState('');
  const [isClaim, setClaim] = useState(facts.supplier !== '' && shown.verdict === 'reject');
  const [note, setNote] = useState('');
  const counted = serials.length > 0 ? ofSerials(bySerial) : parts;
  const left = subtract(facts.quantity, sum(Object.values(counted)));
  const put = (way: Way, quantity: Decimal): void => setParts({ ...parts, [way]: quantity });
  const book = async (): Promise<void> => {
    const payload = {
      lot: facts.id,
      verdict: shown.verdict,
      allocated: counted,
      serials: bySerial,
      note,
      claim: isClaim && shown.verdict === 'reject',
    };
    const next = { ...state, decided: true };
    await keep(next, [{ id: uuid7(), type: 'quality.decide', task: facts.id, payload }]);
    tell({
      kind: 'right',
      head: { key: 'a_problem', args: { text: `${w('decision')} · ${w('lot_n', { number: facts.number })}` } },
    });
    done(next);
    route('/inspect');
  };
  const type = (text: string): void => {
    setTyped(text);
    const bare = text.replace(/\.$/, '');
    if (open && isDecimal(bare || '0') && (!state.doc.whole || isWhole(bare || '0'))) put(open, plain(bare || '0'));
  };
  const tone = shown.verdict === 'accept' ? 'ok' : 'stop';
  return (
    <div class="inspect">
      <Screen
        title={`${w('decision')} · ${w('lot_n', { number: facts.number })}`}
        back={back}
        acts={
          <Button kind="go" id="book" disabled={compare(left, '0') !== 0} onClick={() => void book()}>
            {compare(left, '0') === 0
              ? w('book')
              : compare(left, '0') > 0
                ? w('left_n', { n: `${number(left)} ${unitTerm(facts.unit)}` })
                : w('too_many', { n: number(left.replace('-', '')) })}
          </Button>
        }
      >
        <div class={`verdictline ${tone}`} role="status">
          <span class={`verdictsign ${tone}`}>{SIGN[shown.verdict]}</span>
          <b class="grow">{term('verdict', shown.verdict)}</b>
          <span class="qty">
            {number(facts.quantity)} <em>{unitTerm(facts.unit)}</em>
          </span>
        </div>
        <h2>{w('allocate')}</h2>
        <div class={serials.length > 0 ? 'allocating one' : 'allocating'}>
          {serials.length > 0 ? (
            <Serials
              state={state}
              ways={KINDS.filter((way) => shut(way) === null)}
              chosen={bySerial}
              choose={(serial, way) => setBySerial({ ...bySerial, [serial]: way })}
            />
          ) : (
            <ul class="ways">
              {KINDS.map((way) =>
                shutOr(way, shut(way), () => (
                  <li key={way} class={`way ${open === way ? 'on' : ''}`}>
                    <button
                      type="button"
                      class="btn wayname"
                      aria-pressed={open === way}
                      onClick={() => {
                        setOpen(way);
                        setTyped('');
                      }}
                      data-testid={`way-${way}`}
                    >
                      <span>{term('way', way)}</span>
                      <b>{number(parts[way] ?? '0')}</b>
                    </button>
                    <Button
                      id={`rest-${way}`}
                      disabled={compare(left, '0') <= 0}
                      onClick={() => {
                        put(way, sum([parts[way] ?? '0', left]));
                        setOpen(way);
                        setTyped('');
                      }}
                    >
                      {w(Object.keys(parts).length === 0 ? 'all_here' : 'rest_here')}
                    </Button>
                  </li>
                )),
              )}
            </ul>
          )}
          {serials.length === 0 && <NumberPad value={typed} onChange={type} decimals={!state.doc.whole} />}
        </div>
        {facts.supplier !== '' && shown.verdict === 'reject' && (
          <button
            type="button"
            class={`btn ${isClaim ? 'on' : ''}`}
            role="checkbox"
            aria-checked={isClaim}
            onClick={() => setClaim(!isClaim)}
            data-testid="claim"
          >
            {isClaim ? '☑' : '☐'} {w('claim')} · {facts.supplierName || facts.supplier}
          </button>
        )}
        <p class="note">{w('final')}</p>
        <label class="field">
          <span>{w('note')}</span>
          <input value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
      </Screen>
    </div>
  );
}

/** A way that is shut stays in sight, with the reason. */
const shutOr = (way: Way, why: Shut | null, open: () => ComponentChildren): ComponentChildren =>
  why === null ? (
    open()
  ) : (
    <li key={way} class="way shutway" data-testid={`shut-${way}`}>
      <span>✕ {term('way', way)}</span>
      <span class="note">{w(why)}</span>
    </li>
  );

function ofSerials(chosen: Readonly<Record<string, Way>>): Parts {
  const counted: Partial<Record<Way, Decimal>> = {};
  for (const way of Object.values(chosen)) counted[way] = sum([counted[way] ?? '0', '1']);
  return counted;
}

function Serials({
  state,
  ways,
  chosen,
  choose,
}: {
  state: LotState;
  ways: readonly Way[];
  chosen: Readonly<Record<string, Way>>;
  choose: (serial: string, way: Way) => void;
}) {
  return (
    <ul class="list">
      {state.doc.serials.map((serial) => (
        <li key={serial.id} class="card tight">
          <b class="mono">{serial.code}</b>
          <div class="choices three">
            {ways.map((way) => (
              <button
                type="button"
                key={way}
                class={`btn ${chosen[serial.id] === way ? 'on' : ''}`}
                aria-pressed={chosen[serial.id] === way}
                onClick={() => choose(serial.id, way)}
              >
                {term('way', way)}
              </button>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
