import { wordsOf } from '../../../i18n/words';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

/** The dock's words. */
export const { w, said } = wordsOf(en, nl, zh);
