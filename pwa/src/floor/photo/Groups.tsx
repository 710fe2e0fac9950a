import type { Named } from './pallet';
import type { Tone } from './PhotoSheet';
import { w } from './words';

export type Kind = 'missing' | 'unexpected' | 'alone' | 'unread' | 'before' | 'present';

const TONES: Readonly<Record<Kind, Tone>> = {
  missing: 'stop',
  unexpected: 'stop',
  alone: 'ask',
  unread: 'ask',
  before: 'off',
  present: 'ok',
};
const SIGNS: Readonly<Record<Tone, string>> = { ok: '✓', ask: '△', stop: '✕', off: '–' };

/** What belongs together after a check of labels, each by its name; nothing when it is empty. */
export function Group({ kind, some }: { kind: Kind; some: readonly Named[] }) {
  if (some.length === 0) return null;
  return (
    <section class={`card col ${TONES[kind]}`} aria-label={w(kind)} data-testid={`pallet-${kind}`}>
      <h2>
        {SIGNS[TONES[kind]]} {w(kind)} · {some.length}
      </h2>
      {some.map((one, place) => (
        <div key={place}>
          <b>{one.name}</b>
          <div class="note">{one.note}</div>
        </div>
      ))}
    </section>
  );
}
