/** A shelf counted by photo, as pure steps: which line of the count each label belongs to, and how much it stands for. */
import type { CountDocument } from '../../api/types';
import { add, times, type Decimal } from '../../kit/decimal';
import { linesOf } from '../count/counting';
import { labels, meant, type Mark } from './marks';

export type Why = 'other_item' | 'which_lot' | 'type_in';
export interface Tally {
  /** Counted by place of the line in the document. */
  counted: Readonly<Record<number, Decimal>>;
  /** Labels of each line, to show. */
  parts: readonly { place: number; count: number; each: Decimal }[];
  /** Labels that count for nothing, and why. */
  rest: readonly { mark: Mark; why: Why }[];
}

type Counted = { place: number; each: Decimal } | Why;

/** What one label stands for in this count. */
function counts(doc: CountDocument, mark: Mark): Counted {
  const scan = meant(mark);
  if (!scan) return 'other_item';
  const lines = linesOf(doc);
  const { gs1 } = scan;
  const unit = lines.findIndex(
    (line) => line.handlingUnitCode !== null && [gs1?.sscc, scan.text].includes(line.handlingUnitCode),
  );
  if (unit >= 0) return 'type_in';
  const serial = lines.findIndex(
    (line) => line.serialCode !== null && [gs1?.serial, scan.text].includes(line.serialCode),
  );
  if (serial >= 0) return { place: serial, each: '1' };
  const pack = doc.packs.find((one) => one.gtin === scan.gtin);
  if (!pack) return 'other_item';
  const place = gs1?.lot ? lines.findIndex((line) => line.lotCode === gs1.lot) : lines.length === 1 ? 0 : -1;
  if (place < 0) return gs1?.lot ? 'other_item' : 'which_lot';
  if (gs1?.count === undefined) return { place, each: pack.quantity };
  return { place, each: gs1.contained ? times(pack.quantity, gs1.count) : String(gs1.count) };
}

/** Adds up all labels of a photo; a serial number counts once however often it is seen. */
export function tally(doc: CountDocument, marks: readonly Mark[]): Tally {
  const counted: Record<number, Decimal> = {};
  const parts: { place: number; count: number; each: Decimal }[] = [];
  const rest: { mark: Mark; why: Why }[] = [];
  for (const { mark, count } of labels(marks.filter((one) => one.sure))) {
    const found = counts(doc, mark);
    if (typeof found === 'string') {
      rest.push({ mark, why: found });
      continue;
    }
    const { place, each } = found;
    const isSerial = linesOf(doc)[place]?.serialCode !== null;
    const number = isSerial ? 1 : count;
    counted[place] = add(counted[place] ?? '0', times(each, number));
    parts.push({ place, count: number, each });
  }
  return { counted, parts, rest };
}
