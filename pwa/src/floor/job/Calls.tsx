import { useEffect, useState } from 'preact/hooks';
import { ago, time } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Screen } from '../../kit/parts';
import { may } from '../../session/session';
import { send, type Centre, type Dispatch } from './store';
import { w, word } from './words';

const KINDS = ['material', 'quality', 'machine', 'engineering', 'tool', 'leader'] as const;
const SIGNS: Readonly<Record<string, string>> = {
  material: '▦',
  quality: '◎',
  machine: '⚙',
  engineering: '✎',
  tool: '⚒',
  leader: '☎',
};
export type Call = Dispatch['calls'][number];

/** Six tiles: one tap calls somebody; and the calls that are open here, each with its next step. */
export function Calls(props: { centre: Centre; operation: string | null; calls: readonly Call[]; back: () => void }) {
  const [critical, setCritical] = useState(false);
  const raise = async (kind: (typeof KINDS)[number]): Promise<void> => {
    await send('call.raise', { workCentre: props.centre.id, operation: props.operation, kind, critical });
    tell({ kind: 'right', head: { key: 'a_problem', args: { text: w('called', { who: word('call', kind) }) } } });
    props.back();
  };
  return (
    <Screen title={w('who_comes')} back={props.back}>
      {props.calls.map((call) => (
        <CallCard key={call.id} call={call} done={props.back} />
      ))}
      <div class="choices two">
        {KINDS.map((kind) => (
          <button
            type="button"
            class="btn tile6"
            key={kind}
            data-testid={`call-${kind}`}
            onClick={() => void raise(kind)}
          >
            <span aria-hidden="true" class="sign">
              {SIGNS[kind]}
            </span>
            {word('call', kind)}
          </button>
        ))}
      </div>
      <Button id="critical" kind={critical ? 'on' : ''} pressed={critical} onClick={() => setCritical(!critical)}>
        {critical ? '✓ ' : ''}
        {w('critical')}
      </Button>
    </Screen>
  );
}

const NEXT: Readonly<
  Record<string, readonly ['call.acknowledge' | 'call.arrive' | 'call.resolve', 'i_come' | 'i_am_here' | 'solved']>
> = {
  raised: ['call.acknowledge', 'i_come'],
  acknowledged: ['call.arrive', 'i_am_here'],
  arrived: ['call.resolve', 'solved'],
};

/** A call with how far it is: who was called, who comes, who is here, how long each took, and who else was told. */
export function CallCard({ call, done }: { call: Call; done: () => void }) {
  // Who comes says so on a device of their own; whoever called can only call it off.
  const isMine = may(call.called) || may('supervisor');
  const next = isMine || call.state === 'arrived' ? NEXT[call.state] : undefined;
  const now = useMinute();
  const act = async (type: string): Promise<void> => {
    await send(type, { call: call.id });
    done();
  };
  return (
    <div class={`card callcard ${call.critical ? 'stop' : 'ask'}`} data-testid="open-call" data-state={call.state}>
      <div class="row">
        <b class="grow">
          {SIGNS[call.kind]} {word('call', call.kind)} · {call.centre}
        </b>
        <span class={`chip ${call.critical ? 'stop' : 'ask'}`}>{ago(now - Date.parse(call.raisedAt))}</span>
      </div>
      {call.critical && <b>■ {w('critical')}</b>}
      <ol class="ladder">
        <Rung at={call.raisedAt} text={w('call_told', { name: call.raisedBy, role: word('role', call.called) })} />
        {call.told && (
          <li class="late">
            △ {w(call.state === 'raised' ? 'call_no_answer' : 'call_no_show', { role: word('role', call.told) })}
          </li>
        )}
        <Rung
          at={call.acknowledgedAt}
          text={word('call', 'acknowledged', { name: call.acknowledgedBy ?? word('role', call.called) })}
          since={call.raisedAt}
        />
        <Rung
          at={call.arrivedAt}
          text={word('call', 'arrived', { name: call.acknowledgedBy ?? word('role', call.called) })}
          since={call.raisedAt}
        />
      </ol>
      <div class="grid2">
        {next && (
          <Button id={next[0]} onClick={() => void act(next[0])}>
            {w(next[1])}
          </Button>
        )}
        {call.state !== 'arrived' && <Button onClick={() => void act('call.resolve')}>{w('solved')}</Button>}
      </div>
    </div>
  );
}

/** One step of a call: done at a time, or still to come. */
function Rung({ at, text, since }: { at: string | null; text: string; since?: string }) {
  return (
    <li class={at ? '' : 'tocome'}>
      <span aria-hidden="true">{at ? '●' : '○'}</span> <span class="grow">{text}</span>
      <span class="note">
        {at ? time(at) : w('not_yet')}
        {at && since && ` · ${w('after', { age: ago(Date.parse(at) - Date.parse(since)) })}`}
      </span>
    </li>
  );
}

function useMinute(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
