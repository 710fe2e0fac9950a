import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { key } from '../../api/key';
import { day } from '../../i18n';
import { DateInput } from '../../kit/DateInput';
import { tellWhy } from '../signin/SignIn';
import { Return } from './Return';
import type { NcrDocument } from './types';
import { term, w } from './words';

type Step = 'contain' | 'analyse' | 'propose' | 'approve' | 'refuse' | 'execute' | 'verify' | 'close';
type Answers = Record<'escape' | 'owner' | 'prevention', string>;
const NONE: Answers = { escape: '', owner: '', prevention: '' };

/** Steps that say nothing without words, and what else they are asked. */
const IN_WORDS: readonly Step[] = ['analyse', 'propose', 'verify'];
const MORE: Readonly<Partial<Record<Step, readonly (keyof Answers)[]>>> = {
  analyse: ['escape'],
  propose: ['owner'],
  close: ['prevention'],
};

/** What this person can do with a report now: its questions, and one button a step. */
export function NextStep({ report, again, print }: { report: NcrDocument; again: () => void; print: () => void }) {
  const [note, setNote] = useState('');
  const [answers, setAnswers] = useState<Answers>(NONE);
  const [due, setDue] = useState('');
  const waiting = report.dispositions.filter((one) => one.doneAt === null);
  const next = (report.next as Step[]).filter((one) => one !== 'execute' && (one !== 'verify' || waiting.length === 0));
  const toDo = report.next.includes('execute') ? waiting : [];
  const asked = next.find((one) => IN_WORDS.includes(one) || MORE[one]) ?? next[0];
  const step = async (event: Step, disposition: 'rework' | null = null): Promise<void> => {
    const said = { ...answers, due: due || null, disposition: '', carrier: '', reference: '' };
    const body = { ncr: report.id, event, note, answers: said, disposition };
    try {
      await got(client.POST('/api/floor/quality/reports/step', { headers: key(), body }));
      again();
    } catch (error) {
      tellWhy(error);
    }
  };
  if (next.length + toDo.length === 0) return null;
  const back = toDo.find((one) => one.kind === 'return');
  const toMend = toDo.filter((one) => one.kind !== 'return');
  return (
    <>
      {back && <Return report={report} quantity={back.quantity} again={again} print={print} />}
      {next.length + toMend.length > 0 && (
        <section class="card report" data-testid="next-step">
          <h2>{w('next_step')}</h2>
          {toMend.map((one) => (
            <button
              type="button"
              class="btn go"
              key={one.kind}
              data-testid={`execute-${one.kind}`}
              onClick={() => void step('execute', 'rework')}
            >
              {w('step_execute', { what: term('way', one.kind) })}
            </button>
          ))}
          {asked && (
            <label class="field">
              <span>{term('ask', asked)}</span>
              <textarea
                rows={3}
                value={note}
                maxLength={500}
                data-testid="ncr-note"
                onInput={(event) => setNote(event.currentTarget.value)}
              />
            </label>
          )}
          {asked &&
            MORE[asked]?.map((name) => (
              <label class="field" key={name}>
                <span>{term('ask', name)}</span>
                <input
                  value={answers[name]}
                  maxLength={500}
                  onInput={(event) => setAnswers({ ...answers, [name]: event.currentTarget.value })}
                />
              </label>
            ))}
          {asked === 'propose' && (
            <label class="field">
              <span>{w('ask_due')}</span>
              <DateInput value={due} said={due && day(due)} onInput={(event) => setDue(event.currentTarget.value)} />
            </label>
          )}
          <div class="choices two">
            {next.map((event) => (
              <button
                type="button"
                class={`btn ${event === 'refuse' ? '' : 'go'}`}
                key={event}
                disabled={IN_WORDS.includes(event) && note.trim() === ''}
                onClick={() => void step(event)}
                data-testid={`step-${event}`}
              >
                {term('step', event)}
              </button>
            ))}
          </div>
        </section>
      )}
    </>
  );
}
