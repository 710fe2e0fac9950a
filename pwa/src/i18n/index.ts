import { signal } from '@preact/signals';
import type { Arg, Args, Dict, Key, Message, Needs, Say } from './dict';
import { en } from './en';
import type { Problems } from './problems/en';
import type { Language } from '../kit/settings';

export type { Arg, Args, Dict, Key, Last, Message, Names, Say } from './dict';

interface Voice {
  dict: Dict;
  problems: Problems | Readonly<Record<string, never>>;
}

const LOADERS: Record<Language, () => Promise<Voice>> = {
  // The sentences are in the first load; what refusals are called comes a moment after it.
  en: async () => {
    const { problems } = await import('./problems/en');
    return { dict: en, problems };
  },
  nl: async () => {
    const { nl, problems } = await import('./nl');
    return { dict: nl, problems };
  },
  zh: async () => {
    const { zh, problems } = await import('./zh');
    return { dict: zh, problems };
  },
};

const spoken = signal<Voice & { language: Language }>({ language: 'en', dict: en, problems: {} });

/** Loads one language and speaks it from then on; rejects, and stays with the present one, if it cannot be fetched. */
export async function speak(language: Language): Promise<void> {
  const voice = await LOADERS[language]();
  spoken.value = { language, ...voice };
}

/** The server's refusals in the reader's language, by their type. */
export const problemTitles = (): Readonly<Record<string, string>> => spoken.value.problems;

export const language = (): Language => spoken.value.language;

/** A message with its names filled, in the reader's language. */
export function fill(message: Message, args: Args): string {
  const form = typeof message === 'string' ? message : (message[plural(Number(args['n']))] ?? message.other);
  return form.replace(/\{(\w+)\}/g, (_, name: string) => word(args[name] ?? ''));
}

/** A filler inside a sentence: a number in the reader's manner, a code as it is, or a phrase of its own. */
function word(arg: Arg): string {
  if (typeof arg === 'number') return number(arg);
  return typeof arg === 'string' ? arg : fill(spoken.value.dict[arg.key], arg.args ?? {});
}

const sentence = (text: string): string => text.charAt(0).toLocaleUpperCase(spoken.value.language) + text.slice(1);

/** Day and clock as the floor writes them: the day before the month, 24 hours. */
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', nl: 'nl-NL', zh: 'zh-CN' };
const locale = (): string => LOCALES[spoken.value.language];

/** Making a formatter takes a slow device longer than drawing what it formats: one of each kind is kept for each language. */
const kept = new Map<string, unknown>();
function once<F>(kind: string, make: (locale: string) => F): F {
  const name = `${kind} ${locale()}`;
  if (!kept.has(name)) kept.set(name, make(locale()));
  return kept.get(name) as F;
}

const numbers = (): Intl.NumberFormat =>
  once('number', (where) => new Intl.NumberFormat(where, { maximumFractionDigits: 6 }));
/** The plural forms of English and Dutch; Chinese has one for all. `Intl` says the same, but takes long to ask for the first time. */
export const plural = (n: number): 'one' | 'other' => (n === 1 ? 'one' : 'other');

/** One message in the reader's language; the compiler holds the names its sentence needs. */
export function t<K extends Key>(
  key: K,
  ...args: [Needs<K>] extends [never] ? [] : [{ readonly [N in Needs<K>]: Arg }]
): string {
  return fill(spoken.value.dict[key], args[0] ?? {});
}

type Term = Extract<Key, `term_${string}`>;

/** A unit, packaging, status or state that the server names by a code; a code not known here is shown as it is. */
export function term(code: string): string {
  const key = `term_${code}`;
  return key in en ? fill(spoken.value.dict[key as Term], {}) : code;
}

export const say = (what: Say): string => sentence(fill(spoken.value.dict[what.key], what.args ?? {}));

/** A number or an exact decimal in the reader's manner; strings keep all their decimals. */
export function number(value: number | string): string {
  // Short counts are the same in every language, and the first picture has nothing else.
  if (/^\d{1,3}$/.test(String(value))) return String(Number(value));
  // Intl formats a decimal string exactly, without passing through a float.
  return numbers().format(value as unknown as number);
}

/** The decimal sign of the reader's language, for the number pad. */
export const separator = (): string =>
  numbers()
    .formatToParts(1.5)
    .find((part) => part.type === 'decimal')?.value ?? '.';

/** A date ("2027-03-31") as day, month and year, short. */
export function day(iso: string): string {
  const days = once(
    'day',
    (where) => new Intl.DateTimeFormat(where, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }),
  );
  return days.format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));
}

/** A moment as hours and minutes, with the day when it is not today. */
export function time(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  const today = at.toDateString() === now.toDateString();
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  const times = once(
    today ? 'clock' : 'moment',
    (where) => new Intl.DateTimeFormat(where, today ? clock : { day: 'numeric', month: 'short', ...clock }),
  );
  return times.format(at);
}

/** How long ago, coarsely: "3 mins", "2 hrs", "4 days". By words of our own: `Intl` takes a slow device longer for it than a whole screen. */
export function ago(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return t('age_min', { n: minutes });
  if (minutes < 2880) return t('age_hr', { n: Math.round(minutes / 60) });
  return t('age_day', { n: Math.round(minutes / 1440) });
}
