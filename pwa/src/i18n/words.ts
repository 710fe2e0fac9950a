import { fill, language, type Args, type Message, type Names, type Last, type Say } from '.';
import type { Language } from '../kit/settings';

/** What fills a message of `D`, when it has {names}. */
type Given<D, K extends keyof D> = [Names<Last<D[K]>>] extends [never]
  ? []
  : [{ readonly [N in Names<Last<D[K]>>]: string | number }];

/**
 * The words of one part of the app, which are loaded with it and not with the first page: how to say one of its messages, and how to
 * name one of the server's own terms. The compiler holds the keys, and the names each sentence needs.
 */
export function wordsOf<D extends Readonly<Record<string, Message>>>(
  en: D,
  nl: Readonly<Record<keyof D, Message>>,
  zh: Readonly<Record<keyof D, Message>>,
) {
  const dicts: Record<Language, Readonly<Record<keyof D, Message>>> = { en, nl, zh };
  const w = <K extends keyof D>(key: K, ...args: Given<D, K>): string =>
    fill(dicts[language()][key], (args[0] ?? {}) as Args);
  return {
    /** One message in the reader's language. */
    w,
    /** The same as the whole-screen answer says it. */
    said: <K extends keyof D>(key: K, ...args: Given<D, K>): Say => ({
      key: 'a_problem',
      args: { text: w(key, ...args) },
    }),
    /** A word for one of the server's own terms, such as `state` + `running`; the term itself when there is none. */
    term: (prefix: string, name: string, args: Args = {}): string => {
      const message = dicts[language()][`${prefix}_${name}`];
      return message === undefined ? name.replaceAll('_', ' ') : fill(message, args);
    },
  };
}
