import { useState } from 'preact/hooks';
import { got } from '../../api/client';
import { time } from '../../i18n';
import { core, useRead, type Schemas } from './core';
import { amount, Card, Do, Document, Shown } from './parts';
import { term, w } from './words';

type Concern = Schemas['ConcernFacts'];

/** What a person must look at: documents on an old revision, costs reckoned for another, facts that fit no order. */
export function Concerns() {
  const read = useRead(() => got(core.GET('/api/core/concerns', { params: { query: { size: 100 } } })), ['concerns']);
  return (
    <Card title={w('attention')} id="concerns">
      <Shown read={read}>
        {(told) => told.items.length === 0 ? <p>✓ {w('all_well')}</p> : <ul class="list">{told.items.map((one) => <One key={one.key} concern={one} again={read.again} />)}</ul>}
      </Shown>
    </Card>
  );
}

function One({ concern, again }: { concern: Concern; again: () => void }) {
  const [note, setNote] = useState('');
  const told = { revision: concern.revision ?? '', current: concern.current ?? '' };
  return (
    <li class="card ask" data-testid="concern" data-kind={concern.kind}>
      <b>△ {term('concern', concern.kind)}{typeof concern.facts['found'] === 'string' && `: ${term('found', concern.facts['found'])}`}</b>
      <p>
        <Document of={concern.document} line={concern.line} />{' · '}{[concern.sku && `${concern.sku}${concern.name ? ` ${concern.name}` : ''}`, ...facts(concern)].filter(Boolean).join(' · ')}
        {concern.kind.includes('_on_old_') && <b> · {concern.revision} → {concern.current}</b>}
      </p>
      <p>{term('next', concern.kind, told)}</p>
      {concern.raisedAt && <p class="note">{time(concern.raisedAt)}</p>}
      <label class="field"><span>{w('note')}</span><input value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} /></label>
      <div class="acts">
        {concern.choices.map((one) => <Do key={one} id={`decide-${one}`} label={term('decide', one)} done={again} send={(headers) => core.POST('/api/core/concerns/decide', { body: { key: concern.key, decision: one, note: note.trim() }, headers })} />)}
      </div>
    </li>
  );
}

/** How much it is about, and what was said of it. */
function facts({ quantity, facts: told }: Concern): string[] {
  const much = quantity ?? (typeof told['quantity'] === 'string' ? told['quantity'] : null);
  const words = ['lot', 'reason', 'note'].map((name) => told[name]).filter((one): one is string => typeof one === 'string' && one !== '');
  const over = typeof told['ordered'] === 'string' && typeof told['received'] === 'string' ? [`${w('ordered_now')} ${amount(told['ordered'])}, ${w('received')} ${amount(told['received'])}`] : [];
  return [...(much ? [amount(much)] : []), ...over, ...words];
}
