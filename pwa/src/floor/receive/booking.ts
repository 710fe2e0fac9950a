/** What is sent for the things on the screen, and the delivery as it stands after that. */
import { add, plain, subtract } from '../../kit/decimal';
import type { Dock, Entry, Taken } from './dock';

const KEPT = 20;

/** What `receive.goods` sends for an entry. */
export const payload = (dock: Dock, entry: Entry): Record<string, unknown> => ({
  delivery: dock.doc.id || null,
  line: entry.line,
  pack: entry.pack,
  item: entry.item.id || null,
  code: entry.scanned,
  quantity: plain(entry.quantity),
  place: dock.place,
  lotCode: entry.lot || null,
  expiresOn: entry.expires || null,
  serials: entry.serials,
  handlingUnitCode: entry.unit,
  handlingUnitKind: entry.unitKind,
  condition: entry.condition,
  reason: entry.reason,
  photo: entry.photo,
});

/** The delivery after its entries were booked: what is received, what was taken in, an empty screen for the next scan. */
export function booked(dock: Dock, ids: readonly string[]): Dock {
  const taken = dock.entries.map((entry, place): Taken => ({
    id: ids[place] ?? '',
    line: entry.line,
    pack: entry.pack,
    name: entry.item.name,
    unit: entry.item.unit,
    quantity: entry.quantity,
    code: entry.unit,
    aside: entry.condition !== 'good' || (entry.line === null && dock.doc.id !== ''),
  }));
  const used = new Set(taken.map((one) => one.code));
  return {
    ...counted(dock, taken, 1),
    entries: [],
    asked: null,
    taken: [...taken, ...dock.taken].slice(0, KEPT),
    spare: dock.spare.filter((code) => !used.has(code)),
  };
}

/** The same for a receipt that was taken back. */
export const undone = (dock: Dock, one: Taken): Dock => ({
  ...counted(dock, [one], -1),
  taken: dock.taken.filter((other) => other.id !== one.id),
});

/** What was refused was not taken in, whatever the screen said when it was scanned. */
export const without = (dock: Dock, refused: readonly string[]): Dock =>
  dock.taken.filter((one) => refused.includes(one.id)).reduce(undone, dock);

function counted(dock: Dock, taken: readonly Taken[], sign: 1 | -1): Dock {
  const lines = dock.doc.lines.map((line) => {
    const mine = taken.filter((one) => one.line === line.id);
    if (mine.length === 0) return line;
    const sum = mine.reduce((all, one) => add(all, one.quantity), '0');
    const packs = line.packs.map((pack) =>
      mine.some((one) => one.pack === pack.id) ? { ...pack, received: sign > 0 } : pack,
    );
    return { ...line, received: sign > 0 ? add(line.received, sum) : subtract(line.received, sum), packs };
  });
  return { ...dock, doc: { ...dock.doc, lines } };
}
