import { wordsOf } from '../../../i18n/words';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

export type { OfficeKey } from './en';

/** The office's words. */
export const { w, term } = wordsOf(en, nl, zh);
