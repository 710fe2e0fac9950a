import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Screen } from '../../kit/parts';
import { useWakeLock } from '../../kit/wake';
import { outbox } from '../../outbox';
import { shown } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { Calls } from './Calls';
import { Face } from './Face';
import { Finish } from './Finish';
import { Choices } from './Machine';
import { HowManyIn, Materials } from './Materials';
import { How, More } from './More';
import { Report } from './Report';
import { done, me, wrong } from './say';
import * as job from './state';
import { openJob, type JobStore } from './store';
import type { Going, Sub } from './view';
import { w } from './words';
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
