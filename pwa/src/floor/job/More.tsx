import { Button, Screen } from '../../kit/parts';
import { done, wrong } from './say';
import * as job from './state';
import type { JobState } from './state';
import type { JobStore } from './store';
import type { Sub } from './view';
import { w } from './words';

/** What is done now and then at a job. */
export function More({ store, open, back }: { store: JobStore; open: (sub: Sub) => void; back: () => void }) {
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

export function How({ state, back }: { state: JobState; back: () => void }) {
  return (
    <Screen title={w('instructions')} back={back}>
      <div class="card how">{state.doc.instructions || w('no_instructions')}</div>
      <p class="note">
        {state.doc.sku} · {w('drawing_rev', { rev: state.doc.revision })}
      </p>
    </Screen>
  );
}
