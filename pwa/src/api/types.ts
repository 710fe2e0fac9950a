/** The floor's words as the device uses them; the shapes come from the server's own schema. */
import type { components } from './schema';

type Schemas = components['schemas'];

/** The typed client reads pairs back as plain lists, so the path of a round is lists of numbers here. */
export type RoundDocument = Omit<Schemas['RoundDocument'], 'map'> & { map: { plan: Record<string, unknown>; legs: readonly (readonly (readonly number[])[])[] } };
export type RoundSummary = Schemas['RoundSummary'];
export type PlaceFacts = Schemas['PlaceFacts'];
export type ItemFacts = Schemas['ItemFacts'];
export type PackagingFacts = Schemas['PackagingFacts'];
export type LotFacts = Schemas['LotFacts'];
export type CodeFacts = Schemas['CodeFacts'];
export type ToteFacts = Schemas['ToteFacts'];
export type LineFacts = Schemas['LineFacts'];
export type NearFacts = Schemas['NearFacts'];
export type ShortBooked = Schemas['ShortBooked'];
export type CountDocument = Schemas['CountDocument'];
export type Home = Schemas['Home'];
export type Match = Schemas['Match'];
export type StockRow = Schemas['StockRow'];
