/** Labels on a photo, as values: what each says, where it stands, and what it means. */
import { understand, type Scan } from '../../scan/scan';

export type Point = readonly [number, number];

/** One code found on a photo. A doubtful one is shown and never counted. */
export interface Mark {
  text: string;
  symbology: string;
  format: string;
  corners: readonly Point[];
  sure: boolean;
}

export interface Sheet {
  url: string;
  width: number;
  height: number;
  marks: readonly Mark[];
  by: 'server' | 'device';
}

/** What a code means, as a scan of it would; null for what no scan may be. */
export function meant(mark: Mark): Scan | null {
  const scan = understand(mark.symbology + mark.text, 'camera', 0);
  return typeof scan === 'string' ? null : scan;
}

/** What makes two codes say the same: a label may bear its number twice, as bars and as a matrix. */
export function identity(mark: Mark): string {
  const scan = meant(mark);
  if (!scan) return mark.text;
  const { gs1 } = scan;
  if (gs1?.sscc) return `sscc ${gs1.sscc}`;
  return [scan.gtin ?? scan.text, gs1?.lot ?? '', gs1?.serial ?? '', gs1?.count ?? ''].join(' ');
}

/**
 * How many labels say each thing: of one thing seen as bars and as matrix, the more frequent form counts, because both
 * stand on each label.
 */
export function labels(marks: readonly Mark[]): { mark: Mark; count: number }[] {
  const seen = new Map<string, Map<string, Mark[]>>();
  for (const mark of marks) {
    const forms = seen.get(identity(mark)) ?? new Map<string, Mark[]>();
    forms.set(mark.format, [...(forms.get(mark.format) ?? []), mark]);
    seen.set(identity(mark), forms);
  }
  return [...seen.values()].map((forms) => {
    const most = [...forms.values()].reduce((best, one) => (one.length > best.length ? one : best));
    return { mark: most[0] as Mark, count: most.length };
  });
}
