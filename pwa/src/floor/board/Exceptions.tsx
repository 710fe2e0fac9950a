import { useState } from 'preact/hooks';
import { ago, language, number, problemTitles, time } from '../../i18n';
import { may } from '../../session/session';
import { word } from '../job/words';
import { actionName } from '../queue/names';
import { Evidence } from './Evidence';
import { Loading, Panel } from './parts';
import type { BoardState, Verdict } from './state';
import type { ExceptionRow } from './types';
import { hrefOf } from './view';
import { term, w } from './words';

const DECISIONS = ['checked', 'corrected', 'person', 'office', 'nothing'] as const;
/** A count that is not booked yet: its own two decisions settle it. */
const COUNTS = new Set(['count_again', 'count_review']);
const SIGNS: Readonly<Record<string, string>> = { high: '✕', normal: '△', low: 'i' };
const SHOWN = [
  'centre',
  'call',
  'minutes',
  'document',
  'supplier',
  'lines',
  'sku',
  'lot',
  'serial',
  'unit',
  'booked_at',
  'ours',
  'theirs',
  'told',
  'quantity',
  'wanted',
  'found',
  'missing',
  'elsewhere',
  'backorder',
  'expected',
  'counted',
  'counted_before',
  'left',
  'detail',
  'note',
  'command',
  'version',
  'state',
] as const;
/** Numbers and codes of things: written as they are printed, never as an amount. */
const CODES = new Set<string>(['document', 'lines', 'sku', 'lot', 'serial', 'unit', 'booked_at', 'centre']);
/** Where bins are named: a code is not torn at the end of a line. */
const BINS = new Set<string>(['elsewhere', 'booked_at']);

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** A value as the reader would write it; what was done, in the words of the floor. */
const valueOf = (name: string, value: string): string =>
  BINS.has(name)
    ? value.replaceAll('-', '\u2011')
    : name === 'call'
      ? word('call', value)
      : name === 'command'
        ? actionName(value)
        : name === 'state'
          ? term('state', value)
          : CODES.has(name)
            ? value
            : /^-?\d+(\.\d+)?$/.test(value)
              ? number(value)
              : value;

/** The plain facts of an exception in words. Why the books refused something is said as the picker was told it. */
export function facts(row: ExceptionRow): string[] {
  const told = row.details;
  const reason = text(told['reason'] ?? told['why']);
  const refusal = problemTitles()[reason];
  const words = SHOWN.flatMap((name) => {
    const value = name === 'sku' && row.item ? '' : text(told[name]); // the item stands above already
    const isSaid = name === 'detail' && refusal !== undefined && (language() !== 'en' || value === refusal); // it is in English
    return value && !isSaid ? [`${term('d', name)}: ${valueOf(name, value)}`] : [];
  });
  return reason ? [refusal ?? term('r', reason), ...words] : words;
}

/** What has followed and what is asked, for kinds that do not say it by their name. */
function follows(kind: string): string {
  const words = term('h', kind);
  return words === kind.replaceAll('_', ' ') ? '' : words;
}

const verdictSays = (verdict: Verdict): string =>
  verdict.is === 'settled'
    ? `✓ ${w('settled')}`
    : verdict.is === 'first'
      ? `△ ${w('first_was')}`
      : `✕ ${w('could_not', { why: verdict.why || w('offline') })}`;

/** What waits for a decision, the most urgent first. */
export function Exceptions({ state, now }: { state: BoardState; now: number }) {
  const rows = state.exceptions.value;
  const rank = (row: ExceptionRow): number => ['high', 'normal', 'low'].indexOf(row.severity);
  const sorted = rows && [...rows].sort((a, b) => rank(a) - rank(b) || b.raisedAt.localeCompare(a.raisedAt));
  return (
    <Panel id="exceptions" title={`${w('exceptions')}${rows ? ` · ${number(rows.length)}` : ''}`}>
      <p class="verdict" role="status">
        {state.verdict.value && verdictSays(state.verdict.value)}
      </p>
      {!sorted && may('supervisor') && <Loading />}
      {sorted?.length === 0 && (
        <div class="shut">
          <h3>✓ {w('all_settled')}</h3>
          <p>{w('all_settled_more')}</p>
        </div>
      )}
      <ul class="list">
        {sorted?.map((row) => (
          <Row key={row.id} row={row} now={now} state={state} />
        ))}
      </ul>
      {may('supervisor') && (
        <a class="btn screenonly" href={hrefOf({ is: 'erp' })} data-testid="to-erp">
          {w('erp')}
        </a>
      )}
    </Panel>
  );
}

function Row({ row, now, state }: { row: ExceptionRow; now: number; state: BoardState }) {
  const [isOpen, setOpen] = useState(false);
  const [note, setNote] = useState('');
  const where = [row.place, row.item, row.order && `${w('order')} ${row.order}`].filter(Boolean).join(' · ');
  return (
    <li
      class={`card exception ${row.severity === 'high' ? 'stop' : row.severity === 'low' ? '' : 'ask'}`}
      data-testid="exception"
      data-id={row.id}
    >
      <div class="row top">
        <span class={`sign ${row.severity}`} aria-hidden="true">
          {SIGNS[row.severity] ?? '△'}
        </span>
        <div class="grow">
          <b>{term('x', row.kind)}</b>
          <div class="note">
            {[row.raisedBy && w('by', { name: row.raisedBy }), w('age', { age: ago(now - Date.parse(row.raisedAt)) })]
              .filter(Boolean)
              .join(' · ')}
          </div>
        </div>
        <button
          type="button"
          class="btn screenonly"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          data-testid="settle"
        >
          {w('settle')}
        </button>
      </div>
      <div class="under">
        <div class="note">
          {[row.severity !== 'normal' && term('sev', row.severity), where, time(row.raisedAt)]
            .filter(Boolean)
            .join(' · ')}
        </div>
        {facts(row).length > 0 && <p class="facts-line">{facts(row).join(' · ')}</p>}
        {follows(row.kind) && <p class="follows">{follows(row.kind)}</p>}
        {text(row.details['photo']) && <Evidence photo={text(row.details['photo'])} />}
        {typeof row.details['aisle'] === 'number' && (
          <a class="btn screenonly" href={hrefOf({ is: 'aisle', aisle: row.details['aisle'] })}>
            {w('show_aisle')}
          </a>
        )}
        {row.task && (
          <a href={hrefOf({ is: 'history', of: 'task', id: row.task })}>
            {w('history')}
            {row.taskNumber !== null && ` · ${term('kind', 'task')} ${row.taskNumber}`}
          </a>
        )}
      </div>
      {isOpen && row.task && COUNTS.has(row.kind) && <Count task={row.task} row={row} state={state} />}
      {isOpen && !COUNTS.has(row.kind) && (
        <div class="deciding" role="group" aria-label={w('resolve_as')}>
          <label class="field">
            <span>{w('note_optional')}</span>
            <input type="text" maxLength={500} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
          </label>
          <div class="decisions">
            {DECISIONS.map((one) => (
              <button
                type="button"
                class="btn"
                key={one}
                data-testid={`as-${one}`}
                onClick={() => void state.resolve(row.id, one, note.trim())}
              >
                {term('settle', one)}
              </button>
            ))}
          </div>
        </div>
      )}
    </li>
  );
}

/** Books the last count as it is, or has the bin counted once more. */
function Count({ task, row, state }: { task: string; row: ExceptionRow; state: BoardState }) {
  return (
    <div class="deciding" role="group" aria-label={w('resolve_as')}>
      <div class="decisions">
        <button
          type="button"
          class="btn"
          data-testid="book-count"
          onClick={() => void state.decide(row.id, task, true)}
        >
          {w('book_count', { n: number(text(row.details['counted'])) })}
        </button>
        {row.kind === 'count_review' && (
          <button
            type="button"
            class="btn"
            data-testid="count-again"
            onClick={() => void state.decide(row.id, task, false)}
          >
            {w('count_again')}
          </button>
        )}
      </div>
    </div>
  );
}
