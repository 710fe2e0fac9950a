import { useState } from 'preact/hooks';
import { got } from '../../api/client';
import { language, number, time } from '../../i18n';
import { Listing } from '../lists';
import { core, type Schemas } from './core';
import { amount, Card, Do, Document, money } from './parts';
import { term, w } from './words';

type Concern = Schemas['ConcernFacts'];

/** What a person must look at: documents on an old revision, costs reckoned for another, facts that fit no order. */
export function Concerns() {
  return (
    <Card title={w('attention')} id="concerns">
      <Listing
        name={w('attention')}
        what={['concerns']}
        prefix="concern"
        isSearched={false}
        ask={({ page, size, show }) => got(core.GET('/api/core/concerns', { params: { query: { page, size, show } } }))}
      >
        {(rows, _, again) =>
          rows.length === 0 ? (
            <p>✓ {w('all_well')}</p>
          ) : (
            <ul class="list">
              {rows.map((one) => (
                <One key={one.key} concern={one} again={again} />
              ))}
            </ul>
          )
        }
      </Listing>
    </Card>
  );
}

function One({ concern, again }: { concern: Concern; again: () => void }) {
  const [note, setNote] = useState('');
  const told = { revision: concern.revision ?? '', current: concern.current ?? '' };
  return (
    <li class="card ask" data-testid="concern" data-kind={concern.kind}>
      <b>
        △ {term('concern', concern.kind)}
        {typeof concern.facts['found'] === 'string' && `: ${term('found', concern.facts['found'])}`}
      </b>
      <p>
        <Document of={concern.document} line={concern.line} />
        {' · '}
        {[concern.sku && `${concern.sku}${concern.name ? ` ${concern.name}` : ''}`, ...facts(concern)]
          .filter(Boolean)
          .join(' · ')}
        {concern.kind.includes('_on_old_') && (
          <b>
            {' '}
            · {concern.revision} → {concern.current}
          </b>
        )}
      </p>
      {defects(concern).map((one) => (
        <p key={one}>{one}</p>
      ))}
      <p>{term('next', concern.kind, told)}</p>
      {concern.raisedAt && <p class="note">{time(concern.raisedAt)}</p>}
      <label class="field">
        <span>{w('note')}</span>
        <input value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <div class="acts">
        {concern.choices.map((one) => (
          <Do
            key={one}
            id={`decide-${one}`}
            label={term('decide', one)}
            done={again}
            send={(headers) =>
              core.POST('/api/core/concerns/decide', {
                body: { key: concern.key, decision: one, note: note.trim() },
                headers,
              })
            }
          />
        ))}
      </div>
    </li>
  );
}

/** How much it is about, and what was said of it. */
function facts({ quantity, facts: told }: Concern): string[] {
  const much = quantity ?? (typeof told['quantity'] === 'string' ? told['quantity'] : null);
  const words = ['lot', 'reason', 'note']
    .map((name) => told[name])
    .filter((one): one is string => typeof one === 'string' && one !== '');
  const over =
    typeof told['ordered'] === 'string' && typeof told['received'] === 'string'
      ? [`${w('ordered_now')} ${amount(told['ordered'])}, ${w('received')} ${amount(told['received'])}`]
      : [];
  const worth = typeof told['amount'] === 'string' ? [`${money(told['amount'])} EUR`] : [];
  return [...(much ? [amount(much)] : []), ...over, ...worth, ...words];
}

/** What was found wrong, feature by feature, in the reader's own language: the claim's text is in the supplier's. */
function defects({ facts: { defects: told } }: Concern): string[] {
  if (!Array.isArray(told)) return [];
  return (told as readonly Defect[]).map(({ feature, code, name }) => {
    const named = name[language()] ?? name['en'] ?? Object.values(name)[0] ?? '';
    return `${number(feature)} ${named}: ${term('defect', code)}`;
  });
}

interface Defect {
  feature: number;
  code: string;
  name: Readonly<Record<string, string>>;
}
