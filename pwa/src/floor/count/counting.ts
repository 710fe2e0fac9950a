/** Counting a bin, as pure steps: prove the bin, then say how many there are of each lot, blind, and of what else lies there. */
import type { CountDocument } from '../../api/types';
import type { Say } from '../../i18n';
import type { Feedback } from '../../kit/feedback';
import { add, isDecimal, isWhole, compare, plain, type Decimal } from '../../kit/decimal';
import type { Known } from '../known/codes';
import { shown, type Scan } from '../../scan/scan';
import { said } from './words';

type Line = CountDocument['lines'][number];

/** Something that lies in the bin though the books don't list it there; `item` is another item's code, null for the count's own. */
export interface Extra extends Line {
  item: string | null;
  name: string;
  unit: string;
  /** The item expires and the label told no date: a person reads it. */
  asksDate: boolean;
}

export interface CountState {
  doc: CountDocument;
  atBin: boolean;
  /** By place in `allLines`. */
  counted: Readonly<Record<number, Decimal>>;
  open: number | null;
  found?: readonly Extra[];
  /** Handling units that stand there unlisted. */
  units?: readonly string[];
  /** The code that has to be scanned once more to be taken. */
  again?: string | null;
  /** The key of an earlier posting of this count that was wrong: this one takes its place. */
  replaces?: string;
}
export interface CountTurn {
  state: CountState;
  feedback: Feedback | null;
}
type What = Known | null | undefined;

export const begin = (doc: CountDocument): CountState => ({ doc, atBin: false, counted: {}, open: null });

const NAMELESS: Line = {
  lot: null,
  lotCode: null,
  expiresOn: null,
  serial: null,
  serialCode: null,
  handlingUnit: null,
  handlingUnitCode: null,
};

/** The lines the books list; of an item without lots there is always one, for a bin that may not be as empty as they think. */
export const linesOf = (doc: CountDocument): readonly Line[] =>
  doc.lines.length > 0 || isTracked(doc) ? doc.lines : [NAMELESS];

const isTracked = (doc: CountDocument): boolean => (doc.tracking ?? 'none') !== 'none';

/** What the books list, and then what was found. */
export const allLines = ({ doc, found = [] }: CountState): readonly Extra[] => [
  ...linesOf(doc).map((line) => ({ ...line, item: null, name: doc.name, unit: doc.unit, asksDate: false })),
  ...found,
];

export const isComplete = (state: CountState): boolean =>
  allLines(state).every((_, place) => state.counted[place] !== undefined);

/** How many of the count's own item. */
export const total = (state: CountState): Decimal =>
  allLines(state).reduce((sum, line, place) => (line.item === null ? add(sum, state.counted[place] ?? '0') : sum), '0');

/** Listed lines nobody has counted yet: they may be none, when the rest of the bin is counted. */
export const uncounted = (state: CountState): number[] =>
  linesOf(state.doc).flatMap((_, place) => (state.counted[place] === undefined ? [place] : []));

export const restIsNone = (state: CountState): CountState => ({
  ...state,
  counted: { ...state.counted, ...Object.fromEntries(uncounted(state).map((place) => [place, '0'])) },
});

/** A scanned thing as a phrase. */
function phrase(scan: Scan, what: What): Say {
  if (what?.is === 'place') return { key: what.kind === 'bin' ? 'a_bin' : 'a_place', args: { code: what.code } };
  if (what?.is === 'tote') return { key: 'a_tote', args: { slot: what.code } };
  if (what?.is === 'item') return { key: 'a_item', args: { name: what.name } };
  if (scan.gs1?.sscc) return { key: 'a_unit', args: { code: scan.gs1.sscc } };
  if (scan.gs1?.lot) return { key: 'a_lot', args: { code: shown(scan.gs1.lot) } };
  if (scan.gs1?.serial) return { key: 'a_serial', args: { code: shown(scan.gs1.serial) } };
  return { key: 'a_code', args: { code: shown(scan.text) } };
}

const wrong = (state: CountState, scanned: Say, expected: Say, more?: Say): CountTurn => ({
  state,
  feedback: {
    kind: 'wrong',
    head: { key: 'x_not_y', args: { scanned, expected } },
    lines: [more ?? { key: 'nothing_booked' }],
  },
});

/** Nobody expects it here: it counts when its label is scanned a second time, so that a slip of the hand books nothing. */
const ask = (state: CountState, scan: Scan, what: What, more: Say): CountTurn => ({
  state: { ...state, again: scan.text },
  feedback: { kind: 'attention', head: { key: 'not_listed', args: { scanned: phrase(scan, what) } }, lines: [more] },
});

const right = (state: CountState): CountTurn => ({ state, feedback: { kind: 'right', head: { key: 'item_right' } } });
const open = (state: CountState, place: number): CountTurn => {
  const line = allLines(state)[place];
  // A serial number is one piece: its scan says all there is to say.
  return right(line?.serialCode ? say(state, place, '1').state : { ...state, open: place });
};

function add_(state: CountState, facts: Partial<Extra>): CountTurn {
  const { doc, found = [] } = state;
  const own = { ...NAMELESS, item: null, name: doc.name, unit: doc.unit };
  const line: Extra = { ...own, asksDate: false, ...facts };
  const asksDate = line.item === null && line.lotCode !== null && doc.expires === true && line.expiresOn === null;
  return open({ ...state, found: [...found, { ...line, asksDate }] }, allLines(state).length);
}

/** Takes what a person says lies there without a label that can be read: it cannot be booked, but a supervisor hears of it. */
export const unlabelled = (state: CountState): CountState => add_({ ...state, again: null }, {}).state;

export function scanned(state: CountState, scan: Scan, what?: What): CountTurn {
  const { doc } = state;
  const isThisBin = scan.text.toUpperCase() === doc.placeCode.toUpperCase();
  if (!state.atBin) {
    if (!isThisBin) return wrong(state, phrase(scan, what), { key: 'a_bin', args: { code: doc.placeCode } });
    return {
      state: { ...state, atBin: true, open: linesOf(doc).length === 1 ? 0 : null },
      feedback: { kind: 'right', head: { key: 'bin_right', args: { code: doc.placeCode } } },
    };
  }
  if (isThisBin)
    return {
      state,
      feedback: { kind: 'attention', head: { key: 'bin_right_already', args: { code: doc.placeCode } } },
    };
  const calm = { ...state, again: null };
  const isOwn = scan.gtin !== null && doc.gtins.includes(scan.gtin);
  return listed(calm, scan, isOwn) ?? (isOwn ? own(calm, scan) : stranger(calm, scan, what, state.again === scan.text));
}

/**
 * What has a line already: by its lot, serial or handling unit, unless the label says that it is of another item. A lot that the books
 * have in several units says of none of them that it is meant: it is counted as lying loose.
 */
function listed(state: CountState, scan: Scan, isOwn: boolean): CountTurn | null {
  const codes = [scan.text, scan.gs1?.lot, scan.gs1?.serial, scan.gs1?.sscc].filter((code) => code !== undefined);
  const isOf = (line: Extra): boolean => (line.item === null ? isOwn || !scan.gs1?.gtin : line.item === scan.gtin);
  const has = (code: string | null): boolean => code !== null && codes.includes(code);
  const places = [...allLines(state).entries()].filter(([, line]) => isOf(line));
  const one = places.find(([, line]) => has(line.serialCode) || has(line.handlingUnitCode));
  const ofLot = places.filter(([, line]) => has(line.lotCode));
  const loose = ofLot.find(([, line]) => line.handlingUnitCode === null);
  const found = one ?? loose ?? (ofLot.length === 1 ? ofLot[0] : undefined);
  if (found) return open(state, found[0]);
  const inUnit = ofLot[0]?.[1];
  return inUnit ? add_(state, { lotCode: inUnit.lotCode, expiresOn: inUnit.expiresOn }) : null;
}

/** The count's own item, by its barcode. */
function own(state: CountState, scan: Scan): CountTurn {
  const { doc } = state;
  const lines = allLines(state);
  const { lot, serial, expires, bestBefore } = scan.gs1 ?? {};
  if (doc.tracking === 'lot' && lot) return add_(state, { lotCode: lot, expiresOn: expires ?? bestBefore ?? null });
  if (doc.tracking === 'serial' && serial) return add_(state, { serialCode: serial });
  if (lines.length === 1) return open(state, 0);
  if (!isTracked(doc)) {
    const loose = lines.findIndex((line) => line.item === null && line.handlingUnitCode === null);
    return loose < 0 ? add_(state, {}) : open(state, loose);
  }
  const head = said(doc.tracking === 'serial' ? 'serial_too' : 'lot_too', { name: doc.name });
  return { state, feedback: { kind: 'attention', head, lines: [{ key: 'nothing_booked' }] } };
}

/** What nobody expected here. */
function stranger(state: CountState, scan: Scan, what: What, isAgain: boolean): CountTurn {
  const { doc, units = [] } = state;
  if (what?.is === 'place' || what?.is === 'tote')
    return wrong(state, phrase(scan, what), { key: 'a_item', args: { name: doc.name } });
  const unit = scan.gs1?.sscc;
  const isOther = what?.is === 'item' || scan.gs1?.gtin !== undefined || !isTracked(doc);
  if (!isAgain)
    return ask(
      state,
      scan,
      what,
      said(unit ? 'unit_again' : isOther ? 'other_again' : 'lot_again', { name: doc.name }),
    );
  if (unit)
    return {
      state: { ...state, units: [...new Set([...units, unit])] },
      feedback: { kind: 'right', head: said('noted') },
    };
  if (!isOther) return add_(state, doc.tracking === 'serial' ? { serialCode: scan.text } : { lotCode: scan.text });
  const item = scan.gtin ?? scan.text;
  const { lot, serial, expires, bestBefore } = scan.gs1 ?? {};
  return add_(state, {
    item,
    name: what?.is === 'item' ? what.name : shown(item),
    unit: what?.is === 'item' ? (what.unit ?? '') : '',
    lotCode: lot ?? null,
    serialCode: serial ?? null,
    expiresOn: expires ?? bestBefore ?? null,
  });
}

export function say(state: CountState, place: number, quantity: Decimal, expiresOn?: string): CountTurn {
  const whole = allLines(state)[place]?.item === null && state.doc.whole;
  if (!isDecimal(quantity) || compare(quantity, '0') < 0 || (whole && !isWhole(quantity)))
    return { state, feedback: { kind: 'wrong', head: { key: 'not_a_quantity' } } };
  const first = linesOf(state.doc).length;
  const found = state.found?.map((one, n) => (expiresOn && first + n === place ? { ...one, expiresOn } : one));
  return {
    state: {
      ...state,
      ...(found && { found }),
      counted: { ...state.counted, [place]: plain(quantity) },
      open: null,
    },
    feedback: null,
  };
}

/** What `count.post` sends: every listed line with what was counted of it, and what else was found. */
export function posting(state: CountState): Record<string, unknown> {
  const listedRows = linesOf(state.doc).map((line, place) => ({
    quantity: state.counted[place] ?? '0',
    lot: line.lot,
    serial: line.serial,
    handlingUnit: line.handlingUnit,
  }));
  const first = listedRows.length;
  const foundRows = (state.found ?? []).flatMap(({ item, lotCode, serialCode, expiresOn }, n) => {
    const quantity = state.counted[first + n] ?? '0';
    return quantity === '0' ? [] : [{ quantity, item, lotCode, serialCode, expiresOn }];
  });
  const rest = state.replaces ? { replaces: state.replaces } : {};
  return { task: state.doc.id, counted: [...listedRows, ...foundRows], units: state.units ?? [], ...rest };
}
