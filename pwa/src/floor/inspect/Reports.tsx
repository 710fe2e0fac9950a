import { useEffect, useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { useAnswer } from '../../api/useAnswer';
import { language, number, term as unitTerm, time } from '../../i18n';
import { Screen } from '../../kit/parts';
import { Photo } from './Entry';
import { NextStep } from './NextStep';
import { Sheet } from './Sheet';
import type { NcrDocument } from './types';
import { inOwn, term, w } from './words';

/** Nonconformity reports: what was wrong, what becomes of it, and the steps that are possible now. */
export function Reports() {
  const { data, again } = useAnswer(() => got(client.GET('/api/floor/quality/reports')));
  const [open, setOpen] = useState<string | null>(null);
  const [printed, setPrinted] = useState<'sheet' | 'return_note' | null>(null);
  const report = data?.find((one) => one.id === open);
  if (report && printed) return <Sheet report={report} of={printed} back={() => setPrinted(null)} />;
  if (report)
    return (
      <div class="inspect narrow">
        <Screen title={w('ncr_n', { number: report.number })} back={() => setOpen(null)}>
          <Whole report={report} again={again} print={setPrinted} />
        </Screen>
      </div>
    );
  return (
    <div class="inspect narrow">
      <Screen title={w('reports')} back="/inspect">
        {data?.length === 0 && (
          <div class="shut">
            <h2>{w('ncr_none')}</h2>
          </div>
        )}
        <ul class="list">
          {data?.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                class={`card report ${one.state === 'closed' ? '' : 'ask'}`}
                data-testid="report"
                data-state={one.state}
                onClick={() => setOpen(one.id)}
              >
                <Head report={one} />
              </button>
            </li>
          ))}
        </ul>
      </Screen>
    </div>
  );
}

function Head({ report }: { report: NcrDocument }) {
  return (
    <>
      <div class="row spread">
        <b class="title">
          {w('ncr_n', { number: report.number })} · {report.name}
        </b>
        <span class={`chip ${report.state === 'closed' ? 'ok' : 'ask'}`}>{term('ncr', report.state)}</span>
      </div>
      <p class="note">
        {w('lot_n', { number: report.inspectionNumber })} · {report.lot ?? report.sku} · {number(report.quantity)}{' '}
        {unitTerm(report.unit)}
        {report.supplierName && ` · ${report.supplierName}`}
        {report.claimed && ` · ${w('claimed')}`}
      </p>
      {report.defects.length > 0 && (
        <p data-testid="ncr-what">
          {w('ncr_what', {
            what: new Intl.ListFormat(language(), { type: 'unit' }).format(
              report.defects.map((one) => inOwn(one.name)),
            ),
          })}
        </p>
      )}
      {report.awaitsApproval && (
        <p class="note" data-testid="ncr-awaits">
          △ {w(report.state === 'proposed' ? 'ncr_awaits' : 'ncr_awaits_close')}
        </p>
      )}
    </>
  );
}

const PATH = ['contained', 'analysed', 'proposed', 'executing', 'verified', 'closed'] as const;

/** How far a report is, what was said at each step, what still waits, and the next step of whoever looks. */
function Whole({
  report,
  again,
  print,
}: {
  report: NcrDocument;
  again: () => void;
  print: (paper: 'sheet' | 'return_note') => void;
}) {
  const at = PATH.indexOf(report.state as (typeof PATH)[number]);
  useEffect(() => scrollTo(0, 0), []);
  return (
    <>
      <div class="card report" data-testid="whole-report" data-state={report.state}>
        <Head report={report} />
        {report.note && <p>“{report.note}”</p>}
        {report.defects.some((one) => one.photos.length > 0) && (
          <div class="row wrap">
            {report.defects.flatMap((one) =>
              one.photos.map((photo) => <Photo key={photo} photo={photo} feature={one} />),
            )}
          </div>
        )}
        <ol class="ncrpath" aria-label={w('ncr_path')}>
          {PATH.map((state, place) => (
            <li key={state} class={place < at ? 'past' : place === at ? 'now' : ''} aria-current={place === at}>
              <span aria-hidden="true">{place < at || report.state === 'closed' ? '✓' : place + 1}</span>
              {term('ncr', state)}
            </li>
          ))}
        </ol>
        <ul class="row wrap">
          {report.dispositions.map((one) => (
            <li key={one.kind} class={`chip ${one.doneAt ? 'ok' : 'ask'}`}>
              {one.doneAt ? '✓' : '…'} {term('way', one.kind)} {number(one.quantity)} ·{' '}
              {w(one.doneAt ? 'done' : 'waiting')}
            </li>
          ))}
        </ul>
        <ol class="steps">
          {report.steps.map((one, place) => (
            <li key={place}>
              <b>
                {term('step', one.event, { what: one.answers.disposition && term('way', one.answers.disposition) })}
              </b>{' '}
              <span class="note">{w('read_by', { name: one.personName, time: time(one.at) })}</span>
              {one.note && <div>{one.note}</div>}
              {(['escape', 'owner', 'due', 'prevention', 'carrier', 'reference'] as const).map(
                (name) =>
                  one.answers[name] && (
                    <div key={name}>
                      <span class="note">{term('said', name)}:</span> {one.answers[name]}
                    </div>
                  ),
              )}
            </li>
          ))}
        </ol>
      </div>
      <NextStep key={report.state} report={report} again={again} print={() => print('return_note')} />
      {report.dispositions.some((one) => one.kind === 'return' && one.doneAt) && (
        <button type="button" class="btn" onClick={() => print('return_note')} data-testid="show-return-note">
          {w('return_note')}
        </button>
      )}
      <button type="button" class="btn" onClick={() => print('sheet')} data-testid="show-8d">
        {w('sheet')}
      </button>
    </>
  );
}
