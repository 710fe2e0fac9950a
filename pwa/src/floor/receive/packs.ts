/** The announced packs of a delivery against the labels on photos of its pallet, as values. */
import { number, term } from '../../i18n';
import { identity, meant, type Mark } from '../photo/marks';
import type { Named } from '../photo/pallet';
import { against, itemOf, packEntries, type Dock, type Entry } from './dock';
import type { Line, Pack } from './types';

type Part = readonly [Line, Pack];

/** One label of the advice with everything announced under it. */
interface Announced {
  sscc: string;
  parts: readonly Part[];
}
export interface Photographed {
  /** Packs on the photos that may all be taken in at once, and what that books. */
  here: readonly Named[];
  entries: readonly Entry[];
  /** Packs on the photos that a person must look at one by one: a date is missing or over. */
  alone: readonly Named[];
  before: readonly Named[];
  missing: readonly Named[];
  unexpected: readonly Named[];
  unread: readonly Named[];
}

function announced(dock: Dock): Announced[] {
  const packs = new Map<string, Part[]>();
  for (const line of dock.doc.lines)
    for (const pack of line.packs) if (pack.sscc) packs.set(pack.sscc, [...(packs.get(pack.sscc) ?? []), [line, pack]]);
  return [...packs].map(([sscc, parts]) => ({ sscc, parts }));
}
const left = (pack: Announced): Part[] => pack.parts.filter(([, part]) => !part.received);

/** Whether a photo of labels can say anything here: packs are announced and some are still to come. */
export const awaitsPacks = (dock: Dock): boolean => announced(dock).some((pack) => left(pack).length > 0);

/** The codes the server is told to wait for. */
export const awaitedPacks = (dock: Dock): string[] => announced(dock).map(({ sscc }) => `00${sscc}`);

const ssccOf = (mark: Mark): string | null => {
  const scan = meant(mark);
  return scan?.gs1?.sscc ?? (/^\d{18}$/.test(mark.text) ? mark.text : null);
};

/** Compares packs with photos. Only labels read for certain count; labels that are no packs (items, papers) are left alone. */
export function photographed(dock: Dock, marks: readonly Mark[], today: string): Photographed {
  const seen = new Map(marks.filter((one) => one.sure).flatMap((one) => (ssccOf(one) ? [[ssccOf(one), one]] : [])));
  const packs = announced(dock);
  const named = ({ sscc, parts }: Announced): Named => ({
    name: sscc,
    note: parts
      .map(([line, part]) => {
        const item = itemOf(dock.doc, line);
        return `${number(part.quantity)} ${term(item?.unit ?? '')} ${item?.name ?? line.sku}`;
      })
      .join(' · '),
  });
  const bare = (mark: Mark): Named => ({ name: ssccOf(mark) ?? mark.text, note: mark.format });
  const found = packs.filter((pack) => seen.has(pack.sscc) && left(pack).length > 0);
  const entriesOf = (pack: Announced): Entry[] => packEntries(dock, left(pack), `00${pack.sscc}`);
  const isPlain = (pack: Announced): boolean => entriesOf(pack).every((entry) => !against(dock, entry, today));
  const sure = new Set([...seen.values()].map((one) => identity(one as Mark)));
  return {
    here: found.filter(isPlain).map(named),
    entries: found.filter(isPlain).flatMap(entriesOf),
    alone: found.filter((pack) => !isPlain(pack)).map(named),
    before: packs.filter((pack) => seen.has(pack.sscc) && left(pack).length === 0).map(named),
    missing: packs.filter((pack) => !seen.has(pack.sscc) && left(pack).length > 0).map(named),
    unexpected: [...seen]
      .filter(([sscc]) => !packs.some((pack) => pack.sscc === sscc))
      .map(([, mark]) => bare(mark as Mark)),
    unread: marks.filter((one) => !one.sure && !sure.has(identity(one))).map(bare),
  };
}
