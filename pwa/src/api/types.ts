/** The floor's words as the device uses them; the shapes come from the server's own schema. */
import type { components } from './schema';

type Schemas = components['schemas'];
type Round = Schemas['RoundDocument'];

/** The typed client reads pairs back as plain lists, so the path of a round is lists of numbers here. */
export type RoundDocument = Omit<Round, 'map'> & {
  map: { plan: Record<string, unknown>; legs: readonly (readonly (readonly number[])[])[] };
};
export type RoundSummary = Schemas['RoundSummary'];
export type PlaceFacts = Round['places'][number];
export type ItemFacts = Round['items'][number];
export type PackagingFacts = Round['items'][number]['packagings'][number];
export type LotFacts = NonNullable<Round['lines'][number]['lot']>;
export type CodeFacts = NonNullable<Round['lines'][number]['serial']>;
export type ToteFacts = Round['totes'][number];
export type LineFacts = Round['lines'][number];
export type NearFacts = Round['near'][number];
export type ShortBooked = Schemas['ShortBooked'];
export type CountDocument = Schemas['CountDocument'];
export type Home = Schemas['Home'];
export type Match = Schemas['Match'];
export type StockRow = Schemas['StockRow'];
