import { wordsOf } from '../../../i18n/words';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

/** The words about photos. */
export const { w } = wordsOf(en, nl, zh);
