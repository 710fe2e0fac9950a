import { tell } from '../../kit/feedback';
import { Button, Screen } from '../../kit/parts';
import { send, type Dispatch } from './store';
import { nameOf } from './view';
import { w } from './words';

/** The machine stands, and why, in one tap; or it runs again. */
export function MachineStop({ told, back }: { told: Dispatch; back: () => void }) {
  const act = async (type: string, facts: Record<string, unknown>, text: string): Promise<void> => {
    await send(type, { workCentre: told.centre.id, ...facts });
    tell({ kind: 'right', head: { key: 'a_problem', args: { text } } });
    back();
  };
  const why = told.reasons.find((one) => one.kind === 'stop' && one.code === told.centre.stopped);
  if (told.centre.stopped)
    return (
      <Screen
        title={w('machine_stands')}
        back={back}
        acts={
          <Button kind="go" id="runs" onClick={() => void act('job.machine_runs', {}, w('runs_now'))}>
            {w('machine_runs')}
          </Button>
        }
      >
        <div class="shut">
          <h2>■ {w('state_stopped')}</h2>
          {why && <p>{nameOf(why)}</p>}
        </div>
      </Screen>
    );
  return (
    <Screen title={w('why_stop')} back={back}>
      <Choices
        reasons={told.reasons.filter((one) => one.kind === 'stop')}
        take={(reason) => void act('job.stop_machine', { reason }, w('stopped_now'))}
      />
    </Screen>
  );
}

/** Reasons as large buttons, in the reader's language. */
export function Choices({ reasons, take }: { reasons: Dispatch['reasons']; take: (code: string) => void }) {
  return (
    <div class="choices">
      {reasons.map((reason) => (
        <Button key={reason.code} id={`reason-${reason.code}`} onClick={() => take(reason.code)}>
          {nameOf(reason)}
        </Button>
      ))}
    </div>
  );
}
