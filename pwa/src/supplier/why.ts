import type { Line, Problem } from './shapes';
import { compare, isDecimal, isWhole } from '../kit/decimal';
import { titles } from './titles';
import { amount, number, t, type Key } from './words';

const BY_TYPE: Readonly<Record<string, Key>> = {
  'date-in-the-past': 'why_past',
  'shipped-is-frozen': 'why_frozen',
  'purchase-order-cancelled': 'why_cancelled',
  'purchase-line-unknown': 'why_gone',
  'not-agreed-yet': 'why_not_agreed',
  'ships-too-much': 'why_most',
  'packs-do-not-add-up': 'why_packs',
  'no-company-prefix': 'why_no_labels',
};
const BY_FACT: Readonly<Record<string, Key>> = {
  sum: 'why_sum',
  past: 'why_past',
  empty: 'why_empty',
  reason: 'why_reason',
  whole: 'why_whole',
  same_day: 'why_same_day',
  line_twice: 'why_line_twice',
  frozen: 'why_frozen',
  lot: 'why_lot',
  expiresOn: 'why_expiresOn',
};

/** What the server's no means, in the reader's language: what is wrong with which number. */
export function why(problem: Problem): string {
  const facts = problem.facts ?? {};
  const slug = problem.type.split('/').at(-1) ?? '';
  const key = BY_FACT[String(facts['missing'] ?? '')] ?? BY_TYPE[slug];
  if (key === undefined) return [titles.value[slug], t('why_other')].filter(Boolean).join(' – ');
  const filling = Object.fromEntries(
    ['told', 'ordered', 'most'].flatMap((name) => (name in facts ? [[name, number(String(facts[name]))]] : [])),
  );
  return t(key, filling);
}

export interface Loading {
  quantity: string;
  lot: string;
  expiresOn: string;
}

/** What still stands against shipping so much of a line, or null. */
export function lacks(line: Line, load: Loading): string | null {
  if (!isDecimal(load.quantity) || compare(load.quantity, '0') <= 0) return t('why_amount');
  if (compare(load.quantity, line.shippable) > 0) return t('why_most', { most: amount(line.shippable, line.unit) });
  if (line.whole && !isWhole(load.quantity)) return t('why_whole');
  if (line.tracking === 'lot' && load.lot.trim() === '') return t('why_lot');
  if (line.expires && load.expiresOn === '') return t('why_expiresOn');
  return null;
}
