/** Which labels count as a scan at this site, kept on the device so that it knows them off line. */
import { client, got, hasToken } from '../api/client';

/** Symbologies by our names, and the lengths at which interleaved 2 of 5 is believed. */
export interface SiteLabels {
  formats: readonly string[];
  itfLengths: readonly number[];
}

const KEY = 'gemba.site.labels';

/** The site's labels as last heard; null before that. */
export function siteLabels(): SiteLabels | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<SiteLabels> | null;
    return Array.isArray(kept?.formats) && Array.isArray(kept.itfLengths) ? (kept as SiteLabels) : null;
  } catch {
    return null;
  }
}

export const siteFormats = (): readonly string[] | undefined => siteLabels()?.formats;

export const keepLabels = ({ formats, itfLengths }: SiteLabels): void =>
  localStorage.setItem(KEY, JSON.stringify({ formats, itfLengths }));

/** Asks the server anew, when there is one; what was kept stays otherwise. */
export async function hearLabels(): Promise<void> {
  if (!hasToken()) return;
  await got(client.GET('/api/floor/scanning/labels')).then(keepLabels, () => undefined);
}

/** What the second character of an AIM symbology identifier names (ISO/IEC 15424). */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  A: ['Code39'],
  C: ['Code128'],
  d: ['DataMatrix'],
  e: ['DataBar', 'DataBarExp', 'DataBarLtd'],
  F: ['Codabar'],
  G: ['Code93'],
  I: ['ITF'],
  L: ['PDF417', 'MicroPDF417'],
  Q: ['QR', 'MicroQR', 'RMQR'],
  U: ['MaxiCode'],
  z: ['Aztec'],
};

/** UPC-E and EAN-8 are told by their length: wrong readings of longer codes look like them. */
const retail = (text: string, id: string): readonly string[] =>
  id === ']E4' ? ['EAN8'] : text.length === 8 ? ['UPCE'] : ['EAN13', 'UPCA'];

/** Whether a reading counts here, as far as its identifier tells: a scanner that sends none is believed. */
export function counts(id: string | null, text: string, site = siteLabels()): boolean {
  const family = id?.startsWith(']E') ? retail(text, id) : FAMILIES[id?.[1] ?? ''];
  if (!site || !family) return true;
  return family.some((one) => site.formats.includes(one)) && (id?.[1] !== 'I' || site.itfLengths.includes(text.length));
}
