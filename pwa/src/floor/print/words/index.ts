import { wordsOf } from '../../../i18n/words';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

/** The words about printing labels. */
export const { w, said, term } = wordsOf(en, nl, zh);
