import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { client, got, reachable } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { number, term, time } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Prompt, Screen } from '../../kit/parts';
import { shown, type Scan } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { may } from '../../session/session';
import { Calls } from './Calls';
import { MachineStop } from './Machine';
import { askCentre, centreHere, jobsHere, keepCentre, type Centre, type Dispatch } from './store';
import { nameOf } from './view';
import { w, word } from './words';
import './job.css';

/** Where a person works: the job at hand, the next three in the plan's order, and help one tap away. */
export default function Station() {
  const [here, setHere] = useState<Dispatch | null>(null);
  const [asked, setAsked] = useState(false);
  useEffect(() => void centreHere().then((told) => (setHere(told), setAsked(true))), []);
  if (!asked) return <Screen title={w('jobs')} back="/" children={null} />;
  const take = async (centre: Centre): Promise<void> => {
    const told = await askCentre(centre.id);
    await keepCentre(told);
    setHere(told);
  };
  if (!here) return <ChooseCentre take={take} />;
  return <AtCentre kept={here} leave={() => void keepCentre(null).then(() => setHere(null))} />;
}

function ChooseCentre({ take }: { take: (centre: Centre) => Promise<void> }) {
  const { data } = useAnswer(() => got(client.GET('/api/floor/mes/work-centres')));
  const choose = (centre: Centre): void =>
    void take(centre).catch(() => tell({ kind: 'wrong', head: { key: 'need_network' } }));
  useScan((scan) => {
    const found = data?.find((one) => one.code.toUpperCase() === scan.text.toUpperCase());
    if (found) choose(found);
    else tell({ kind: 'wrong', head: { key: 'not_known', args: { scanned: shown(scan.text) } } });
  });
  return (
    <Screen title={w('pick_centre')} back="/">
      <ul class="list">
        {data?.map((one) => (
          <li key={one.id}>
            <button type="button" class="card row" data-testid="centre" onClick={() => choose(one)}>
              <div class="grow">
                <b>{one.name}</b>
                <div class="note">
                  {one.code} · {w('waiting_n', { n: one.waiting })}
                  {one.running > 0 && ` · ${w('running_n', { n: one.running })}`}
                </div>
              </div>
              {one.stopped && <span class="chip stop">■ {w('state_stopped')}</span>}
            </button>
          </li>
        ))}
      </ul>
      <Prompt>{w('scan_centre')}</Prompt>
    </Screen>
  );
}

type Sub = 'list' | 'calls' | 'machine';

function AtCentre({ kept, leave }: { kept: Dispatch; leave: () => void }) {
  const { route } = useLocation();
  const [sub, setSub] = useState<Sub>('list');
  const answer = useAnswer(async () => {
    const told = await askCentre(kept.centre.id);
    await keepCentre(told);
    return told;
  }, [kept.centre.id]);
  const told = answer.data ?? kept;
  useScan(async (scan) => {
    const found = await jobOf(scan, told);
    if (found) route(`/job/${found}`);
  });
  if (sub === 'calls')
    return <Calls centre={told.centre} operation={null} calls={told.calls} back={() => setSub('list')} />;
  if (sub === 'machine') return <MachineStop told={told} back={() => (setSub('list'), answer.again())} />;
  const quiet = told.active.length + told.next.length === 0;
  return (
    <Screen
      title={told.centre.name}
      back="/"
      acts={
        <>
          <Button id="calls" onClick={() => setSub('calls')}>
            {told.calls.length > 0 ? `△ ${w('calls')} ${told.calls.length}` : w('call')}
          </Button>
          <Button id="machine" kind={told.centre.stopped ? 'bad' : ''} onClick={() => setSub('machine')}>
            {told.centre.stopped ? w('machine_runs') : w('machine_stands')}
          </Button>
        </>
      }
    >
      {told.centre.stopped && (
        <p class="card stop">
          <b>■ {w('state_stopped')}</b>
          <span class="note"> {reasonName(told, 'stop', told.centre.stopped)}</span>
        </p>
      )}
      {told.active.length > 0 && <h2>{w('at_hand')}</h2>}
      {told.active.map((job) => (
        <JobCard key={job.operation} job={job} lead />
      ))}
      {told.next.length > 0 && <h2>{w('next')}</h2>}
      {told.next.map((job) => (
        <JobCard key={job.operation} job={job} />
      ))}
      {told.later > 0 && <p class="note">{w('next_more', { n: told.later })}</p>}
      {quiet && (
        <div class="shut">
          <h2>{w('nothing_next')}</h2>
          <p class="note">{w('nothing_next_more')}</p>
        </div>
      )}
      <button type="button" class="btn" onClick={leave} data-testid="leave-centre">
        {w('other_centre')}
      </button>
      {may('supervisor', 'planner') && (
        <a class="btn" href="/job/board">
          {w('board')}
        </a>
      )}
      <Prompt>{w('scan_traveller')}</Prompt>
    </Screen>
  );
}

function JobCard({ job, lead = false }: { job: Dispatch['next'][number]; lead?: boolean }) {
  const isLate = Date.parse(job.dueAt) < Date.now();
  return (
    <a
      class={`card jobcard ${lead ? 'lead' : ''}`}
      href={`/job/${job.operation}`}
      data-testid={lead ? 'active-job' : 'next-job'}
    >
      <div class="row">
        <b class="grow">{job.item}</b>
        <span class={`chip ${chip(job.state)}`}>
          {stateSign(job.state)} {word('state', job.state)}
        </span>
      </div>
      <div class="note">
        {job.number} · {job.step} {job.name}
      </div>
      <div class="row">
        <span class="grow">
          {w('of_pieces', { good: number(job.good), target: number(job.target), unit: term(job.unit) })}
        </span>
        <span class={`chip ${isLate ? 'stop' : ''}`}>
          {isLate ? `△ ${w('late')}` : w('due', { time: time(job.dueAt) })}
        </span>
      </div>
      {Number(job.rework) > 0 && <div class="chip ask">↻ {w('rework_n', { n: number(job.rework) })}</div>}
      {job.hold && <div class="chip ask">△ {w('gate_hold', { reason: job.hold })}</div>}
    </a>
  );
}

export const chip = (state: string): string =>
  ({ running: 'ok', setup: 'ok', paused: 'ask', stopped: 'stop', waiting: '', done: 'ok' })[state] ?? '';
export const stateSign = (state: string): string =>
  ({ running: '▶', setup: '⚙', paused: '❙❙', stopped: '■', done: '✓', waiting: '○' })[state] ?? '·';

export function reasonName(told: { reasons: Dispatch['reasons'] }, kind: string, code: string): string {
  const [first = '', second] = code.split(':');
  const found = told.reasons.find((one) => one.kind === (second ? 'stop' : kind) && one.code === (second ?? first));
  return found ? nameOf(found) : word('reason', first);
}

/** The job at this work centre that a traveller stands for: from the list here, from the device, or from the server. */
async function jobOf(scan: Scan, told: Dispatch): Promise<string | null> {
  const code = scan.text.toUpperCase();
  const listed = [...told.active, ...told.next].find((one) => one.number.toUpperCase() === code);
  if (listed) return listed.operation;
  const kept = (await jobsHere()).find(
    ({ doc }) => doc.number.toUpperCase() === code && doc.centre.id === told.centre.id,
  );
  if (kept) return kept.doc.operation;
  try {
    const { matches } = await got(
      client.GET('/api/floor/work/resolve', { params: { query: { code: scan.text, expected: 'job' } } }),
    );
    const order = matches.find((match) => match.kind === 'job');
    if (!order) {
      tell({ kind: 'wrong', head: { key: 'not_known', args: { scanned: shown(scan.text) } } });
      return null;
    }
    const steps = await got(
      client.GET('/api/floor/mes/orders/{order_id}', { params: { path: { order_id: order.id } } }),
    );
    return stepHere(steps, told, order.code);
  } catch {
    const text = reachable.value ? w('no_network_job') : `${w('no_network_job')}.`;
    tell({ kind: 'wrong', head: { key: 'need_network' }, lines: [{ key: 'a_problem', args: { text } }] });
    return null;
  }
}

async function stepHere(steps: Dispatch['next'], told: Dispatch, code: string): Promise<string | null> {
  for (const step of steps.filter((one) => one.state !== 'done' && one.state !== 'cancelled')) {
    const doc = await got(
      client.GET('/api/floor/mes/jobs/{operation_id}', { params: { path: { operation_id: step.operation } } }),
    );
    if (doc.centre.id === told.centre.id) return step.operation;
  }
  tell({
    kind: 'wrong',
    head: { key: 'a_problem', args: { text: w('not_here', { code, centre: told.centre.name }) } },
    lines: [
      {
        key: 'a_problem',
        args: { text: w('not_here_more', { steps: steps.map((one) => `${one.step} ${one.name}`).join(', ') }) },
      },
    ],
  });
  return null;
}
