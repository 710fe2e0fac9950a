import { language } from '../../../i18n';
import { wordsOf } from '../../../i18n/words';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

/** The words of inspection. */
export const { w, said, term } = wordsOf(en, nl, zh);

/** What the server said in every language. */
export const inOwn = (said: Readonly<Record<string, string>>): string => said[language()] ?? said['en'] ?? '';
