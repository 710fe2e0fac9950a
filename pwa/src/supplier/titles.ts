import { signal } from '@preact/signals';
import type { Language } from './words';

const LOADERS: Readonly<Record<Language, () => Promise<{ problems: Readonly<Record<string, string>> }>>> = {
  en: () => import('../i18n/problems/en'),
  nl: () => import('../i18n/problems/nl'),
  zh: () => import('../i18n/problems/zh'),
};

/** What the server's refusals are called, in the reader's language; fetched with the first refusal, which few suppliers ever see. */
export const titles = signal<Readonly<Record<string, string>>>({});

export async function learnTitles(language: Language): Promise<void> {
  titles.value = (await LOADERS[language]()).problems;
}
