import type { Letter } from './LinkHealth';

/** `gemba.shipment.line_picked.v1` → `shipment_line_picked`, as the words name it. */
export const kindOf = (type: string): string =>
  type
    .replace(/^gemba\./, '')
    .replace(/\.v\d+$/, '')
    .replaceAll('.', '_');

interface Advice {
  /** Which sentence tells what to do. */
  name: string;
  facts: Readonly<Record<string, string>>;
}

/** Refusals that say all by their kind. */
const BY_KIND: Readonly<Record<string, string>> = {
  'receipt-not-here': 'waits',
  'gtin-taken': 'number',
  'partner-is-another': 'number',
  'not-in-this-state': 'done',
  'purchase-order-cancelled': 'done',
  'job-over': 'done',
  'delivery-over': 'done',
};

/** The others by what they name, the narrowest first. */
const BY_FACT: readonly (readonly [string, string])[] = [
  ['fraction', 'whole'],
  ['unit', 'unit'],
  ['sku', 'sku'],
  ['customer', 'customer'],
  ['site', 'site'],
  ['workCentre', 'work_centre'],
  ['order', 'waits'],
];

/** What a person can do about a message that does not get through. */
export function amend(letter: Pick<Letter, 'way' | 'state' | 'error' | 'problem'>): Advice {
  const { problem, error } = letter;
  if (problem) {
    const kind = String(problem['type']).split('/').at(-1) ?? '';
    const facts = named((problem['facts'] ?? {}) as Record<string, unknown>);
    const about = BY_FACT.find(([fact]) => facts[fact] !== undefined)?.[1];
    return { name: BY_KIND[kind] ?? about ?? 'other', facts };
  }
  if (letter.state === 'unknown') return { name: 'unknown_type', facts: {} };
  if (letter.way === 'out') return { name: 'receiver', facts: {} };
  return { name: error?.startsWith('Its data') ? 'data' : 'fault', facts: {} };
}

function named({
  skus,
  missing = skus,
  work_centre: workCentre,
  ...facts
}: Record<string, unknown>): Record<string, string> {
  const sku = {
    ...(Array.isArray(missing) && { sku: missing.join(', ') }),
    ...(workCentre !== undefined && { workCentre }),
  };
  return Object.fromEntries(Object.entries({ ...facts, ...sku }).map(([name, value]) => [name, String(value)]));
}

const NOTE = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) UTC: (tried again|dropped) by ([^:]+)(?:: ([\s\S]*))?$/;

interface Noted {
  at: string;
  what: 'tried_by' | 'dropped_by';
  by: string;
  reason: string;
}

/** Who did what about a message, and why; null for a note that says something else. */
export function noted(note: string): Noted | null {
  const found = NOTE.exec(note);
  if (!found) return null;
  const [, date, clock, what, by = '', reason = ''] = found;
  return { at: `${date}T${clock}:00Z`, what: what === 'dropped' ? 'dropped_by' : 'tried_by', by, reason };
}
