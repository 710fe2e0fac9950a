/** A putaway in hand, kept on the device: proposed with the network, confirmed without it if need be. */
import { client, got, Refused } from '../../api/client';
import { key } from '../../api/key';
import type { components } from '../../api/schema';
import type { Problem } from '../../outbox/rows';
import { outbox, store, uuid7 } from '../../outbox';
import { person } from '../../session/session';
import { begin, payload, type Bin, type Load, type Trip } from './going';

const TASK = 'putaway';

export interface Last {
  id: string;
  code: string;
  from: string;
  place: string;
}

export const keep = (trip: Trip): Promise<void> =>
  outbox.record([], {
    task: TASK,
    kind: 'putaway',
    personId: person.value?.id ?? '',
    updatedAt: new Date().toISOString(),
    state: trip,
  });

/** What this person had in hand when the page was last open, if its room is still kept. */
export async function inHand(): Promise<Trip | null> {
  const row = await (await store).get('work', TASK);
  if (row?.kind !== 'putaway' || row.personId !== person.value?.id) return null;
  const trip = row.state as Trip;
  return Date.parse(trip.proposed.expiresAt) > Date.now() ? trip : null;
}

export async function propose(load: Load): Promise<Trip> {
  const proposed = await got(client.POST('/api/floor/putaway/propose', { headers: key(), body: load }));
  const trip = begin(proposed, load);
  await keep(trip);
  return trip;
}

const drop = async (): Promise<void> => (await store).delete('work', TASK);

/** The kept bin: room is there, so it is a fact that is queued and shown as done. */
export async function putHere(trip: Trip, bin: Bin): Promise<Last> {
  const id = uuid7();
  await outbox.record([{ id, type: 'putaway.confirm', task: null, payload: payload(trip, bin, '') }]);
  await drop();
  return lastOf(trip, bin, id);
}

/** Another bin: the server's hard rules are asked; without the network it is queued like any fact. Returns a refusal. */
export async function putElsewhere(trip: Trip, bin: Bin, reason: string): Promise<Last | Problem> {
  const id = uuid7();
  const body = payload(trip, bin, reason);
  try {
    await got(
      client.POST('/api/floor/putaway/confirm', {
        headers: { 'Idempotency-Key': id },
        body: body as components['schemas']['ConfirmPutaway'],
      }),
    );
  } catch (error) {
    if (error instanceof Refused && error.problem.status < 500) return error.problem;
    await outbox.record([{ id, type: 'putaway.confirm', task: null, payload: body }]);
  }
  await drop();
  return lastOf(trip, bin, id);
}

const lastOf = (trip: Trip, bin: Bin, id: string): Last => ({
  id,
  code: trip.proposed.load.code,
  from: trip.proposed.load.placeCode,
  place: bin.code,
});

export async function giveUp(trip: Trip): Promise<void> {
  await outbox.record([{ id: uuid7(), type: 'putaway.cancel', task: null, payload: { hold: trip.proposed.hold } }]);
  await drop();
}

export const takeBack = (id: string): Promise<void> =>
  outbox.record([{ id: uuid7(), type: 'putaway.undo', task: null, payload: { command: id } }]);
