import { computed, signal } from '@preact/signals';
import { store } from '../../outbox';
import type { WorkRow } from '../../outbox/db';
import { person } from '../../session/session';
import { progress } from './lines';
import type { PickState } from './state';
import { placeOf } from './words';

/** What home shows of a round in hand on this device, and in whose. */
export interface Glance {
  round: string;
  personId: string;
  number: number;
  done: number;
  of: number;
  totes: number;
  /** The bin that is next. */
  place: string | null;
  updatedAt: string;
}

/** A small copy beside the store: a start shows it at once, then reads the store, which has the last word. */
const COPY = 'gemba.here.1';

function copied(): readonly Glance[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(COPY) ?? '[]');
    return Array.isArray(found) ? (found as Glance[]) : [];
  } catch {
    return [];
  }
}

const glances = signal<readonly Glance[]>(copied());

function show(now: readonly Glance[]): void {
  glances.value = now;
  try {
    if (now.length > 0) localStorage.setItem(COPY, JSON.stringify(now));
    else localStorage.removeItem(COPY);
  } catch {
    localStorage.removeItem(COPY); // full: no copy is better than an old one
  }
}
// Nothing of a person's stays in sight of the next.
person.subscribe((is) => !is && show([]));

function glance({ personId, updatedAt, state }: WorkRow): Glance {
  const { round, line: at } = state as PickState;
  const line = round.lines.find((one) => one.id === at);
  return {
    ...progress(round),
    round: round.id,
    personId,
    number: round.number,
    totes: round.totes.length,
    place: line ? placeOf(round, line.place).code : null,
    updatedAt,
  };
}

const isDone = ({ state }: WorkRow): boolean => (state as PickState).step === 'done';

/** Notes what was just stored of a round, so that the next start shows it as it is. */
export function note(row: WorkRow): void {
  const others = glances.peek().filter(({ round }) => round !== row.task);
  show(isDone(row) ? others : [glance(row), ...others]);
}

/** A round that left this device. */
export const noteGone = (task: string): void => show(glances.peek().filter(({ round }) => round !== task));

/** Reads the rounds in hand of whoever works here from the store, the one touched last first; those that are done leave it. */
export async function lookHere(): Promise<PickState[]> {
  const db = await store;
  const whose = person.peek()?.id;
  const rows = (await db.getAll('work')).filter((row) => row.kind === 'pick' && row.personId === whose);
  const open = rows.filter((row) => !isDone(row)).sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
  show(open.map(glance));
  await Promise.all(rows.filter(isDone).map(({ task }) => db.delete('work', task)));
  return open.map(({ state }) => state as PickState);
}

/** Rounds in hand of whoever works here now: nothing of one person's is shown to the next. */
export const roundsHere = computed(() => glances.value.filter(({ personId }) => personId === person.value?.id));
