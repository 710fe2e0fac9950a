import { useState } from 'preact/hooks';
import { ago } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Screen } from '../../kit/parts';
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
type Call = Dispatch['calls'][number];

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

export function CallCard({ call, done }: { call: Call; done: () => void }) {
  const next = NEXT[call.state];
  const age = ago(Date.now() - Date.parse(call.raisedAt));
  const said = word('call', call.state, { age, name: call.acknowledgedBy ?? '' });
  const act = async (type: string): Promise<void> => {
    await send(type, { call: call.id });
    done();
  };
  return (
    <div class={`card ${call.critical ? 'stop' : 'ask'}`} data-testid="open-call">
      <b>
        △ {word('call', call.kind)} · {call.centre}
      </b>
      <div class="note">
        {call.raisedBy} · {said}
        {call.level > 0 && ` · ${w('call_again')}`}
      </div>
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
