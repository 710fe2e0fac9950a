/** The one outbox of this page, wired to the server, the session and the browser. */
import { APP_VERSION, carry, reachable } from '../api/client';
import { device, person } from '../session/session';
import { openStore } from './db';
import { Outbox, type World } from './outbox';
import { Photos } from './photos';
import type { Problem, Reply, Result, Row } from './rows';

export { uuid7 } from './uuid7';
export const store = openStore();

function wire(row: Row): Record<string, unknown> {
  const { id, type, task, schema, clientTs, payload } = row;
  return { id, type, task, schema, clientTs, sentTs: new Date().toISOString(), payload };
}

async function send(rows: readonly Row[]): Promise<Reply> {
  const body = JSON.stringify({ commands: rows.map(wire) });
  const response = await carry(
    new Request('/api/floor/commands', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }),
  );
  const told: unknown = await response.json().catch(() => null);
  const seconds = Number(response.headers.get('Retry-After'));
  const isBatch = response.ok && typeof told === 'object' && told !== null && 'results' in told;
  // A 200 that is not ours (a hotel's sign-in page, a proxy's error) must not be taken for an answer.
  if (response.ok && !isBatch) throw new TypeError('not an answer of the floor');
  return {
    status: response.status,
    results: isBatch ? (told.results as Result[]) : [],
    problem: response.ok ? null : (told as Problem | null),
    retryAfterMs: seconds > 0 ? seconds * 1000 : null,
  };
}

let running = Promise.resolve();

async function exclusively(work: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) {
    await navigator.locks.request('gemba-outbox', { ifAvailable: true }, async (lock) => (lock ? work() : undefined));
    return;
  }
  running = running.then(work, work);
  await running;
}

const world: World = {
  send,
  renew: () => Promise.resolve(false), // `carry` has tried already
  identity: () =>
    person.value
      ? { personId: person.value.id, personName: person.value.name, deviceId: device.value?.id ?? null }
      : null,
  now: () => new Date(),
  random: Math.random,
  appVersion: APP_VERSION,
  exclusively,
};

export const outbox = new Outbox(store, world);
export const photos = new Photos(store);

interface Syncing {
  sync?: { register(tag: string): Promise<void> };
}

/** Where the browser has background sync, it wakes us when the network is back, even with the page behind others. */
async function askForSync(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as
    (ServiceWorkerRegistration & Syncing) | undefined;
  await registration?.sync?.register('outbox');
}

/** Flushes whenever there is reason to hope: start, network back, page to the front, a background sync. */
export function keepSending(): void {
  const wake = (): void => void outbox.wake().catch(() => undefined);
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());
  navigator.serviceWorker?.addEventListener(
    'message',
    (event: MessageEvent<unknown>) => event.data === 'flush' && wake(),
  );
  reachable.subscribe((isThere) => isThere && outbox.status.peek().stopped === 'network' && wake());
  person.subscribe(wake);
  // Photos follow the commands that name them.
  outbox.answered.subscribe(() => void photos.send().catch(() => undefined));
  outbox.status.subscribe(({ stopped }) => stopped === 'network' && void askForSync().catch(() => undefined));
  void outbox.count();
}
