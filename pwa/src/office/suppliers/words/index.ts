import { language } from '../../../i18n';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

export type BuyerKey = keyof typeof en;
export type BuyerWords = Readonly<Record<BuyerKey, string>>;
const DICTS: Readonly<Record<string, BuyerWords>> = { en, nl, zh };

/** One of the buyer's sentences in the reader's language, its {names} filled. */
export function b(key: BuyerKey, filling: Readonly<Record<string, string | number>> = {}): string {
  return (DICTS[language()] ?? en)[key].replace(/\{(\w+)\}/g, (_, name: string) => String(filling[name] ?? ''));
}
