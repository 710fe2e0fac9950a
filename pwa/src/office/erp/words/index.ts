import { language, number, type Args, type Message } from '../../../i18n';
import { en, type OfficeKey } from './en';
import { nl } from './nl';
import { zh } from './zh';

export type { OfficeKey };

const DICTS = { en, nl, zh } as const;

type Last<M> = M extends string ? M : M extends { other: infer O } ? O : never;
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Needs<K extends OfficeKey> = Names<Last<(typeof en)[K]>>;

function fill(message: Message, args: Args): string {
  const form = typeof message === 'string' ? message : message[new Intl.PluralRules(language()).select(Number(args['n']))] ?? message.other;
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const arg = args[name] ?? '';
    return typeof arg === 'number' ? number(arg) : String(arg);
  });
}

/** One message of the office in the reader's language; the compiler holds the names its sentence needs. */
export function w<K extends OfficeKey>(key: K, ...args: [Needs<K>] extends [never] ? [] : [{ readonly [N in Needs<K>]: string | number }]): string {
  return fill(DICTS[language()][key], (args[0] ?? {}) as Args);
}

/** A word for one of the server's own terms, such as `exception` + `not_found`; the term itself when there is none. */
export function term(prefix: string, name: string): string {
  const key = `${prefix}_${name}`;
  return key in en ? fill(DICTS[language()][key as OfficeKey], {}) : name.replaceAll('_', ' ');
}
