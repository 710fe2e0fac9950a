/** Inspection as the server's own schema has it. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type LotDocument = Schemas['LotDocument'];
export type LotFacts = LotDocument['facts'];
export type Feature = LotDocument['characteristics'][number];
export type ClassFacts = Omit<LotDocument['classes'][number], 'curve'> & {
  curve: readonly (readonly number[])[] | unknown;
};
export type ReadingFacts = LotDocument['readings'][number];
export type GaugeFacts = LotDocument['gauges'][number];
export type Tally = LotDocument['tallies'][number];
export type Verdict = Tally['verdict'];
export type NcrDocument = Schemas['NcrDocument'];
export const KINDS = ['release', 'concession', 'return', 'scrap', 'rework', 'sort'] as const;
export type Way = (typeof KINDS)[number];
