import { GS, asGtin, parseGs1, type Gs1 } from './gs1';

export type Source = 'wedge' | 'ime' | 'camera' | 'typed';

/** One reading, as it came and as it was understood. */
export interface Scan {
  /** What was read, symbology id cut off, GS kept. */
  text: string;
  /** AIM symbology identifier such as "]C1", when the scanner sends one. */
  symbology: string | null;
  source: Source;
  /** Milliseconds on the page's clock (event time, not wall clock). */
  at: number;
  gs1: Gs1 | null;
  /** The number of a trade item, 14 digits, from a plain EAN/UPC or from a GS1 string. */
  gtin: string | null;
}

/** Longest reading taken in: the largest Data Matrix holds 2,335 characters, no label on a floor comes near. */
export const LONGEST = 1000;

export type Refusal = 'too_long' | 'doubled' | 'blank';

const GS1_SYMBOLOGIES = new Set([']C1', ']d2', ']Q3', ']e0', ']J1']);
/** Symbology ids of EAN/UPC; their text is a GTIN. */
const SYMBOLOGY = /^\][A-Za-z][0-9A-Za-z]/;

/** A whole code read twice without an end between ("40063813339314006381333931"): two scans that ran together. */
const isDoubled = (text: string): boolean =>
  text.length >= 16 && text.length % 2 === 0 && text.slice(0, text.length / 2) === text.slice(text.length / 2);

function elements(text: string, symbology: string | null): Gs1 | null {
  if (symbology && GS1_SYMBOLOGIES.has(symbology)) return parseGs1(text);
  if (symbology?.startsWith(']E')) return null;
  // Without an id, a bare GTIN would also read as something else; only a whole, self-checking string counts.
  if (!text.includes(GS) && !/^\(?(00|01|02)\)?\d/.test(text)) return null;
  return parseGs1(text);
}

/** Understands one raw reading, or says why it cannot be taken. */
export function understand(raw: string, source: Source, at: number): Scan | Refusal {
  if (raw.length > LONGEST) return 'too_long';
  const trimmed = raw.replace(/^[\r\n\t ]+|[\r\n\t ]+$/g, '');
  const symbology = SYMBOLOGY.exec(trimmed)?.[0] ?? null;
  const text = symbology ? trimmed.slice(3) : trimmed;
  if (!text) return 'blank';
  const gs1 = elements(text, symbology);
  if (!gs1 && isDoubled(text)) return 'doubled';
  return { text, symbology, source, at, gs1, gtin: gs1?.gtin ?? asGtin(text) };
}

/** The reading as the scanner sent it: the server parses GS1 by the symbology's identifier. */
export const rawOf = ({ symbology, text }: Scan): string => (symbology ?? '') + text;

/** The reading as a person may see it: GS shown, long ones cut in the middle. */
export function shown(text: string, most = 28): string {
  const clean = text.replaceAll(GS, '␝').replace(/[\u0000-\u001f\u007f]/g, '·');
  return clean.length <= most ? clean : `${clean.slice(0, most - 9)}…${clean.slice(-8)}`;
}
