/** Lots on this device: kept whole, so that they can be read and decided without the network. */
import { client, got, Refused } from '../../api/client';
import type { components } from '../../api/schema';
import { outbox, store } from '../../outbox';
import type { Given } from '../../outbox/rows';
import { person } from '../../session/session';
import { opened, type LotState } from './state';
import type { LotDocument } from './types';

const PREFETCHED = 12;

export async function kept(lot: string): Promise<LotState | null> {
  const row = await (await store).get('work', lot);
  return row?.kind === 'inspect' ? (row.state as LotState) : null;
}

export async function keptLots(): Promise<LotState[]> {
  const rows = await (await store).getAll('work');
  return rows.filter((row) => row.kind === 'inspect').map((row) => row.state as LotState);
}

/** Writes the lot as it stands, with the commands that made it so, all or nothing. */
export const keep = (state: LotState, commands: readonly Given[] = []): Promise<void> =>
  outbox.record(commands, {
    task: state.doc.facts.id,
    kind: 'inspect',
    personId: person.value?.id ?? '',
    updatedAt: new Date().toISOString(),
    state,
  });

export async function forget(lot: string): Promise<void> {
  const db = await store;
  await db.delete('work', lot);
  await db.delete('kv', IDBKeyRange.bound(chartKey(lot, ''), chartKey(lot, '\uffff')));
}

/** A feature's control chart as the server told it, and when. */
export interface KeptChart {
  told: components['schemas']['Chart'];
  at: string;
}
const chartKey = (lot: string, feature: number | string): string => `inspect.chart/${lot}/${feature}`;

/** The chart from the server, kept as long as its lot is; without the network as it was last told. */
export async function chartOf(lot: string, feature: number): Promise<KeptChart & { isKept: boolean }> {
  const path = { lot_id: lot, characteristic: feature };
  const db = await store;
  try {
    const told = await got(
      client.GET('/api/floor/quality/lots/{lot_id}/charts/{characteristic}', { params: { path } }),
    );
    const fresh = { told, at: new Date().toISOString() };
    if (await kept(lot)) await db.put('kv', fresh, chartKey(lot, feature));
    return { ...fresh, isKept: false };
  } catch (error) {
    const last = (await db.get('kv', chartKey(lot, feature))) as KeptChart | undefined;
    if (!last) throw error;
    return { ...last, isKept: true };
  }
}

/** Fetches the charts of whatever is measured in a lot. */
async function prefetchCharts({ doc }: LotState): Promise<void> {
  for (const one of doc.characteristics)
    if (one.kind === 'variable') await chartOf(doc.facts.id, one.number).catch(() => undefined);
}

async function ask(lot: string): Promise<LotDocument> {
  return (await got(
    client.GET('/api/floor/quality/lots/{lot_id}', { params: { path: { lot_id: lot } } }),
  )) as LotDocument;
}

/** The lot as server and device know it together; from the device alone when there is no network. */
export async function load(lot: string): Promise<LotState | null> {
  const before = await kept(lot);
  try {
    const doc = await ask(lot);
    const state = opened(doc, before);
    // Nothing of a decided lot needs to stay once all that was done here has arrived.
    if (doc.decision && !(await outbox.isPending(lot))) await forget(lot);
    else await keep(state);
    return state;
  } catch (error) {
    if (error instanceof Refused && error.problem.status === 404) await forget(lot);
    return before;
  }
}

/** Fetches what is next in the queue, so that the tablet can be carried to where there is no network. */
export async function prefetch(lots: readonly string[]): Promise<void> {
  for (const lot of lots.slice(0, PREFETCHED)) {
    if (await kept(lot)) continue;
    const state = await load(lot);
    if (state) await prefetchCharts(state);
  }
}
