import './print.css';
import { useState } from 'preact/hooks';
import { useAnswer } from '../../api/useAnswer';
import { time } from '../../i18n';
import { tell } from '../../kit/feedback';
import { Button, Screen } from '../../kit/parts';
import { shown } from '../../scan/scan';
import { useScan } from '../../scan/useScan';
import { may } from '../../session/session';
import { tellWhy } from '../signin/why';
import { PrinterButton } from './ChoosePrinter';
import { PrinterForm } from './PrinterForm';
import { cancelPrint, choose, isUnderWay, jobs, printAgain, printers, printOwnLabel } from './store';
import type { Printer, PrintJob } from './store';
import { said, term, w } from './words';

/** The printers of the site: everyone chooses the one beside their device, a supervisor says which there are. */
export default function Printers() {
  const { data, again } = useAnswer(printers, [], 5000);
  const [edited, setEdited] = useState<Printer | 'new' | null>(null);
  const isBoss = may('supervisor');
  useScan((scan) => {
    const found = data?.find((one) => one.code === scan.text.trim());
    if (!found)
      return tell({
        kind: 'wrong',
        head: said('not_a_printer'),
        lines: [{ key: 'a_code', args: { code: shown(scan.text) } }],
      });
    choose(found.id);
    tell({ kind: 'right', head: said('printer_is', { printer: found.code }) });
  });
  const done = (): void => {
    setEdited(null);
    again();
  };
  if (edited) return <PrinterForm printer={edited === 'new' ? null : edited} done={done} />;
  return (
    <Screen
      title={w('printers')}
      back="/settings"
      acts={
        isBoss && (
          <Button kind="go" id="add-printer" onClick={() => setEdited('new')}>
            {w('add')}
          </Button>
        )
      }
    >
      <p class="note">{w('printers_note')}</p>
      <ul class="list">
        {data?.map((one) => (
          <Row key={one.id} printer={one} change={isBoss ? () => setEdited(one) : null} again={again} />
        ))}
      </ul>
      {isBoss && <Jobs />}
    </Screen>
  );
}

function Row({ printer, change, again }: { printer: Printer; change: (() => void) | null; again: () => void }) {
  const state = printer.fault
    ? [printer.faultSince && w('since', { time: time(printer.faultSince) })]
    : [`✓ ${w('ready')}`];
  const queue = [
    printer.waiting > 0 && w('waiting_n', { n: printer.waiting }),
    printer.unsure > 0 && `△ ${w('look_n', { n: printer.unsure })}`,
    change && `${printer.host}:${printer.port} · ${printer.resolution} dpi`,
  ];
  return (
    <li class="card tight col" data-testid="printer" data-code={printer.code}>
      <PrinterButton printer={printer} onClick={() => choose(printer.id)} />
      <p class="note" role="status">
        {[...state, ...queue].filter(Boolean).join(' · ')}
      </p>
      {change && (
        <div class="grid2">
          <Button id="test-print" onClick={() => void printOwnLabel(printer.id).then(again, tellWhy)}>
            {w('test')}
          </Button>
          <Button id="change-printer" onClick={change}>
            {w('change')}
          </Button>
        </div>
      )}
    </li>
  );
}

/** What was printed last, for whoever looks for a label that did not come. */
function Jobs() {
  const { data, again } = useAnswer(jobs, [], 5000);
  if (!data?.length) return null;
  return (
    <section class="col" aria-labelledby="last-jobs">
      <h2 id="last-jobs">{w('last_jobs')}</h2>
      <ul class="list">
        {data.map((job) => (
          <Job key={job.id} job={job} again={again} />
        ))}
      </ul>
    </section>
  );
}

function Job({ job, again }: { job: PrintJob; again: () => void }) {
  const named = job.codes.length > 0 ? job.codes.join(', ') : job.printerCode;
  const isStuck = job.state === 'unsure' || job.state === 'failed';
  const notes = [job.printerCode, time(job.askedAt), job.askedBy, job.fault && `△ ${term('fault', job.fault)}`];
  return (
    <li class="card tight col" data-testid="job" data-state={job.state}>
      <div class="row spread">
        <b class="grow">
          {`${term('kind', job.kind)} ${named}`}
          {job.copies > 1 && ` ${w('copies_n', { n: job.copies })}`}
        </b>
        <span class={`chip ${isStuck ? 'ask' : ''}`}>{`${isStuck ? '△ ' : ''}${term('state', job.state)}`}</span>
      </div>
      <div class="note">{notes.filter(Boolean).join(' · ')}</div>
      {(isStuck || isUnderWay(job)) && (
        <div class="grid2">
          <Button onClick={() => void cancelPrint(job.id).then(again, tellWhy)}>
            {w(job.state === 'unsure' ? 'yes_it_did' : 'cancel')}
          </Button>
          {isStuck && <Button onClick={() => void printAgain(job.id).then(again, tellWhy)}>{w('no_again')}</Button>}
        </div>
      )}
    </li>
  );
}
