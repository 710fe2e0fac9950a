import { signal } from '@preact/signals';
import { en } from './en';

export type Key = keyof typeof en;
type Message = string | { readonly one: string; readonly other: string };
export type Words = Readonly<Record<Key, Message>>;
export type Language = 'en' | 'nl' | 'zh';

export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', nl: 'Nederlands', zh: '中文' };
const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', nl: 'nl-NL', zh: 'zh-CN' };

const spoken = signal<{ language: Language; words: Words }>({ language: 'en', words: en });

/** Loads a language and speaks it; stays with the present one where it cannot be fetched. */
export async function speak(language: Language): Promise<void> {
  const words: Words =
    language === 'en' ? en : language === 'nl' ? (await import('./nl')).nl : (await import('./zh')).zh;
  spoken.value = { language, words };
  document.documentElement.lang = language;
}

export const language = (): Language => spoken.value.language;
export const isLanguage = (text: string | null): text is Language => text !== null && text in LANGUAGES;

/** One message, its {names} filled; {n} chooses the plural where there is one. */
export function t(key: Key, filling: Readonly<Record<string, string | number>> = {}): string {
  const { language: now, words } = spoken.value;
  const message = words[key];
  const form =
    typeof message === 'string'
      ? message
      : new Intl.PluralRules(now).select(Number(filling['n'])) === 'one'
        ? message.one
        : message.other;
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = filling[name] ?? '';
    return typeof value === 'number' ? number(String(value)) : value;
  });
}

/** An exact decimal in the reader's manner, without passing through a float. */
export const number = (value: string): string =>
  new Intl.NumberFormat(LOCALES[spoken.value.language], { maximumFractionDigits: 4 }).format(
    value as unknown as number,
  );

/** What something is counted in, in the reader's language; a unit that is new here as the order calls it. */
export const unitWord = (unit: string): string => (`unit_${unit}` in en ? t(`unit_${unit}` as Key) : unit);

/** A quantity with its unit. */
export const amount = (value: string, unit: string): string => `${number(value)} ${unitWord(unit)}`;

/** A price in its currency; as exact as it was told. */
export const money = (value: string, currency: string): string =>
  new Intl.NumberFormat(LOCALES[spoken.value.language], {
    style: 'currency',
    currency,
    maximumFractionDigits: 4,
  }).format(value as unknown as number);

/** A day ("2026-12-02") with its weekday, short; with its year where that is another than this one. */
export const day = (iso: string): string =>
  new Intl.DateTimeFormat(LOCALES[spoken.value.language], {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(iso.startsWith(String(new Date().getFullYear())) ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(new Date(`${iso}T00:00:00Z`));

/** A moment, with day and hour. */
export const moment = (iso: string): string =>
  new Intl.DateTimeFormat(LOCALES[spoken.value.language], {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(iso));
