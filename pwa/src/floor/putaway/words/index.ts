import { language, number, type Args, type Message, type Say } from '../../../i18n';
import { en, type PutawayKey } from './en';
import { nl } from './nl';
import { zh } from './zh';

const DICTS: Readonly<Record<'en' | 'nl' | 'zh', Readonly<Record<PutawayKey, Message>>>> = { en, nl, zh };

type Last<M> = M extends string ? M : M extends { other: infer O } ? O : never;
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Needs<K extends PutawayKey> = Names<Last<(typeof en)[K]>>;
type Given<K extends PutawayKey> = [Needs<K>] extends [never] ? [] : [{ readonly [N in Needs<K>]: string | number }];

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

/** One message of this screen in the reader's language; the compiler holds the names its sentence needs. */
export const w = <K extends PutawayKey>(key: K, ...args: Given<K>): string =>
  fill(DICTS[language()][key], (args[0] ?? {}) as Args);

/** The same as what the whole-screen answer says. */
export const said = <K extends PutawayKey>(key: K, ...args: Given<K>): Say => ({
  key: 'a_problem',
  args: { text: w(key, ...args) },
});

/** A word for one of the server's own terms, such as `rule` + `no_room`; the term itself when there is none. */
export function term(prefix: 'rule' | 'why', name: string): string {
  const key = `${prefix}_${name}`;
  return key in en ? fill(DICTS[language()][key as PutawayKey], {}) : name.replaceAll('_', ' ');
}
