/** Receiving at a dock, as pure steps: what a scan is, what is asked for, what is booked. Works from the device's own copy. */
import type { Feedback } from '../../kit/feedback';
import { add, compare, isDecimal, isWhole, subtract, times, type Decimal } from '../../kit/decimal';
import type { Say } from '../../i18n';
import { shown, type Scan } from '../../scan/scan';
import type { DeliveryDocument, ExpectedItem, Line, Pack } from './types';
import { said } from './words';

export type Condition = 'good' | 'damaged' | 'expired';

/** One thing that is about to be taken in. Without a line it is a wrong item, or nobody announced it. */
export interface Entry {
  line: string | null;
  pack: string | null;
  item: ExpectedItem;
  scanned: string;
  quantity: Decimal;
  lot: string;
  expires: string;
  serials: readonly string[];
  unit: string | null;
  unitKind: 'pallet' | 'box';
  condition: Condition;
  reason: string;
  photo: string | null;
}
export interface Taken {
  id: string;
  line: string | null;
  pack: string | null;
  name: string;
  unit: string;
  quantity: Decimal;
  code: string | null;
  aside: boolean;
}
export interface Dock {
  doc: DeliveryDocument;
  place: string;
  entries: readonly Entry[];
  /** The code that was scanned once and asks for a second scan: a wrong item, or too much. */
  asked: string | null;
  taken: readonly Taken[];
  spare: readonly string[];
}
export interface Turn {
  dock: Dock;
  feedback: Feedback | null;
  /** Set when the entries are to be booked now. */
  book?: true;
  /** A code that only the server can explain. */
  ask?: string;
}

export const begin = (doc: DeliveryDocument, spare: readonly string[] = []): Dock => ({
  doc,
  place: doc.docks[0]?.id ?? '',
  entries: [],
  asked: null,
  taken: [],
  spare,
});

export const open = (line: Line): Decimal => {
  const left = subtract(line.quantity, line.received);
  return compare(left, '0') > 0 ? left : '0';
};
export const itemOf = (doc: DeliveryDocument, line: Line): ExpectedItem | undefined =>
  doc.items.find((item) => item.sku === line.sku);

const tell = (kind: Feedback['kind'], head: Say, ...lines: Say[]): Feedback => ({ kind, head, lines });
const stay = (dock: Dock, feedback: Feedback | null): Turn => ({ dock, feedback });

/** A fresh entry of an item, with what its label says. */
export function entryOf(item: ExpectedItem, line: Line | null, scanned: string, more: Partial<Entry> = {}): Entry {
  const lots = line
    ? [...new Set([line.lot, ...line.packs.map((pack) => pack.lot)].filter((lot) => lot !== null))]
    : [];
  const [only] = lots.length === 1 ? lots : [];
  return {
    line: line?.id ?? null,
    pack: null,
    item,
    scanned,
    quantity: item.tracking === 'serial' ? '0' : '1',
    lot: item.tracking === 'lot' ? (only ?? '') : '',
    expires:
      item.expires && only ? (line?.expiresOn ?? line?.packs.find((pack) => pack.lot === only)?.expiresOn ?? '') : '',
    serials: [],
    unit: null,
    unitKind: 'pallet',
    condition: 'good',
    reason: '',
    photo: null,
    ...more,
  };
}

/** What a scan means here; the answer is decided without the network wherever the delivery says enough. */
export function scanned(dock: Dock, scan: Scan): Turn {
  const [entry] = dock.entries;
  if (entry && again(dock, scan, entry)) return confirm(dock);
  if (entry && dock.entries.length === 1) {
    const turn = toEntry(dock, entry, scan);
    if (turn) return turn;
  }
  const place = dock.doc.docks.find((one) => one.code.toUpperCase() === scan.text.toUpperCase());
  if (place)
    return { dock: { ...dock, place: place.id }, feedback: tell('right', said('at_dock', { code: place.code })) };
  const sscc = scan.gs1?.sscc ?? (/^\d{18}$/.test(scan.text) ? scan.text : null);
  if (sscc) return packScanned(dock, sscc, scan);
  const found = itemScanned(dock, scan);
  if (found) return found;
  return { dock, feedback: null, ask: scan.text };
}

/** The same code once more: the person confirms with the trigger. */
function again(dock: Dock, scan: Scan, entry: Entry): boolean {
  return scan.text === entry.scanned && (entry.pack !== null || dock.asked === scan.text);
}

/** What a scan adds to the one entry on the screen; null when it has nothing to do with it. */
function toEntry(dock: Dock, entry: Entry, scan: Scan): Turn | null {
  const here = (change: Partial<Entry>): Turn => ({
    dock: { ...dock, entries: [{ ...entry, ...change }] },
    feedback: tell('right', { key: 'a_item', args: { name: entry.item.name } }),
  });
  const pack = entry.item.packagings.find((one) => one.gtin === scan.gtin);
  const mine = pack !== undefined || scan.text.toUpperCase() === entry.item.sku.toUpperCase();
  if (entry.item.tracking === 'serial') {
    const code = scan.gs1?.serial ?? (mine || scan.gtin || scan.gs1 ? null : scan.text);
    if (!code) return mine ? stay(dock, null) : null;
    if (entry.serials.includes(code))
      return stay(dock, tell('wrong', said('serial_twice', { code }), { key: 'nothing_booked' }));
    const serials = [...entry.serials, code];
    return here({ serials, quantity: String(serials.length) });
  }
  const asksLot = entry.item.tracking === 'lot' && entry.lot === '';
  if (mine && pack && (!scan.gs1?.lot || scan.gs1.lot === entry.lot || entry.lot === ''))
    return here({
      // Where the lot was asked for, its label says which lot the ones counted are, and counts none.
      quantity:
        asksLot && scan.gs1?.lot ? entry.quantity : add(entry.quantity, times(pack.quantity, scan.gs1?.count ?? 1)),
      lot: scan.gs1?.lot ?? entry.lot,
      expires: scan.gs1?.expires ?? scan.gs1?.bestBefore ?? entry.expires,
    });
  if (entry.item.tracking === 'lot' && entry.lot === '' && !scan.gtin && !scan.gs1?.sscc && scan.text.length <= 20)
    return here({ lot: scan.gs1?.lot ?? scan.text });
  return null;
}

function packScanned(dock: Dock, sscc: string, scan: Scan): Turn {
  const rows = dock.doc.lines.flatMap((line) =>
    line.packs.filter((pack) => pack.sscc === sscc).map((pack): [Line, Pack] => [line, pack]),
  );
  if (rows.length === 0 && dock.entries.length === 1 && dock.entries[0]) {
    const [entry] = dock.entries;
    return {
      dock: { ...dock, entries: [{ ...entry, unit: sscc }] },
      feedback: tell('right', said('unit_is', { code: sscc })),
    };
  }
  if (rows.length === 0)
    return stay(
      dock,
      tell('wrong', said('pack_elsewhere', { code: sscc }), said('expected_any', { number: dock.doc.number })),
    );
  const left = rows.filter(([, pack]) => !pack.received);
  if (left.length === 0) return stay(dock, tell('wrong', said('pack_received', { code: sscc }), said('nothing_more')));
  const entries = packEntries(dock, left, scan.text);
  const names = [...new Set(entries.map((entry) => entry.item.name))].join(', ');
  return { dock: { ...dock, entries, asked: null }, feedback: tell('right', { key: 'a_item', args: { name: names } }) };
}

/** What packs hold, as entries: everything about them was announced. */
export const packEntries = (dock: Dock, packs: readonly (readonly [Line, Pack])[], text: string): Entry[] =>
  packs.flatMap(([line, pack]): Entry[] => {
    const item = itemOf(dock.doc, line);
    if (!item) return [];
    return [
      entryOf(item, line, text, {
        pack: pack.id,
        quantity: pack.quantity,
        lot: pack.lot ?? line.lot ?? '',
        expires: pack.expiresOn ?? line.expiresOn ?? '',
        unit: pack.sscc,
      }),
    ];
  });

function itemScanned(dock: Dock, scan: Scan): Turn | null {
  const item = dock.doc.items.find(
    (one) =>
      one.sku.toUpperCase() === scan.text.toUpperCase() || one.packagings.some((pack) => pack.gtin === scan.gtin),
  );
  if (!item) return null;
  const lines = dock.doc.lines.filter((line) => line.sku === item.sku);
  const lot = scan.gs1?.lot;
  const line =
    lines.find((one) => lot !== undefined && one.lot === lot && compare(open(one), '0') > 0) ??
    lines.find((one) => compare(open(one), '0') > 0) ??
    lines[0] ??
    null;
  return { dock: enter(dock, item, line, scan), feedback: tell('right', { key: 'a_item', args: { name: item.name } }) };
}

/** Opens an item's entry with what its label said: packaging, count, lot, date, serial. */
export function enter(dock: Dock, item: ExpectedItem, line: Line | null, scan: Scan): Dock {
  const size = item.packagings.find((pack) => pack.gtin === scan.gtin)?.quantity ?? '1';
  const serial = item.tracking === 'serial' ? scan.gs1?.serial : undefined;
  const more: Partial<Entry> = {
    ...(item.tracking === 'serial'
      ? { serials: serial ? [serial] : [], quantity: serial ? '1' : '0' }
      : { quantity: times(size, scan.gs1?.count ?? 1) }),
    ...(scan.gs1?.lot && item.tracking === 'lot' ? { lot: scan.gs1.lot } : {}),
    ...((scan.gs1?.expires ?? scan.gs1?.bestBefore) ? { expires: scan.gs1.expires ?? scan.gs1.bestBefore ?? '' } : {}),
  };
  return { ...dock, entries: [entryOf(item, line, scan.text, more)], asked: null };
}

/** An item that this delivery does not have: once it warns, the second scan opens it as a wrong item. */
export function stranger(dock: Dock, item: ExpectedItem, scan: Scan, blind: boolean): Turn {
  if (blind || dock.asked === scan.text)
    return {
      dock: enter(dock, item, null, scan),
      feedback: tell('right', { key: 'a_item', args: { name: item.name } }),
    };
  return {
    dock: { ...dock, asked: scan.text },
    feedback: tell('attention', said('wrong_item', { scanned: item.name }), said('wrong_item_more')),
  };
}

export const unknown = (dock: Dock, text: string): Turn =>
  stay(
    dock,
    tell(
      'wrong',
      said('unknown', { scanned: shown(text) }),
      dock.doc.number ? said('expected_any', { number: dock.doc.number }) : said('nothing_more'),
    ),
  );

/** What still stands against booking an entry, as an answer; null when it may be booked. */
export function against(dock: Dock, entry: Entry, today: string): Feedback | null {
  const no = (head: Say, ...lines: Say[]): Feedback => tell('wrong', head, ...lines);
  if (!isDecimal(entry.quantity) || (entry.item.whole && !isWhole(entry.quantity)))
    return no({ key: 'not_a_quantity' });
  if (entry.item.tracking === 'serial' && compare(entry.quantity, String(entry.serials.length)) !== 0)
    return no(said('serials_missing', { n: Number(entry.quantity) - entry.serials.length }));
  if (compare(entry.quantity, '0') <= 0)
    return no(entry.item.tracking === 'serial' ? said('scan_serials') : { key: 'not_a_quantity' });
  if (entry.item.tracking === 'lot' && entry.lot === '') return no(said('lot_missing'));
  if (entry.item.expires && entry.expires === '') return no(said('date_missing'));
  if (entry.condition === 'good' && entry.expires !== '' && entry.expires < today)
    return no(said('expired', { lot: entry.lot, date: entry.expires }), said('expired_more'));
  return over(dock, entry);
}

/** More than the line tolerates: refused by the order's rule, or asked for once more. */
function over(dock: Dock, entry: Entry): Feedback | null {
  const line = dock.doc.lines.find((one) => one.id === entry.line);
  const announced = line?.packs.find((one) => one.id === entry.pack)?.quantity;
  if (!line || (announced !== undefined && compare(entry.quantity, announced) <= 0)) return null;
  const most = (Number(line.quantity) * (100 + Number(dock.doc.overPercent))) / 100;
  if (Number(line.received) + Number(entry.quantity) <= most) return null;
  const facts = { came: entry.quantity, expected: open(line) };
  if (dock.doc.overRule === 'refuse')
    return tell('wrong', said('over'), said('over_refused', { expected: facts.expected }));
  return dock.asked === OVER ? null : tell('attention', said('over'), said('over_more', facts));
}
const OVER = 'over';

export const localDay = (now: Date): string =>
  `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;

/** The person says: book it. Every entry must stand; the first that does not is answered. */
export function confirm(dock: Dock, now: Date = new Date()): Turn {
  for (const entry of dock.entries) {
    const answer = against(dock, entry, localDay(now));
    if (answer) return { dock: answer.kind === 'attention' ? { ...dock, asked: OVER } : dock, feedback: answer };
  }
  return { dock, feedback: null, book: true };
}

/** Sets some of what is on the screen aside as damaged: it becomes an entry of its own, the rest stays as it was. */
export function damage(dock: Dock, quantity: Decimal, reason: string, photo: string | null): Dock {
  const [entry, ...others] = dock.entries;
  if (!entry) return dock;
  const broken: Entry = { ...entry, condition: 'damaged', reason, photo };
  if (compare(quantity, entry.quantity) >= 0) return { ...dock, entries: [{ ...broken, quantity }, ...others] };
  const good = { ...entry, quantity: subtract(entry.quantity, quantity) };
  return { ...dock, entries: [good, { ...broken, quantity, pack: null, unit: null }, ...others] };
}
