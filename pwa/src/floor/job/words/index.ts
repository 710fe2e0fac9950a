import { wordsOf } from '../../../i18n/words';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

/** The words of the operator's screens; `word` names the server's own terms. */
export const { w, term: word } = wordsOf(en, nl, zh);
