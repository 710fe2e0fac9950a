/** A delivery in hand, kept on the device: opened once with the network, received without it. */
import { client, got } from '../../api/client';
import { outbox, photos, store, uuid7 } from '../../outbox';
import { person } from '../../session/session';
import { booked, payload, undone, without } from './booking';
import { begin, type Dock, type Taken } from './dock';
import type { DeliveryDocument } from './types';

const SPARE = 5;
const SPARE_KEY = 'unit-numbers';

const row = (dock: Dock) => ({
  task: dock.doc.id || 'blind',
  kind: 'receive' as const,
  personId: person.value?.id ?? '',
  updatedAt: new Date().toISOString(),
  state: dock,
});

/** SSCCs for pallets that arrive without one; a few are kept for when there is no network. */
async function spares(): Promise<string[]> {
  const db = await store;
  const kept = ((await db.get('kv', SPARE_KEY)) as string[] | undefined) ?? [];
  if (kept.length >= SPARE) return kept;
  try {
    const told = await got(
      client.GET('/api/floor/receiving/unit-numbers', { params: { query: { count: SPARE * 2 - kept.length } } }),
    );
    const all = [...kept, ...told.codes];
    await db.put('kv', all, SPARE_KEY);
    return all;
  } catch {
    return kept;
  }
}

const blindDocument = async (): Promise<DeliveryDocument> => ({
  id: '',
  kind: 'blind',
  number: '',
  purchaseOrder: null,
  supplier: '',
  supplierName: '',
  state: 'open',
  dueOn: null,
  overPercent: '0',
  overRule: 'record',
  lines: [],
  items: [],
  docks: await got(client.GET('/api/floor/receiving/docks')),
});

/** The delivery as it now stands: the server's, unless something of ours is still on its way or there is no network. */
export async function openDelivery(id: string): Promise<Dock> {
  const kept = await (await store).get('work', id || 'blind');
  const mine = (await outbox.rows()).filter((one) => one.type.startsWith('receive.'));
  const held = await refused();
  const was = kept?.kind === 'receive' ? (kept.state as Dock) : null;
  const here = was && without(was, held);
  if (here && here !== was) await keep(here);
  if (here && mine.length > held.length) return here;
  try {
    const doc = id
      ? await got(
          client.GET('/api/floor/receiving/deliveries/{delivery_id}', { params: { path: { delivery_id: id } } }),
        )
      : await blindDocument();
    const fresh = begin(doc, await spares());
    return here ? { ...here, doc, spare: fresh.spare } : fresh;
  } catch (error) {
    if (here) return here;
    throw error;
  }
}

/** The receipts that were refused and that nobody has looked at yet. */
export const refused = async (): Promise<string[]> =>
  (await outbox.rows()).filter((one) => one.type.startsWith('receive.') && one.state === 'held').map((one) => one.id);

export const keep = (dock: Dock): Promise<void> => outbox.record([], row(dock));

/** Books what is on the screen: the commands and the delivery as it then stands, in one write. */
export async function book(dock: Dock): Promise<Dock> {
  const ids = dock.entries.map(() => uuid7());
  const next = booked(dock, ids);
  const commands = dock.entries.map((entry, place) => ({
    id: ids[place] ?? uuid7(),
    type: 'receive.goods',
    task: null,
    payload: payload(dock, entry),
  }));
  await outbox.record(commands, row(next));
  await (await store).put('kv', [...next.spare], SPARE_KEY);
  return next;
}

export async function takeBack(dock: Dock, one: Taken): Promise<Dock> {
  const next = undone(dock, one);
  await outbox.record([{ id: uuid7(), type: 'receive.undo', task: null, payload: { command: one.id } }], row(next));
  return next;
}

export async function close(dock: Dock): Promise<void> {
  await outbox.record([{ id: uuid7(), type: 'receive.close', task: null, payload: { delivery: dock.doc.id } }]);
  await (await store).delete('work', dock.doc.id);
}

/** Keeps a photo for the receipt that names it. One that cannot be kept must not keep the goods from being booked. */
export async function keepPhoto(photo: Blob): Promise<string> {
  const id = uuid7();
  await photos.keep(id, photo).catch(() => undefined);
  return id;
}
