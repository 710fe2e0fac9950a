/** A load on its way to a bin, as pure steps: the bin that is kept, another bin by a second scan and a reason. */
import type { components } from '../../api/schema';
import type { Feedback } from '../../kit/feedback';
import { shown, type Scan } from '../../scan/scan';
import { said } from './words';

type Schemas = components['schemas'];
export type Proposed = Schemas['Proposed'];
export type Proposal = Proposed['proposals'][number];
export type Waiting = Schemas['WaitingTold'];

export interface Load {
  handlingUnit: string | null;
  quant: string | null;
  quantity: string | null;
}
export interface Bin {
  id: string;
  code: string;
}
export interface Trip {
  proposed: Proposed;
  load: Load;
  /** Another bin that was scanned once, and twice. */
  asked: Bin | null;
  other: Bin | null;
}
export interface Step {
  trip: Trip;
  feedback: Feedback | null;
  /** The load stands in this bin. */
  here?: Bin;
  /** A code that only the server can name. */
  ask?: string;
}

export const begin = (proposed: Proposed, load: Load): Trip => ({ proposed, load, asked: null, other: null });

export function held(trip: Trip): Proposal | undefined {
  return trip.proposed.proposals.find((one) => one.place === trip.proposed.held);
}

/** The load at a dock that a scan means: its SSCC, or the only loose one of its item. */
export function loadOf(rows: readonly Waiting[], scan: Scan): Waiting | undefined {
  const codes = [scan.text, scan.gs1?.sscc].filter((code) => code !== undefined).map((code) => code.toUpperCase());
  return rows.find((row) => codes.includes(row.code.toUpperCase()) || codes.includes(row.sku.toUpperCase()));
}

/** A scan before the racks. The kept bin is right; any other proposal is known here, the rest the server must name. */
export function scanned(trip: Trip, scan: Scan): Step {
  const code = scan.text.toUpperCase();
  const found = trip.proposed.proposals.find((one) => one.code.toUpperCase() === code);
  if (found) return atBin(trip, { id: found.place, code: found.code });
  if (trip.asked && trip.asked.code.toUpperCase() === code) return atBin(trip, trip.asked);
  return { trip, feedback: null, ask: scan.text };
}

/** The person stands before this bin. Room elsewhere was kept: that takes a second scan, and then a reason. */
export function atBin(trip: Trip, bin: Bin): Step {
  if (bin.id === trip.proposed.held) return { trip: { ...trip, asked: null }, feedback: null, here: bin };
  if (trip.asked?.id === bin.id) return { trip: { ...trip, asked: null, other: bin }, feedback: null };
  return {
    trip: { ...trip, asked: bin },
    feedback: {
      kind: 'attention',
      head: said('other_bin', { scanned: bin.code, expected: held(trip)?.code ?? '' }),
      lines: [said('other_bin_more')],
    },
  };
}

export const notABin = (trip: Trip, text: string): Step => ({
  trip,
  feedback: {
    kind: 'wrong',
    head: said('not_a_bin', { scanned: shown(text), expected: held(trip)?.code ?? '' }),
    lines: [{ key: 'nothing_booked' }],
  },
});

/** What `putaway.confirm` sends. */
export const payload = (trip: Trip, bin: Bin, reason: string): Record<string, unknown> => ({
  ...trip.load,
  fromPlace: trip.proposed.load.place,
  toPlace: bin.id,
  hold: trip.proposed.hold,
  reason,
});
