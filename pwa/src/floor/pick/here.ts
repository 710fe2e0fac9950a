import { signal } from '@preact/signals';
import { store } from '../../outbox';
import { person } from '../../session/session';
import type { PickState } from './state';

/** A round in hand on this device, and in whose. */
export interface Here {
  personId: string;
  state: PickState;
  updatedAt: string;
}

/** What was read last, the one touched last first. Read before the first picture, so that it shows them. */
const read = signal<readonly Here[]>([]);

/** Reads the rounds anew from the store; those that are done leave it. */
export async function lookHere(): Promise<void> {
  const db = await store;
  const whose = person.peek()?.id;
  const kept = (await db.getAll('work')).filter((row) => row.kind === 'pick' && row.personId === whose);
  const rounds = kept.map((row) => ({ ...row, state: row.state as PickState }));
  read.value = rounds
    .filter(({ state }) => state.step !== 'done')
    .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  const done = rounds.filter(({ state }) => state.step === 'done');
  await Promise.all(done.map(({ state }) => db.delete('work', state.round.id)));
}

/** Rounds in hand of whoever works here now: nothing of one person's is shown to the next. */
export const roundsHere = (): readonly Here[] => read.value.filter(({ personId }) => personId === person.value?.id);
