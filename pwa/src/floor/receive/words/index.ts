import { language, number, type Args, type Message, type Say } from '../../../i18n';
import { en, type ReceiveKey } from './en';
import { nl } from './nl';
import { zh } from './zh';

const DICTS: Readonly<Record<'en' | 'nl' | 'zh', Readonly<Record<ReceiveKey, Message>>>> = { en, nl, zh };

type Last<M> = M extends string ? M : M extends { other: infer O } ? O : never;
type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Needs<K extends ReceiveKey> = Names<Last<(typeof en)[K]>>;
type Given<K extends ReceiveKey> = [Needs<K>] extends [never] ? [] : [{ readonly [N in Needs<K>]: string | number }];

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
export const w = <K extends ReceiveKey>(key: K, ...args: Given<K>): string =>
  fill(DICTS[language()][key], (args[0] ?? {}) as Args);

/** The same as what the whole-screen answer says. */
export const said = <K extends ReceiveKey>(key: K, ...args: Given<K>): Say => ({
  key: 'a_problem',
  args: { text: w(key, ...args) },
});
