import { wordsOf } from '../../../i18n/words';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

export type BuyerKey = keyof typeof en;
export type BuyerWords = Readonly<Record<BuyerKey, string>>;

/** The buyer's words. */
export const { w: b, term } = wordsOf(en, nl, zh);
