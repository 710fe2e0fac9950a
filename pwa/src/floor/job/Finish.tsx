import { number, term } from '../../i18n';
import { compare } from '../../kit/decimal';
import { Button, Screen } from '../../kit/parts';
import * as job from './state';
import type { JobStore } from './store';
import { w } from './words';

/** After a report: go on, or close the step; what was not scanned is named first. */
export function Finish(props: { store: JobStore; asked: boolean; back: () => void; finished: () => void }) {
  const { doc } = props.store.state.value;
  const missing = job.notScanned(doc);
  const mend = compare(doc.rework, '0') > 0;
  const anyway = missing.length > 0 || mend;
  const step = `${doc.step} ${doc.name}`;
  const all = compare(doc.remaining, '0') === 0;
  const finish = async (): Promise<void> => {
    if (await props.store.dispatch((state, world) => job.finish(state, anyway, world))) props.finished();
  };
  const goOn = (
    <Button key="on" kind={all ? '' : 'go'} id="keep-going" onClick={props.back}>
      {w('keep_going')}
    </Button>
  );
  return (
    <Screen
      title={props.asked ? w('finish') : w('after_report')}
      back={props.back}
      stack
      acts={
        <>
          {!all && goOn}
          <Button kind={all ? 'go' : ''} id="finish-step" onClick={() => void finish()}>
            {anyway ? w('finish_anyway') : `✓ ${w('finish')}`}
          </Button>
          {all && goOn}
        </>
      }
    >
      <div class="shut">
        <span class="qty">
          {number(doc.good)} / {number(doc.target)}
        </span>
        <p>
          {all ? w('finish_all', { step }) : w('finish_ask', { step, n: number(doc.remaining), unit: term(doc.unit) })}
        </p>
        {mend && <p class="card ask">△ {w('rework_waits', { n: number(doc.rework), unit: term(doc.unit) })}</p>}
        {missing.length > 0 && (
          <p class="card ask">△ {w('not_scanned', { what: missing.map((one) => one.name).join(', ') })}</p>
        )}
      </div>
    </Screen>
  );
}
