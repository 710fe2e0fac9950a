/**
 * GS1 element strings on the device (GS1 General Specifications, section 3 and figure 7.8.5-2 for predefined lengths).
 * Reads the identifiers a picker meets; anything else is kept in `others` under its identifier, never dropped.
 */
export const GS = '\u001d';

export interface Gs1 {
  sscc?: string;
  /** Trade item number, always 14 digits. */
  gtin?: string;
  /** True when the number came from (02): what the handling unit contains, not what was scanned. */
  contained?: true;
  lot?: string;
  serial?: string;
  /** Variable count (30) or count of contained items (37). */
  count?: number;
  /** ISO dates; a day of 00 means the last day of the month. */
  made?: string;
  bestBefore?: string;
  expires?: string;
  others: Readonly<Record<string, string>>;
}

/** Fixed lengths of the data after the identifier, by its first two digits. */
const FIXED: Readonly<Record<string, number>> = {
  '00': 18,
  '01': 14,
  '02': 14,
  '03': 14,
  '11': 6,
  '12': 6,
  '13': 6,
  '15': 6,
  '16': 6,
  '17': 6,
  '20': 2,
};
const MOST: Readonly<Record<string, number>> = { '10': 20, '21': 20, '22': 20, '30': 8, '37': 8 };
/** Identifiers of three and four digits, by their first two. */
const LONGER: Readonly<Record<string, number>> = {
  '24': 3,
  '25': 3,
  '31': 4,
  '32': 4,
  '33': 4,
  '34': 4,
  '35': 4,
  '36': 4,
  '39': 4,
  '40': 3,
  '41': 3,
  '42': 3,
  '43': 4,
  '70': 4,
  '71': 3,
  '72': 4,
  '80': 4,
  '81': 4,
  '82': 4,
};

/** The GS1 modulo-10 check over a whole number, its check digit included. */
export function checkDigitHolds(digits: string): boolean {
  if (!/^\d{2,18}$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48;
    sum += place % 2 === 1 ? digit * 3 : digit;
  }
  return sum % 10 === 0;
}

/** A GTIN-8, -12, -13 or -14 as 14 digits, or null when its length or check digit is wrong. */
export function asGtin(text: string): string | null {
  if (!/^(\d{8}|\d{12,14})$/.test(text) || !checkDigitHolds(text)) return null;
  return text.padStart(14, '0');
}

/** YYMMDD as an ISO date; the century slides so that the year is within 49 back and 50 ahead. Null when no such day is. */
export function asDate(text: string, today = new Date()): string | null {
  const found = /^(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (!found) return null;
  const thisYear = today.getUTCFullYear();
  const century = thisYear - (thisYear % 100);
  const gap = Number(found[1]) - (thisYear % 100);
  const year = century + Number(found[1]) + (gap >= 51 ? -100 : gap <= -50 ? 100 : 0);
  const month = Number(found[2]);
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const dayOf = Number(found[3]) || last;
  if (month < 1 || month > 12 || dayOf > last) return null;
  return `${year}-${found[2]}-${String(dayOf).padStart(2, '0')}`;
}

interface Element {
  ai: string;
  data: string;
  rest: string;
}

function next(text: string): Element | null {
  const two = text.slice(0, 2);
  if (!/^\d\d$/.test(two)) return null;
  const fixed = FIXED[two];
  if (fixed !== undefined) {
    const data = text.slice(2, 2 + fixed);
    const rest = text.slice(2 + fixed);
    return data.length === fixed ? { ai: two, data, rest: rest.startsWith(GS) ? rest.slice(1) : rest } : null;
  }
  const ai = text.slice(0, LONGER[two] ?? 2);
  const sixDigits = /^3[1-6]/.test(ai);
  const end = text.indexOf(GS);
  const stop = sixDigits ? 10 : end < 0 ? text.length : end;
  const data = text.slice(ai.length, stop);
  if (!data || !/^\d+$/.test(ai) || data.length > (MOST[ai] ?? 90) || data.includes(GS)) return null;
  const rest = text.slice(stop);
  return { ai, data, rest: rest.startsWith(GS) ? rest.slice(1) : rest };
}

type Draft = { -readonly [K in keyof Gs1]: Gs1[K] } & { others: Record<string, string> };

const READERS: Readonly<Record<string, (draft: Draft, data: string) => boolean>> = {
  '00': (draft, data) => checkDigitHolds(data) && Boolean((draft.sscc = data)),
  '01': (draft, data) => checkDigitHolds(data) && Boolean((draft.gtin = data)),
  '02': (draft, data) => checkDigitHolds(data) && Boolean((draft.gtin = data)) && (draft.contained = true),
  '10': (draft, data) => Boolean((draft.lot = data)),
  '21': (draft, data) => Boolean((draft.serial = data)),
  '30': (draft, data) => /^\d+$/.test(data) && Boolean(((draft.count = Number(data)), true)),
  '37': (draft, data) => /^\d+$/.test(data) && Boolean(((draft.count = Number(data)), true)),
  '11': (draft, data) => date(data, (iso) => (draft.made = iso)),
  '15': (draft, data) => date(data, (iso) => (draft.bestBefore = iso)),
  '17': (draft, data) => date(data, (iso) => (draft.expires = iso)),
};

function date(data: string, keep: (iso: string) => void): boolean {
  const iso = asDate(data);
  if (iso) keep(iso);
  return iso !== null;
}

/** "(01)0401…(10)A1" as printed under a code, turned into the string inside it. */
function unbracket(text: string): string {
  return text
    .replace(/^\(/, '')
    .replace(/\((\d{2,4})\)/g, `${GS}$1`)
    .replace(/^(\d{2,4})\)/, '$1');
}

/**
 * Parses an element string, with or without brackets. Null when any part does not hold: a wrong check digit, an
 * impossible date, a piece too short. The caller then treats the text as a plain code.
 */
export function parseGs1(text: string): Gs1 | null {
  let left = /^\(\d{2,4}\)/.test(text) ? unbracket(text) : text.startsWith(GS) ? text.slice(1) : text;
  const draft: Draft = { others: {} };
  let elements = 0;
  while (left) {
    const element = next(left);
    if (!element || ((left = element.rest), false)) return null;
    const read = READERS[element.ai];
    if (read ? !read(draft, element.data) : ((draft.others[element.ai] = element.data), false)) return null;
    elements++;
  }
  return elements > 0 ? draft : null;
}
