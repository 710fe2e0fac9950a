import { useState } from 'preact/hooks';
import { client, got } from '../../api/client';
import { day, number, time } from '../../i18n';
import { problemSentence } from '../../i18n/problem';
import { core, useRead } from './core';
import type { Letter, Side } from './LinkHealth';
import { amend, kindOf, noted } from './mend';
import { Card, Do, Document, Shown } from './parts';
import { term, w } from './words';

interface Held {
  side: Side;
  letter: Letter;
  isOpen: boolean;
  open: (isOpen: boolean) => void;
  /** What a person is called here, by their id. */
  name: (id: string) => string;
  again: () => void;
}

/** One message: what it is, why it stopped, what to do about it, all it says, and the two ways on. */
export function Message({ side, letter, isOpen, open, name, again }: Held) {
  const [reason, setReason] = useState('');
  const { way, seq } = letter;
  const replay = (headers: { 'Idempotency-Key': string }) =>
    side === 'core'
      ? core.POST('/api/core/link/replay', { body: { way, seq }, headers })
      : client.POST('/api/floor/link/messages/{way}/{seq}/replay', { params: { path: { way, seq }, header: headers } });
  const drop = (headers: { 'Idempotency-Key': string }) =>
    side === 'core'
      ? core.POST('/api/core/link/drop', { body: { way, seq, reason }, headers })
      : client.POST('/api/floor/link/messages/{way}/{seq}/drop', {
          params: { path: { way, seq }, header: headers },
          body: { reason },
        });
  const needsUs = letter.state === 'dead' || letter.state === 'unknown';
  const isStuck = needsUs || (letter.state === 'waiting' && letter.error !== null);
  return (
    <li
      class={`card ${letter.state === 'dead' ? 'stop' : isStuck ? 'ask' : ''}`}
      data-testid="letter"
      data-state={letter.state}
    >
      <b>
        {term('letter', kindOf(letter.type))} <Document of={letter.document} /> · {term('st', letter.state)}
      </b>
      <p class="note">
        {w('message')} {number(seq)} · {time(letter.at)}
        {letter.tries > 0 && ` · ${w('tries', { n: letter.tries })}`}
        {letter.nextTryAt && letter.tries > 0 && ` · ${w('next_try', { at: time(letter.nextTryAt) })}`}
      </p>
      {letter.error && <Why letter={letter} />}
      {letter.note && <Noted note={letter.note} name={name} />}
      <div class="acts">
        <button type="button" class="btn" aria-expanded={isOpen} data-testid="look-at" onClick={() => open(!isOpen)}>
          {w(isOpen ? 'look_away' : 'look_at')}
        </button>
        {(isStuck || letter.state === 'dropped') && (
          <Do id="try-again" label={w('try_again')} done={again} send={replay} />
        )}
        {isStuck && (
          <>
            <label class="field">
              <span>{w('drop_reason')}</span>
              <input
                value={reason}
                maxLength={500}
                data-testid="drop-reason"
                onInput={(event) => setReason(event.currentTarget.value)}
              />
            </label>
            <Do id="drop" disabled={reason.trim().length < 3} label={w('drop')} done={again} send={drop} />
          </>
        )}
      </div>
      {isOpen && <Whole side={side} letter={letter} />}
    </li>
  );
}

/** Why it stopped and what a person can do about it, in the reader's language; words that come from elsewhere are shown small, as they are. */
function Why({ letter }: { letter: Letter }) {
  const { problem } = letter;
  const { name, facts } = amend(letter);
  return (
    <>
      {problem && (
        <p class="trouble">
          {w('why_stopped')}: {problemSentence(problem as { type: string; title: string; detail: string })}
        </p>
      )}
      <p class={problem ? '' : 'trouble'}>
        {problem && `${w('to_mend')}: `}
        {term('mend', name, facts)}
      </p>
      {!problem && <p class="note mono">{letter.error}</p>}
    </>
  );
}

/** What a person did about it. */
function Noted({ note, name }: { note: string; name: (id: string) => string }) {
  const said = noted(note);
  if (!said) return <p class="note">{note}</p>;
  return (
    <p class="note">
      {w(said.what, { name: name(said.by), at: time(said.at) })}
      {said.reason && `: “${said.reason}”`}
    </p>
  );
}

function Whole({ side, letter: { way, seq } }: { side: Side; letter: Letter }) {
  const path = { way, seq };
  const read = useRead(
    () =>
      side === 'core'
        ? got(core.GET('/api/core/link/messages/{way}/{seq}', { params: { path } }))
        : got(client.GET('/api/floor/link/messages/{way}/{seq}', { params: { path } })),
    ['letter', side, way, seq],
  );
  return (
    <Shown read={read}>
      {({ data }) => {
        const whole = data ?? {};
        const says = way === 'in' && typeof whole['data'] === 'object' ? whole['data'] : whole;
        return (
          <Card title={w('message')} id="letter-says">
            <Says of={says} />
            <details>
              <summary>{w('letter_raw')}</summary>
              <pre class="raw">{JSON.stringify(whole, null, 2)}</pre>
            </details>
          </Card>
        );
      }}
    </Shown>
  );
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T/;

/** Anything a message may say, each name by its word; a number or code as it came, for it is what has to be mended. */
function Says({ of }: { of: unknown }) {
  if (Array.isArray(of))
    return (
      <ol class="says">
        {of.map((one, place) => (
          <li key={place}>
            <Says of={one} />
          </li>
        ))}
      </ol>
    );
  if (typeof of !== 'object' || of === null) return <>{word(of)}</>;
  const parts = Object.entries(of).filter(
    ([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return (
    <dl class="says">
      {parts.map(([name, value]) => (
        <div key={name}>
          <dt>{term('says', name)}</dt>
          <dd>
            <Says of={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function word(of: unknown): string {
  const text = String(of);
  return DAY.test(text) ? day(text) : MOMENT.test(text) ? time(text) : text;
}
