import { carry } from '../../api/client';
import { store } from '../../outbox';
import { device, signedIn } from '../../session/session';
import { Codes, type CodeBook, type Known } from './codes';
import type { Scan } from '../../scan/scan';

/** Codes change with the masters, a few times a day at most. */
const EVERY_MS = 30 * 60_000;
const KEY = 'codes';

interface Kept {
  site: string;
  etag: string;
  book: CodeBook;
}

let kept: Kept | null = null;
let codes: Codes | null = null;

function take(fresh: Kept): void {
  kept = fresh;
  codes = new Codes(fresh.book);
}

/** The book of the site this device belongs to, as it lay in the store. */
async function load(): Promise<void> {
  const found = (await (await store).get('kv', KEY)) as Kept | undefined;
  if (found && found.site === device.peek()?.site) take(found);
}

/** Asks for a newer book; without the network, or without room for it, the one from before stays in use. */
async function refresh(): Promise<void> {
  const site = device.peek()?.site;
  if (!site) return;
  const headers: HeadersInit = kept?.site === site ? { 'If-None-Match': kept.etag } : {};
  const answer = await carry(new Request('/api/floor/catalog/codes', { headers }));
  if (!answer.ok) return;
  take({ site, etag: answer.headers.get('ETag') ?? '', book: (await answer.json()) as CodeBook });
  await (await store).put('kv', kept, KEY);
}

/** Keeps the site's codes on the device, and newer ones as long as someone works on it. */
export async function keepKnown(): Promise<void> {
  await load().catch(() => undefined);
  const look = (): void => void (signedIn.peek() && refresh().catch(() => undefined));
  signedIn.subscribe(look);
  setInterval(look, EVERY_MS);
}

/** What a scan is on this site, from what the device keeps; null for lots, serials and what is new, undefined while it keeps nothing yet. */
export const known = (scan: Scan): Known | null | undefined => codes?.find(scan);
