import { language, number, type Args, type Message } from '../../../i18n';
import { en, type PhotoKey } from './en';
import { nl } from './nl';
import { zh } from './zh';

const DICTS: Readonly<Record<'en' | 'nl' | 'zh', Readonly<Record<PhotoKey, Message>>>> = { en, nl, zh };

/** One message about photos in the reader's language. */
export function w(key: PhotoKey, args: Args = {}): string {
  const message = DICTS[language()][key];
  const form =
    typeof message === 'string'
      ? message
      : (message[new Intl.PluralRules(language()).select(Number(args['n']))] ?? message.other);
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const arg = args[name] ?? '';
    return typeof arg === 'number' ? number(arg) : String(arg);
  });
}
