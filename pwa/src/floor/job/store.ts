import { signal, type Signal } from '@preact/signals';
import { client, got } from '../../api/client';
import type { components } from '../../api/schema';
import { tell } from '../../kit/feedback';
import { outbox, store as db, uuid7 } from '../../outbox';
import type { WorkRow } from '../../outbox/db';
import { person } from '../../session/session';
import { fresh, open, type JobDocument, type JobState, type Step, type World } from './state';

export type Dispatch = components['schemas']['Dispatch'];
export type Centre = components['schemas']['CentreTold'];

const CENTRE = 'job.centre';
const me = (): string => person.peek()?.id ?? '';
const now = (): string => new Date().toISOString();

/** One job in hand: its state, stored with every command in one transaction. */
export class JobStore {
  readonly state: Signal<JobState>;
  private line: Promise<unknown> = Promise.resolve();
  private revision = 0;

  constructor(state: JobState) {
    this.state = signal(state);
  }

  get task(): string {
    return this.state.peek().doc.operation;
  }

  /** Decides, stores, then shows: nothing is told as right before it is safe on this device. False when it could not be stored. */
  dispatch(step: (state: JobState, world: World) => Step | null): Promise<boolean> {
    const next = this.line.then(() => this.apply(step));
    this.line = next.catch(() => undefined);
    return next;
  }

  private async apply(step: (state: JobState, world: World) => Step | null): Promise<boolean> {
    const made = step(this.state.peek(), { now: now(), id: uuid7() });
    if (!made) return false;
    if (made.commands.length > 0) this.revision++;
    try {
      await outbox.record(made.commands, work(made.state));
    } catch {
      tell({ kind: 'wrong', head: { key: 'not_saved' }, lines: [{ key: 'not_saved_more' }] });
      return false;
    }
    this.state.value = made.state;
    return true;
  }

  /** Takes in the server's picture once nothing of ours is on its way to it. */
  async refresh(): Promise<boolean> {
    if (await outbox.isPending(this.task)) return false;
    const at = this.revision;
    const doc = await ask(this.task).catch(() => null);
    if (doc === null || at !== this.revision || (await outbox.isPending(this.task))) return false;
    await this.dispatch((state) => ({ state: fresh(state, doc, me(), now()), commands: [] }));
    return true;
  }

  /** The newest answers to what was done here, then the server's picture. */
  async takeAnswers(): Promise<Record<string, unknown> | null> {
    const answers = await outbox.answersFor(this.task);
    if (answers.length === 0) return null;
    await outbox.took(answers.map((answer) => answer.id));
    await this.refresh();
    return answers.at(-1)?.result.answer ?? null;
  }
}

const ask = (operation: string): Promise<JobDocument> =>
  got(client.GET('/api/floor/mes/jobs/{operation_id}', { params: { path: { operation_id: operation } } }));

function work(state: JobState): WorkRow {
  return { task: state.doc.operation, kind: 'job', personId: me(), updatedAt: now(), state };
}

const opened = new Map<string, JobStore>();

/** A job from this device, or from the server; null when it is nowhere to be had. */
export async function openJob(operation: string): Promise<JobStore | null> {
  const known = opened.get(operation);
  if (known) return known;
  const row = await (await db).get('work', operation);
  const kept =
    row?.kind === 'job' && row.personId === me()
      ? new JobStore(row.state as JobState)
      : await ask(operation).then(
          (doc) => new JobStore(open(doc, me(), now())),
          () => null,
        );
  if (!kept) return null;
  opened.set(operation, kept);
  await outbox.record([], work(kept.state.peek()));
  void kept.refresh();
  return kept;
}

export async function forgetJob(operation: string): Promise<void> {
  opened.delete(operation);
  await (await db).delete('work', operation);
}

/** Jobs of this person on this device, by operation. */
export async function jobsHere(): Promise<JobState[]> {
  const rows = await (await db).getAll('work');
  return rows.filter((row) => row.kind === 'job' && row.personId === me()).map((row) => row.state as JobState);
}

/** The work centre this device stands at, with its list as it was last told. */
export async function keepCentre(told: Dispatch | null): Promise<void> {
  if (told) await (await db).put('kv', told, CENTRE);
  else await (await db).delete('kv', CENTRE);
}
export const centreHere = async (): Promise<Dispatch | null> =>
  ((await (await db).get('kv', CENTRE)) as Dispatch | undefined) ?? null;
export const askCentre = (centre: string): Promise<Dispatch> =>
  got(client.GET('/api/floor/mes/work-centres/{centre_id}', { params: { path: { centre_id: centre } } }));

/** A command of the work centre itself: calls and stops; it waits in no other's line. */
export async function send(type: string, payload: Record<string, unknown>): Promise<string> {
  const id = uuid7();
  await outbox.record([{ id, type, task: null, payload }]);
  return id;
}
