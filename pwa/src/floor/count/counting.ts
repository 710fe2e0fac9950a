/** Counting a bin, as pure steps: prove the bin, then say how many there are of each lot, blind. */
import type { CountDocument } from '../../api/types';
import type { Feedback } from '../../kit/feedback';
import { add, isDecimal, isWhole, compare, plain, type Decimal } from '../../kit/decimal';
import { shown, type Scan } from '../../scan/scan';

type Line = CountDocument['lines'][number];

export interface CountState {
  doc: CountDocument;
  atBin: boolean;
  counted: Readonly<Record<number, Decimal>>;
  open: number | null;
}
export interface CountTurn {
  state: CountState;
  feedback: Feedback | null;
}

export const begin = (doc: CountDocument): CountState => ({ doc, atBin: false, counted: {}, open: null });

/** The lines to count; an item without lots, or a bin the books think empty, is one nameless line. */
export function linesOf(doc: CountDocument): readonly Line[] {
  const nameless: Line = {
    lot: null,
    lotCode: null,
    expiresOn: null,
    serial: null,
    serialCode: null,
    handlingUnit: null,
    handlingUnitCode: null,
  };
  return doc.lines.length > 0 ? doc.lines : [nameless];
}

export const isComplete = (state: CountState): boolean =>
  linesOf(state.doc).every((_, place) => state.counted[place] !== undefined);
export const total = (state: CountState): Decimal =>
  Object.values(state.counted).reduce((sum, one) => add(sum, one), '0');

const wrong = (state: CountState, scanned: string, expected: Feedback['head']): CountTurn => ({
  state,
  feedback: {
    kind: 'wrong',
    head: { key: 'x_not_y', args: { scanned: { key: 'a_code', args: { code: shown(scanned) } }, expected } },
    lines: [{ key: 'nothing_booked' }],
  },
});

export function scanned(state: CountState, scan: Scan): CountTurn {
  const { doc } = state;
  if (!state.atBin) {
    if (scan.text.toUpperCase() !== doc.placeCode.toUpperCase())
      return wrong(state, scan.text, { key: 'a_bin', args: { code: doc.placeCode } });
    return {
      state: { ...state, atBin: true, open: linesOf(doc).length === 1 ? 0 : null },
      feedback: { kind: 'right', head: { key: 'bin_right', args: { code: doc.placeCode } } },
    };
  }
  const codes = [scan.text, scan.gs1?.lot, scan.gs1?.serial, scan.gs1?.sscc];
  const place = linesOf(doc).findIndex((line) =>
    [line.lotCode, line.serialCode, line.handlingUnitCode].some((code) => code !== null && codes.includes(code)),
  );
  if (place >= 0) return { state: { ...state, open: place }, feedback: { kind: 'right', head: { key: 'item_right' } } };
  if (scan.gtin && doc.gtins.includes(scan.gtin) && linesOf(doc).length === 1)
    return { state: { ...state, open: 0 }, feedback: { kind: 'right', head: { key: 'item_right' } } };
  return wrong(state, scan.text, { key: 'a_item', args: { name: doc.name } });
}

export function say(state: CountState, place: number, quantity: Decimal): CountTurn {
  if (!isDecimal(quantity) || compare(quantity, '0') < 0 || (state.doc.whole && !isWhole(quantity)))
    return { state, feedback: { kind: 'wrong', head: { key: 'not_a_quantity' } } };
  return { state: { ...state, counted: { ...state.counted, [place]: plain(quantity) }, open: null }, feedback: null };
}

/** What `count.post` sends: every line with what was counted of it. */
export function posting(state: CountState): Record<string, unknown> {
  const counted = linesOf(state.doc).map((line, place) => ({
    quantity: state.counted[place] ?? '0',
    lot: line.lot,
    serial: line.serial,
    handlingUnit: line.handlingUnit,
  }));
  return { task: state.doc.id, counted };
}
