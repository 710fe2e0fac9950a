import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { useAnswer } from '../../api/useAnswer';
import { language, number, term as unitTerm, time } from '../../i18n';
import { Screen } from '../../kit/parts';
import { tellWhy } from '../signin/SignIn';
import type { NcrDocument } from './types';
import { inOwn, term, w } from './words';

type Step = 'contain' | 'analyse' | 'propose' | 'approve' | 'refuse' | 'execute' | 'close';

/** Nonconformity reports: what was wrong, what becomes of it, and the steps that are possible now. */
export function Reports() {
  const { data, again } = useAnswer(() => got(client.GET('/api/floor/quality/reports')));
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
            <Report key={one.id} report={one} again={again} />
          ))}
        </ul>
      </Screen>
    </div>
  );
}

function Report({ report, again }: { report: NcrDocument; again: () => void }) {
  const [note, setNote] = useState('');
  const step = async (event: Step, disposition: 'return' | 'rework' | null = null): Promise<void> => {
    try {
      await got(
        client.POST('/api/floor/quality/reports/step', {
          headers: key(),
          body: { ncr: report.id, event, note, disposition },
        }),
      );
      setNote('');
      again();
    } catch (error) {
      tellWhy(error);
    }
  };
  const waiting = report.dispositions.filter((one) => one.doneAt === null);
  return (
    <li class="card report" data-testid="report" data-state={report.state}>
      <div class="row spread">
        <b class="title">
          {w('ncr_n', { number: report.number })} · {report.name}
        </b>
        <span class={`chip ${report.state === 'closed' ? 'ok' : 'ask'}`}>{term('ncr', report.state)}</span>
      </div>
      <p class="note">
        {w('lot_n', { number: report.inspectionNumber })} · {report.lot ?? report.sku} · {number(report.quantity)}{' '}
        {unitTerm(report.unit)}
        {report.claimed && ` · ${w('claimed')}`}
      </p>
      {report.features.length > 0 && (
        <p data-testid="ncr-what">
          {w('ncr_what', {
            what: new Intl.ListFormat(language(), { type: 'unit' }).format(report.features.map(inOwn)),
          })}
        </p>
      )}
      {report.note && <p>“{report.note}”</p>}
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
          <li key={place} class="note">
            <b>{term('step', one.event, { what: '' })}</b> ·{' '}
            {w('read_by', { name: one.personName, time: time(one.at) })}
            {one.note && ` · ${one.note}`}
          </li>
        ))}
      </ol>
      {report.awaitsApproval && (
        <p class="note" data-testid="ncr-awaits">
          △ {w('ncr_awaits')}
        </p>
      )}
      {report.state !== 'closed' && (
        <>
          <label class="field">
            <span>{w('note')}</span>
            <input value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} />
          </label>
          <div class="choices two">
            {report.next.flatMap((event) =>
              event === 'execute'
                ? waiting.map((one) => (
                    <button
                      type="button"
                      class="btn"
                      key={one.kind}
                      onClick={() => void step('execute', one.kind as 'return' | 'rework')}
                    >
                      {w('step_execute', { what: term('way', one.kind) })}
                    </button>
                  ))
                : event === 'close' && waiting.length > 0
                  ? []
                  : [
                      <button
                        type="button"
                        class="btn"
                        key={event}
                        onClick={() => void step(event as Step)}
                        data-testid={`step-${event}`}
                      >
                        {term('step', event)}
                      </button>,
                    ],
            )}
          </div>
        </>
      )}
    </li>
  );
}
