import './print.css';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../kit/parts';
import { tellWhy } from '../signin/why';
import { ChoosePrinter } from './ChoosePrinter';
import { cancelPrint, chosen, isUnderWay, jobNow, openPdf, print, printAgain, printers } from './store';
import type { Named, PrintJob } from './store';
import { term, w } from './words';

/** How often the printer is asked how it goes, in ms. */
const LOOK_MS = 1000;

/** One button that prints a label on the printer beside this device, and says under it what became of it. */
export function PrintLabel(named: Named) {
  const [job, setJob] = useState<PrintJob | null>(null);
  const [isChoosing, setChoosing] = useState(false);
  const [isAsking, setAsking] = useState(false);
  useEffect(() => setJob(null), [named.kind, named.code, named.item]);
  useEffect(() => {
    if (!job || !isUnderWay(job)) return;
    const timer = setTimeout(() => void jobNow(job.id).then(setJob, () => setJob({ ...job })), LOOK_MS);
    return () => clearTimeout(timer);
  }, [job]);

  const set = (asked: Promise<PrintJob>): void => {
    setAsking(true);
    asked.then(setJob, tellWhy).finally(() => setAsking(false));
  };
  /** On the chosen printer if it is still there; else the person chooses, and where there is none the label is a PDF. */
  const start = async (): Promise<void> => {
    setAsking(true);
    try {
      const known = await printers();
      const mine = known.find((one) => one.id === chosen.value);
      if (mine) setJob(await print(mine.id, named));
      else if (known.length > 0) setChoosing(true);
      else await openPdf(named);
    } catch (error) {
      tellWhy(error);
    } finally {
      setAsking(false);
    }
  };
  if (isChoosing)
    return (
      <ChoosePrinter
        back={() => setChoosing(false)}
        pick={(printer) => {
          setChoosing(false);
          set(print(printer.id, named));
        }}
        pdf={() => {
          setChoosing(false);
          void openPdf(named).catch(tellWhy);
        }}
      />
    );
  if (!job)
    return (
      <Button id="print-label" disabled={isAsking} onClick={() => void start()}>
        {w('print_label')}
      </Button>
    );
  return (
    <section class="card tight col" data-testid="print-job" data-state={job.state} aria-busy={isUnderWay(job)}>
      <p role="status">{sentence(job)}</p>
      <div class="grid2">
        {isUnderWay(job) && (
          <>
            <Button
              id="print-elsewhere"
              disabled={isAsking}
              onClick={() =>
                void cancelPrint(job.id)
                  .then(setJob, tellWhy)
                  .then(() => setChoosing(true))
              }
            >
              {w('other_printer')}
            </Button>
            <Button id="print-cancel" disabled={isAsking} onClick={() => set(cancelPrint(job.id))}>
              {w('cancel')}
            </Button>
          </>
        )}
        {job.state === 'unsure' && (
          <>
            <Button id="print-came" disabled={isAsking} onClick={() => set(cancelPrint(job.id))}>
              {w('yes_it_did')}
            </Button>
            <Button id="print-again" disabled={isAsking} onClick={() => set(printAgain(job.id))}>
              {w('no_again')}
            </Button>
          </>
        )}
        {(job.state === 'sent' || job.state === 'failed' || job.state === 'cancelled') && (
          <>
            <Button id="print-again" disabled={isAsking} onClick={() => set(printAgain(job.id))}>
              {w('once_more')}
            </Button>
            <Button id="print-elsewhere" onClick={() => setChoosing(true)}>
              {w('other_printer')}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}

function sentence(job: PrintJob): string {
  const printer = job.printerCode;
  const fault = term('fault', job.fault);
  if (job.state === 'sent') return `✓ ${w('printed', { printer })}`;
  if (job.state === 'unsure') return `△ ${w('came_out', { printer })}`;
  if (job.state === 'failed') return `✕ ${w('failed', { printer, fault })}`;
  if (job.state === 'cancelled') return w('cancelled');
  return job.fault ? `△ ${w('waits', { printer, fault })}` : w('asked', { printer });
}
