import type { en } from './en';

/** A message is a sentence with {names}, or one for one of a thing and another for more, chosen by {n}. */
export type Message = string | { readonly one?: string; readonly other: string };
export type Key = keyof typeof en;
export type Dict = Record<Key, Message>;
export type Arg = string | number | Say;
export type Args = Readonly<Record<string, Arg>>;

export type Last<M> = M extends string ? M : M extends { other: infer O } ? O : never;
export type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
/** The names that the sentence of a key needs. */
export type Needs<K extends Key> = Names<Last<(typeof en)[K]>>;

/** A message with what fills it, not yet in anyone's language: what pure rules return and screens speak. */
export type Say = {
  [K in Key]: { key: K } & ([Needs<K>] extends [never]
    ? { args?: undefined }
    : { args: { readonly [N in Needs<K>]: Arg } });
}[Key];
