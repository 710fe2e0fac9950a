import { useEffect, useState } from 'preact/hooks';
import { number, term, time } from '../../i18n';
import { add, compare } from '../../kit/decimal';
import { Button, Prompt, Screen } from '../../kit/parts';
import { may } from '../../session/session';
import { Deviate } from './Deviate';
import { chip, reasonName, stateSign } from './Station';
import { me } from './say';
import * as job from './state';
import type { JobState } from './state';
import { forgetJob, type JobStore } from './store';
import type { Sub } from './view';
import { w, word } from './words';

/** The job's face: how many remain, the clock, what shuts the gate, and what can be done now. */
export function Face({ store, open }: { store: JobStore; open: (sub: Sub) => void }) {
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
      {!over && doc.drawing !== 'current' && !(shut && doc.drawing === 'stop') && (
        <button
          type="button"
          class={`card ${doc.drawing === 'stop' ? 'stop' : 'ask'}`}
          data-testid="superseded"
          data-drawing={doc.drawing}
          onClick={() => open('call')}
        >
          <b>△ {w('superseded', { released: doc.released, revision: doc.revision })}</b>
          <div class="note">
            {word('drawing', doc.drawing)}
            {doc.drawing === 'deviation' && doc.deviation && ` “${doc.deviation}”`}
          </div>
        </button>
      )}
      <Count state={state} />
      {shut ? (
        <Gates
          state={state}
          call={() => open('call')}
          released={() => void forgetJob(store.task).then(() => location.reload())}
        />
      ) : (
        <Flow state={state} />
      )}
      {doc.calls.length > 0 && (
        <button type="button" class="card ask" onClick={() => open('call')}>
          <b>△ {doc.calls.map((one) => word('call', one.kind)).join(', ')}</b>
        </button>
      )}
      {doc.materials.length > 0 && (
        <button type="button" class="card row" data-testid="materials" onClick={() => open('materials')}>
          <b class="grow">{w('materials')}</b>
          <span class={`chip ${inCount(state) === doc.materials.length ? 'ok' : ''}`}>
            {w('material_n', { done: inCount(state), n: doc.materials.length })}
          </span>
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
      {compare(doc.again, '0') > 0 && (
        <div class="chip ask" data-testid="again">
          ↩ {w('came_back', { n: number(doc.again) })}
        </div>
      )}
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

/** Gates that somebody else can open. */
const HELPED = new Set(['material', 'skill', 'machine', 'hold', 'revision']);

/** What shuts the gate, by name, and what opens it. */
function Gates({ state, call, released }: { state: JobState; call: () => void; released: () => void }) {
  const kinds = [...new Set(state.doc.gates.map((one) => one.kind))];
  return (
    <div class="card ask gates" data-testid="gates">
      <b>△ {w('cannot_start')}</b>
      {kinds.map((kind) => (
        <div key={kind}>→ {word('todo', kind, { place: state.doc.linePlace })}</div>
      ))}
      <ul>
        {state.doc.gates.map((gate, place) => (
          <li key={place}>
            {word('gate', gate.kind, {
              ...gate.facts,
              ...(gate.kind === 'material'
                ? { needed: `${number(gate.facts['needed'] ?? '')} ${term(gate.facts['unit'] ?? '')}` }
                : {}),
              ...(gate.kind === 'machine' ? { reason: reasonName(state.doc, 'stop', gate.facts['reason'] ?? '') } : {}),
            })}
          </li>
        ))}
      </ul>
      {kinds.some((kind) => HELPED.has(kind)) && (
        <Button id="gate-call" onClick={call}>
          ☎ {w('call')}
        </Button>
      )}
      {kinds.includes('revision') && may('planner', 'supervisor') && (
        <Deviate order={state.doc.workOrder} released={released} />
      )}
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
