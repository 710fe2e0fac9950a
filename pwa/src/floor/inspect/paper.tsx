import type { Language } from '../../kit/settings';
import type { NcrDocument } from './types';
import { SHEET, type SheetKey } from './words/sheet';

/** The words of a paper in its own language, and how it writes amounts, moments and days. */
export function spoken(report: NcrDocument, lang: Language) {
  const s = (key: SheetKey): string => SHEET[lang][key];
  const where = lang === 'en' ? 'en-GB' : lang;
  return {
    s,
    unit: report.unit === 'pc' ? s('pieces') : report.unit,
    n: (value: string | number): string =>
      new Intl.NumberFormat(where, { maximumFractionDigits: 6 }).format(Number(value)),
    at: (iso: string): string =>
      new Intl.DateTimeFormat(where, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso)),
    day: (iso: string): string =>
      new Intl.DateTimeFormat(where, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(iso)),
  };
}

export function Fact({ name, says }: { name: string; says: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{says}</dd>
    </div>
  );
}
