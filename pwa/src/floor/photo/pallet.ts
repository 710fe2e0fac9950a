/** A pallet's labels against what it should hold, as values. */
import type { components } from '../../api/schema';
import { term } from '../../i18n';
import { identity, meant, type Mark } from './marks';

export type UnitContents = components['schemas']['UnitContents'];

/** A thing by the name a person knows it by, and what is told beside it. */
export interface Named {
  name: string;
  note: string;
}
export interface Check {
  present: readonly Named[];
  missing: readonly Named[];
  unexpected: readonly Named[];
  unread: readonly Named[];
}

type Goods = UnitContents['goods'][number];

const nameOf = (goods: Goods): Named => ({
  name: goods.name,
  note: [goods.sku, goods.lot ?? goods.serial].filter(Boolean).join(' · '),
});

/** Whether a label is one of these goods: its serial or lot where it says one, else its item. */
function isOf(goods: Goods, mark: Mark): boolean {
  const scan = meant(mark);
  if (!scan) return false;
  const { gs1 } = scan;
  if (goods.serial !== null && [gs1?.serial, scan.text].includes(goods.serial)) return true;
  if (gs1?.lot && goods.lot !== null) return gs1.lot === goods.lot && (!scan.gtin || goods.gtins.includes(scan.gtin));
  if (gs1?.serial && goods.serial !== null) return false;
  return scan.text === goods.sku || scan.text === goods.lot || (scan.gtin !== null && goods.gtins.includes(scan.gtin));
}

const isUnit = (code: string, mark: Mark): boolean => {
  const scan = meant(mark);
  return scan !== null && (scan.gs1?.sscc === code || scan.text === code);
};

/**
 * Every unit packed on the pallet must show its label, and so must goods that lie on it unpacked. Goods in a box may
 * show theirs. What is read for certain and belongs to none of them should not be here; what is doubtful and not also
 * read for certain is named, so that a person looks.
 */
export function check(doc: UnitContents, marks: readonly Mark[]): Check {
  const sure = marks.filter((mark) => mark.sure);
  const outer = doc.units.filter((unit) => unit.within === doc.id);
  const loose = doc.goods.filter((goods) => goods.within === doc.id);
  const units = outer.map((unit) => ({
    named: { name: unit.code, note: term(unit.kind) },
    seen: sure.some((mark) => isUnit(unit.code, mark)),
  }));
  const goods = loose.map((one) => ({ named: nameOf(one), seen: sure.some((mark) => isOf(one, mark)) }));
  const belongs = (mark: Mark): boolean =>
    [doc.code, ...doc.units.map((unit) => unit.code)].some((code) => isUnit(code, mark)) ||
    doc.goods.some((one) => isOf(one, mark));
  const known = new Set(sure.map(identity));
  const named = (some: readonly Mark[]): Named[] =>
    [...new Map(some.map((mark) => [identity(mark), mark])).values()].map((mark) => ({
      name: meant(mark)?.gs1?.sscc ?? mark.text,
      note: mark.format,
    }));
  return {
    present: [...units, ...goods].filter((one) => one.seen).map((one) => one.named),
    missing: [...units, ...goods].filter((one) => !one.seen).map((one) => one.named),
    unexpected: named(sure.filter((mark) => !belongs(mark))),
    unread: named(marks.filter((mark) => !mark.sure && !known.has(identity(mark)))),
  };
}

/** The codes the server is told to wait for: a match needs fewer looks. */
export const awaited = (doc: UnitContents): string[] => [
  ...[doc.code, ...doc.units.map((unit) => unit.code)].map((code) => (/^\d{18}$/.test(code) ? `00${code}` : code)),
  ...doc.goods.flatMap((one) => [...one.gtins, one.lot ?? '', one.serial ?? '']).filter(Boolean),
];
