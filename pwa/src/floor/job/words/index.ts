import { language, number, type Args, type Message } from '../../../i18n';
import { en, type JobDict, type JobKey } from './en';
import { nl } from './nl';
import { zh } from './zh';

const DICTS: Readonly<Record<ReturnType<typeof language>, JobDict>> = { en, nl, zh };

type Last<M> = M extends string ? M : M extends { other: infer O } ? O : never;
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Needs<K extends JobKey> = Names<Last<(typeof en)[K]>>;

function fill(message: Message, args: Args): string {
  const form =
    typeof message === 'string'
      ? message
      : (message[new Intl.PluralRules(language()).select(Number(args['n']))] ?? message.other);
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const arg = args[name] ?? '';
    return typeof arg === 'number' ? number(arg) : String(arg);
  });
}

/** One message of the operator's screens in the reader's language; the compiler holds the names its sentence needs. */
export function w<K extends JobKey>(
  key: K,
  ...args: [Needs<K>] extends [never] ? [] : [{ readonly [N in Needs<K>]: string | number }]
): string {
  return fill(DICTS[language()][key], args[0] ?? {});
}

/** A word for one of the server's own terms, such as `state` + `running`; the term itself when there is none. */
export function word(prefix: string, name: string, args: Readonly<Record<string, string>> = {}): string {
  const key = `${prefix}_${name}`;
  return key in en ? fill(DICTS[language()][key as JobKey], args) : name.replaceAll('_', ' ');
}
