import type { Scan } from '../../scan/scan';
import type { Known } from '../known/codes';
import type { Meaning } from './meaning';
import { NOBODY } from './words';
import type { ItemFacts, NearFacts, RoundDocument } from '../../api/types';

const same = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();

/** A code's shape, letters as A and digits as 9 ("C-07-3-B" → "A-99-9-A"): how a bin of another aisle is known off line. */
const shape = (code: string): string => code.toUpperCase().replace(/[A-Z]/g, 'A').replace(/\d/g, '9');

function placesOf(round: RoundDocument, text: string): Meaning[] {
  const known = round.places
    .filter((place) => same(place.code, text))
    .map((place): Meaning => ({ is: 'place', place }));
  if (known.length > 0) return known;
  const asBin = round.places.some(
    (place) => place.kind === 'bin' && place.code.length > 4 && shape(place.code) === shape(text),
  );
  return asBin ? [{ is: 'place_elsewhere', kind: 'bin', code: text.toUpperCase() }] : [];
}

function totesOf(round: RoundDocument, scan: Scan): Meaning[] {
  const codes = [scan.text, scan.gs1?.sscc].filter((code) => code !== undefined);
  return round.totes
    .filter((tote) => tote.code && codes.some((code) => same(code, tote.code ?? '')))
    .map((tote) => ({ is: 'tote', tote }));
}

/** Everything of this round's items that lies in or beside its bins, lines and neighbours alike. */
export function nearby(
  round: RoundDocument,
): readonly Pick<NearFacts, 'place' | 'item' | 'lot' | 'serial' | 'handlingUnit'>[] {
  return [...round.lines, ...round.near];
}

function itemById(round: RoundDocument, id: string): ItemFacts | null {
  return round.items.find((item) => item.id === id) ?? null;
}

function itemsOf(round: RoundDocument, scan: Scan): Meaning[] {
  const lot = scan.gs1?.lot ?? null;
  const serial = scan.gs1?.serial ?? null;
  return round.items.flatMap((item): Meaning[] => {
    const packaging = item.packagings.find((one) => one.gtin === scan.gtin);
    if (packaging) return [{ is: 'item', item, content: packaging.quantity, packaging: packaging.kind, lot, serial }];
    return same(item.sku, scan.text) ? [{ is: 'item', item, content: '1', packaging: '', lot, serial }] : [];
  });
}

function trackedOf(round: RoundDocument, scan: Scan): Meaning[] {
  const found = new Map<string, Meaning>();
  const sscc = scan.gs1?.sscc;
  for (const near of nearby(round)) {
    const item = itemById(round, near.item);
    const unit = near.handlingUnit?.code;
    if (unit && (same(unit, scan.text) || unit === sscc)) found.set(`unit ${unit}`, { is: 'unit', code: unit, item });
    if (scan.gtin || !item) continue; // a GTIN names its item already; its lot and serial ride on that meaning
    if (near.lot && same(near.lot.code, scan.text))
      found.set(`lot ${item.id}`, { is: 'lot', code: near.lot.code, item });
    if (near.serial && same(near.serial.code, scan.text))
      found.set(`serial ${item.id}`, { is: 'serial', code: near.serial.code, item });
  }
  return [...found.values()];
}

/** All a code can be in this round; never empty: a code nobody knows is a meaning of its own. */
export function meanings(round: RoundDocument, scan: Scan): Meaning[] {
  const found = [
    ...placesOf(round, scan.text),
    ...totesOf(round, scan),
    ...trackedOf(round, scan),
    ...itemsOf(round, scan),
  ];
  if (found.length > 0) return found;
  if (scan.gs1?.sscc) return [{ is: 'unit', code: scan.gs1.sscc, item: null }];
  return [{ is: 'unknown', code: scan.text }];
}

/** A code the round does not know, by what the site knows of it: a place, tote or item elsewhere, which is none of this round's. */
export function named(found: Meaning[], known: Known | null | undefined, scan: Scan): Meaning[] {
  if (known === null && found[0]?.is === 'place_elsewhere') return [{ is: 'unknown', code: scan.text }]; // a bin of another site
  if (!known || found[0]?.is !== 'unknown') return found;
  if (known.is === 'item') {
    const { sku, name, content, packaging } = known;
    const item = { ...NOBODY, sku, name };
    return [{ is: 'item', item, content, packaging, lot: scan.gs1?.lot ?? null, serial: scan.gs1?.serial ?? null }];
  }
  if (known.is === 'tote') return [{ is: 'tote_elsewhere', code: known.code }];
  return [{ is: 'place_elsewhere', kind: known.kind, code: known.code }];
}

/** The first meaning of the kinds a step expects, best first; otherwise whatever the code is. */
export function likeliest(found: readonly Meaning[], expected: readonly Meaning['is'][]): Meaning {
  const ranked = expected
    .map((kind) => found.find((meaning) => meaning.is === kind))
    .find((meaning) => meaning !== undefined);
  return ranked ?? (found[0] as Meaning);
}
