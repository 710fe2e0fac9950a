/** The board's words, from the server's own schema. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

type Legs = readonly (readonly (readonly number[])[])[];
/** The typed client reads pairs back as plain lists. */
export type Board = Omit<Schemas['Board'], 'paths'> & { paths: readonly { task: string; legs: Legs }[] };
export type Event = Schemas['Event'];
export type Timeline = Schemas['Timeline'];
export type Wave = Schemas['WaveTold'];
export type ErpDifference = Schemas['DifferenceTold'];
export type Round = Schemas['RoundSummary'];
export type ExceptionRow = Schemas['ExceptionRow'];
export type BayBin = Schemas['BayBin'];
export type Order = Schemas['OrderSummary'];
export type PersonListed = Schemas['PersonListed'];
export type Kind = 'bin' | 'item' | 'lot' | 'serial' | 'handling_unit' | 'order' | 'person' | 'task';
