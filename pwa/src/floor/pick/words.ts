import type { Say } from '../../i18n';
import type { LineFacts, PlaceFacts, RoundDocument, ToteFacts } from '../../api/types';
import { splitBin, type BinPart } from '../../kit/bin';
import { shown } from '../../scan/scan';
import type { Meaning } from './meaning';

/** A scanned thing as a phrase: "bin C-07-3-A", "lot 24093", "tote 2". */
export function phrase(meaning: Meaning): Say {
  switch (meaning.is) {
    case 'place':
      return placePhrase(meaning.place);
    case 'tote':
      return tote(meaning.tote);
    case 'unit':
      return { key: 'a_unit', args: { code: shown(meaning.code) } };
    case 'lot':
      return { key: 'a_lot', args: { code: shown(meaning.code) } };
    case 'serial':
      return { key: 'a_serial', args: { code: shown(meaning.code) } };
    case 'item':
      return { key: 'a_item', args: { name: meaning.item.name } };
    case 'place_elsewhere':
      return { key: meaning.kind === 'bin' ? 'a_bin' : 'a_place', args: { code: meaning.code } };
    case 'tote_elsewhere':
      return { key: 'a_tote', args: { slot: shown(meaning.code) } };
    case 'unknown':
      return { key: 'a_code', args: { code: shown(meaning.code) } };
  }
}

export const placePhrase = (place: PlaceFacts): Say => ({
  key: place.kind === 'bin' ? 'a_bin' : 'a_place',
  args: { code: place.code },
});
export const tote = (one: ToteFacts): Say => ({ key: 'a_tote', args: { slot: one.slot } });

/** What the item step waits for: the most telling code the line has. */
export function expectedItem(round: RoundDocument, line: LineFacts): Say {
  if (line.handlingUnit) return { key: 'a_unit', args: { code: line.handlingUnit.code } };
  if (line.serial) return { key: 'a_serial', args: { code: line.serial.code } };
  if (line.lot) return { key: 'a_lot', args: { code: line.lot.code } };
  return { key: 'a_item', args: { name: itemOf(round, line).name } };
}

/** A unit as a word of the reader's language, where the floor knows one. */
export const unitOf = (unit: string): Say | string =>
  unit === 'pc' ? { key: 'term_pc' } : unit === 'm' ? { key: 'term_m' } : unit;

export const NOBODY = {
  id: '',
  sku: '?',
  name: '?',
  unit: '',
  whole: true,
  tracking: 'none',
  expires: false,
  group: '',
  packagings: [],
};
const NOWHERE: PlaceFacts = {
  id: '',
  code: '?',
  kind: 'bin',
  checkDigits: '',
  zone: '',
  aisle: null,
  block: null,
  side: '',
  bay: null,
  level: null,
  slot: '',
  offsetM: null,
  x: null,
  y: null,
};

export const itemOf = (round: RoundDocument, line: { item: string }) =>
  round.items.find((item) => item.id === line.item) ?? NOBODY;
export const placeOf = (round: RoundDocument, id: string): PlaceFacts =>
  round.places.find((place) => place.id === id) ?? { ...NOWHERE, id };
export const toteOf = (round: RoundDocument, id: string): ToteFacts | undefined =>
  round.totes.find((one) => one.id === id);

/** How to get from the bin that was scanned to the one that was meant, in the words of someone standing there. */
export function wayTo(from: PlaceFacts, to: PlaceFacts): Say {
  if (from.aisle !== to.aisle || from.block !== to.block || from.aisle === null)
    return { key: 'go_to_bin', args: { code: to.code } };
  if (from.bay !== to.bay && from.bay !== null && to.bay !== null) {
    const n = Math.abs(to.bay - from.bay);
    return { key: 'bays_away', args: { n, code: to.code } };
  }
  if (from.level !== to.level && from.level !== null && to.level !== null) {
    const n = Math.abs(to.level - from.level);
    return to.level > from.level
      ? { key: 'levels_up', args: { n, code: to.code } }
      : { key: 'levels_down', args: { n, code: to.code } };
  }
  return { key: 'same_shelf', args: { code: to.code } };
}

/** The same for a bin this round knows nothing of but its code: its parts say where it is. */
export function wayFrom(from: { kind: string; code: string }, to: PlaceFacts): Say {
  const [there, here] = [partsOf(from.code), partsOf(to.code)];
  const isNear = from.kind === 'bin' && there.aisle === here.aisle && there.zone === here.zone;
  // Codes that number bays or levels otherwise than the floor does tell no distance.
  const isCounted = Number(here.bay) === to.bay && Number(here.level) === to.level;
  if (!isNear || !isCounted) return { key: 'go_to_bin', args: { code: to.code } };
  return wayTo({ ...to, bay: Number(there.bay), level: Number(there.level) }, to);
}

const partsOf = (code: string): Partial<Record<BinPart, string>> =>
  Object.fromEntries(splitBin(code.toUpperCase()).map(({ name, text }) => [name, text]));
