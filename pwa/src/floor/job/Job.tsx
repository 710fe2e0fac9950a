import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { number, term, time } from '../../i18n';
import { add, compare, subtract } from '../../kit/decimal';
import { tell } from '../../kit/feedback';
import { Button, Prompt, Screen } from '../../kit/parts';
import { useWakeLock } from '../../kit/wake';
import { outbox } from '../../outbox';
import { shown } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { person } from '../../session/session';
import { Calls } from './Calls';
import { Choices } from './Machine';
import { HowManyIn, Materials } from './Materials';
import { Finish, Report } from './Report';
import { chip, reasonName, stateSign } from './Station';
import * as job from './state';
import type { JobState, LineLot, JobMaterial } from './state';
import { forgetJob, openJob, type JobStore } from './store';
import { w, word } from './words';
import './job.css';

/** One job: start, pause, material, report, finish; all of it without the network, too. */
export default function Job({ id }: { id?: string }) {
  const [store, setStore] = useState<JobStore | null | undefined>(undefined);
  useEffect(() => {
    if (id) void openJob(id).then(setStore);
  }, [id]);
  if (store === undefined) return <Screen title={w('jobs')} back="/job" children={null} />;
  if (store === null)
    return (
      <Screen title={w('jobs')} back="/job">
        <div class="shut">
          <h2>{w('no_network_job')}</h2>
        </div>
      </Screen>
    );
  return <AtJob store={store} />;
}

type Sub = 'job' | 'pause' | 'report' | 'after' | 'finish' | 'materials' | 'call' | 'more' | 'how';
export type Going = { material: JobMaterial; lot: LineLot | null };
const me = (): string => person.peek()?.id ?? '';
export const done = (text: string): void => tell({ kind: 'right', head: { key: 'a_problem', args: { text } } });
export const wrong = (text: string, more?: string): void =>
  tell({
    kind: 'wrong',
    head: { key: 'a_problem', args: { text } },
    lines: more ? [{ key: 'a_problem', args: { text: more } }] : [],
  });

function AtJob({ store }: { store: JobStore }) {
  const { route } = useLocation();
  const [sub, setSub] = useState<Sub>('job');
  const [going, setGoing] = useState<Going | null>(null);
  useWakeLock();
  const answered = outbox.answered.value;
  useEffect(() => {
    void store.takeAnswers().then((answer) => {
      const serials = answer?.['serials'];
      if (Array.isArray(serials) && serials.length > 0) done(w('label_serials', { serials: serials.join(', ') }));
    });
  }, [answered]);
  const state = store.state.value;
  useScan((scan) => {
    const found = job.meant(state.doc, scan);
    if (found.is === 'held')
      wrong(w('lot_on_hold', { lot: found.lot.serial ?? found.lot.lot ?? '' }), w('ask_quality'));
    else if (found.is === 'wrong')
      wrong(
        w('wrong_lot', { scanned: shown(scan.text) }),
        found.expected.length > 0 ? w('expected', { lots: found.expected.slice(0, 4).join(', ') }) : undefined,
      );
    else setGoing({ material: found.material, lot: found.is === 'lot' ? found.lot : null });
  });
  const back = (): void => setSub('job');
  if (going) return <HowManyIn store={store} going={going} close={() => setGoing(null)} />;
  switch (sub) {
    case 'pause':
      return (
        <Screen title={w('why_pause')} back={back}>
          <Choices
            reasons={state.doc.reasons.filter((one) => one.kind === 'pause')}
            take={(reason) => {
              void store.dispatch((now, world) => job.pause(now, reason, me(), world));
              back();
            }}
          />
        </Screen>
      );
    case 'report':
      return <Report store={store} close={back} booked={() => setSub('after')} />;
    case 'after':
    case 'finish':
      return (
        <Finish
          store={store}
          asked={sub === 'finish'}
          back={back}
          finished={() => {
            done(w('finished'));
            route('/job');
          }}
        />
      );
    case 'materials':
      return <Materials state={state} back={back} />;
    case 'call':
      return (
        <Calls
          centre={state.doc.centre}
          operation={state.doc.operation}
          calls={state.doc.calls}
          back={() => (back(), void store.refresh())}
        />
      );
    case 'how':
      return <How state={state} back={back} />;
    case 'more':
      return <More store={store} open={setSub} back={back} />;
    default:
      return <Face store={store} open={setSub} />;
  }
}

function Face({ store, open }: { store: JobStore; open: (sub: Sub) => void }) {
  const state = store.state.value;
  const { doc } = state;
  const over = doc.state === 'done' || doc.state === 'cancelled';
  const begin = (kind: 'start' | 'setup') => () => void store.dispatch((now, world) => job.begin(now, kind, world));
  const shut = doc.gates.length > 0 && state.clock === 'off';
  const acts = over ? (
    <a class="btn go" href="/job" onClick={() => void forgetJob(store.task)}>
      {w('jobs')}
    </a>
  ) : state.clock === 'off' ? (
    <>
      <Button id="more" onClick={() => open('more')}>
        {w('more')}
      </Button>
      <Button kind="go" id="start" disabled={shut} onClick={begin('start')}>
        ▶ {doc.state === 'waiting' ? w('start') : w('go_on')}
      </Button>
    </>
  ) : (
    <>
      <Button id="more" onClick={() => open('more')}>
        {w('more')}
      </Button>
      <Button id="pause" onClick={() => open('pause')}>
        ❙❙ {w('pause')}
      </Button>
      {state.clock === 'setup' ? (
        <Button kind="go" id="start" onClick={begin('start')}>
          ▶ {w('start')}
        </Button>
      ) : (
        <Button kind="go" id="report" onClick={() => open('report')}>
          {w('report')}
        </Button>
      )}
    </>
  );
  return (
    <Screen title={`${doc.number} · ${doc.step}`} back="/job" acts={<div class="jobacts">{acts}</div>}>
      <div class="card tight">
        <div class="title">{doc.item}</div>
        <div class="note">
          {w('step_of', { step: doc.step, name: doc.name })} · {w('drawing_rev', { rev: doc.revision })}
        </div>
      </div>
      <Count state={state} />
      {shut ? <Gates state={state} /> : <Flow state={state} />}
      {doc.materials.length > 0 && (
        <button type="button" class="card row" data-testid="materials" onClick={() => open('materials')}>
          <b class="grow">{w('materials')}</b>
          <span class={`chip ${inCount(state) === doc.materials.length ? 'ok' : ''}`}>
            {w('material_n', { done: inCount(state), n: doc.materials.length })}
          </span>
        </button>
      )}
      {doc.calls.length > 0 && (
        <button type="button" class="card ask" onClick={() => open('call')}>
          <b>△ {doc.calls.map((one) => word('call', one.kind)).join(', ')}</b>
        </button>
      )}
      {doc.materials.some((one) => one.consumption === 'scan') && !over && <Prompt>{w('scan_any_lot')}</Prompt>}
    </Screen>
  );
}

/** Materials that have all that the pieces made so far need, or take care of themselves. */
const inCount = ({ doc }: JobState): number =>
  doc.materials.filter(
    (one) => one.consumption === 'backflush' || Number(one.consumed) >= Math.max(Number(one.needed), 0),
  ).length;

/** What matters most, largest: how many still to make; beside it the clock. */
function Count({ state }: { state: JobState }) {
  const { doc } = state;
  const made = compare(doc.remaining, '0') === 0;
  return (
    <div class={`card count ${state.clock === 'run' ? 'runs' : ''}`}>
      <div class="row top">
        <div class="grow">
          <span class="qty" data-testid="remaining">
            {made ? '✓' : number(doc.remaining)}
          </span>
          <div class="note">{made ? w('done_word') : w('remaining')}</div>
        </div>
        <div class="clockface">
          <span class={`chip ${chip(doc.state)}`} data-testid="state">
            {stateSign(doc.state)} {word('state', doc.state)}
          </span>
          <Clock state={state} />
        </div>
      </div>
      <Bar doc={doc} />
      <div class="note">
        {w('of_pieces', { good: number(doc.good), target: number(doc.target), unit: term(doc.unit) })}
        {compare(doc.scrap, '0') > 0 && ` · ${w('scrap_n', { n: number(doc.scrap) })}`}
        {compare(doc.rework, '0') > 0 && ` · ${w('rework_n', { n: number(doc.rework) })}`}
        {doc.state === 'paused' && doc.pauseReason && ` · ${reasonName(doc, 'pause', doc.pauseReason)}`}
      </div>
    </div>
  );
}

function Bar({ doc }: { doc: JobState['doc'] }) {
  const whole = Math.max(Number(doc.target), Number(add(add(doc.good, doc.scrap), doc.rework)), 1);
  const part = (value: string): string => `${(100 * Number(value)) / whole}%`;
  return (
    <div
      class="pieces"
      role="img"
      aria-label={w('of_pieces', { good: doc.good, target: doc.target, unit: term(doc.unit) })}
    >
      <i class="good" style={{ width: part(doc.good) }} />
      <i class="mend" style={{ width: part(doc.rework) }} />
      <i class="scrapped" style={{ width: part(doc.scrap) }} />
    </div>
  );
}

function Clock({ state }: { state: JobState }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.floor(job.workedMs(state, new Date().toISOString()) / 1000);
  const planned = Math.round(
    Number(state.doc.setupMinutes) + Number(state.doc.runMinutesEach) * Number(state.doc.target),
  );
  const two = (n: number): string => String(n).padStart(2, '0');
  return (
    <div>
      <b class="mono" data-testid="clock">
        {Math.floor(seconds / 3600)}:{two(Math.floor(seconds / 60) % 60)}:{two(seconds % 60)}
      </b>
      {planned > 0 && <div class="note">{w('as_planned', { n: number(planned) })}</div>}
    </div>
  );
}

function Gates({ state }: { state: JobState }) {
  return (
    <div class="card ask" data-testid="gates">
      <b>△ {w('cannot_start')}</b>
      <ul>
        {state.doc.gates.map((gate, place) => (
          <li key={place}>
            {word('gate', gate.kind, {
              ...gate.facts,
              ...(gate.kind === 'machine' ? { reason: reasonName(state.doc, 'stop', gate.facts['reason'] ?? '') } : {}),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Flow({ state }: { state: JobState }) {
  const { doc } = state;
  const left = job.leftHere(doc);
  const mates = doc.clocks.filter((one) => one.kind !== 'off' && one.person !== me());
  return (
    <p class="note">
      {left !== null &&
        (compare(doc.cameIn ?? '0', '0') > 0
          ? `${w('came_in', { n: number(doc.cameIn ?? '0'), step: doc.previous })} · `
          : `${w('nothing_came', { step: doc.previous })} · `)}
      {doc.next ? w('goes_to', { step: doc.next }) : w('to_stock', { place: doc.outPlace })} ·{' '}
      {w('due', { time: time(doc.dueAt) })}
      {mates.length > 0 && ` · ${w('with_you', { names: mates.map((one) => one.name).join(', ') })}`}
    </p>
  );
}

function More({ store, open, back }: { store: JobStore; open: (sub: Sub) => void; back: () => void }) {
  const state = store.state.value;
  const takeBack = async (): Promise<void> => {
    if (state.past.length === 0) return wrong(w('nothing_to_undo'));
    await store.dispatch(job.undo);
    done(w('undone'));
    back();
  };
  return (
    <Screen title={w('more')} back={back}>
      <div class="stackbtns">
        {state.clock === 'off' && state.doc.gates.length === 0 && (
          <Button
            id="setup"
            onClick={() => {
              void store.dispatch((now, world) => job.begin(now, 'setup', world));
              back();
            }}
          >
            ⚙ {w('setup')}
          </Button>
        )}
        <Button id="report-more" onClick={() => open('report')}>
          {w('report')}
        </Button>
        <Button id="finish" onClick={() => open('finish')}>
          ✓ {w('finish')}
        </Button>
        <Button id="call" onClick={() => open('call')}>
          ☎ {w('call')}
        </Button>
        <Button id="how" onClick={() => open('how')}>
          {w('instructions')}
        </Button>
        <Button id="undo" onClick={() => void takeBack()}>
          ↶ {w('undo')}
        </Button>
      </div>
    </Screen>
  );
}

function How({ state, back }: { state: JobState; back: () => void }) {
  return (
    <Screen title={w('instructions')} back={back}>
      <div class="card how">{state.doc.instructions || w('no_instructions')}</div>
      <p class="note">
        {state.doc.sku} · {w('drawing_rev', { rev: state.doc.revision })}
      </p>
    </Screen>
  );
}

/** How many more than the order asks for. */
export const overBy = (doc: JobState['doc'], good: string): string => subtract(add(doc.good, good), doc.target);
