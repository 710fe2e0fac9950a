import { wordsOf } from '../../../i18n/words';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

/** The words of the supervisor's page. */
export const { w, term } = wordsOf(en, nl, zh);
