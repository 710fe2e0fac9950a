import { computed, signal, type Signal } from '@preact/signals';
import { client, got } from '../../api/client';
import { key } from '../../api/key';
import type { RoundDocument, ShortBooked } from '../../api/types';
import { compare } from '../../kit/decimal';
import { tell } from '../../kit/feedback';
import { outbox, store, uuid7 } from '../../outbox';
import type { AnswerRow, WorkRow } from '../../outbox/db';
import { person } from '../../session/session';
import { known } from '../known/store';
import { note, noteGone } from './here';
import { open, step } from './machine';
import { isStranger, recognise } from './recognise';
import type { Event, PickState } from './state';

/** Answers after which the server's picture of the round holds something the device cannot know. */
const CHANGES_ROUND = new Set([
  'pick.short',
  'pick.damaged',
  'pick.change_lot',
  'pick.undo',
  'pick.tote_full',
  'pick.skip',
  'pick.aisle_blocked',
]);

/** One round in hand: its state, stored with every command in one transaction, and the server's answers taken in. */
export class RoundStore {
  readonly state: Signal<PickState>;
  /** What the server proposed instead of what was short, newest first. */
  readonly proposals = signal<ShortBooked['proposals']>([]);
  /** Lines of which some lies nowhere else: what the customer gets later. */
  readonly backordered = signal<readonly ShortBooked[]>([]);
  private line: Promise<unknown> = Promise.resolve();
  private revision = 0;
  /** The server's picture may be newer than ours, and could not be taken in. */
  private missed = false;

  constructor(state: PickState) {
    this.state = signal(state);
  }

  get task(): string {
    return this.state.peek().round.id;
  }

  /** Applies one event: decide, store, then show. Nothing is told as right before it is safe on this device. */
  dispatch(event: Event): Promise<void> {
    const next = this.line.then(() => this.apply(event));
    this.line = next.catch(() => undefined);
    return next;
  }

  private async apply(event: Event): Promise<void> {
    const before = this.state.peek();
    const turn = step(before, event, { now: new Date().toISOString(), newId: uuid7, known });
    if (turn.commands.length > 0) this.revision++;
    if (turn.state !== before || turn.commands.length > 0) {
      try {
        const row = work(turn.state);
        await outbox.record(turn.commands, row);
        note(row);
      } catch {
        tell({ kind: 'wrong', head: { key: 'not_saved' }, lines: [{ key: 'not_saved_more' }] });
        return;
      }
      this.state.value = turn.state;
    }
    if (turn.feedback) tell(turn.feedback);
    if (turn.feedback?.kind === 'wrong' && 'scan' in event && isStranger(before.round, event.scan, known(event.scan)))
      void recognise(event.scan, turn.feedback).catch(() => undefined); // off line the number itself is told
  }

  /** Takes in what the server answered, and its newest picture of the round once nothing of ours is on its way. */
  async takeAnswers(): Promise<void> {
    const answers = await outbox.answersFor(this.task);
    if (this.missed && !(await outbox.isPending(this.task))) await this.refresh();
    if (answers.length === 0) return;
    const shorts = answers.flatMap(shortOf);
    const proposed = shorts.flatMap((short) => short.proposals);
    const nowhere = shorts.filter((short) => compare(short.backorder, '0') > 0);
    if (proposed.length > 0) this.proposals.value = proposed;
    if (nowhere.length > 0) this.backordered.value = nowhere;
    if (answers.some((answer) => CHANGES_ROUND.has(answer.type)) && !(await this.refresh())) return;
    await outbox.took(answers.map((answer) => answer.id));
  }

  /**
   * False when the server's picture could not be had, or would be older than what was done here since; then it is asked for again once
   * that is sent. Who has the round is taken in at once: nothing done here changes it.
   */
  async refresh(): Promise<boolean> {
    const at = this.revision;
    this.missed = true;
    const round = await got(
      client.GET('/api/floor/picking/rounds/{round_id}', { params: { path: { round_id: this.task } } }),
    ).catch(() => null);
    if (round === null) return false;
    if (at !== this.revision || (await outbox.isPending(this.task))) {
      const { person: holder, personName } = round;
      if (holder !== this.state.peek().round.person) await this.dispatch({ is: 'holder', person: holder, personName });
      return false;
    }
    this.missed = false;
    await this.dispatch({ is: 'fresh', round });
    return true;
  }
}

/** What the server found out about a short or damaged line; nothing for other answers. */
const shortOf = ({ type, result }: AnswerRow): ShortBooked[] =>
  (type === 'pick.short' || type === 'pick.damaged') && result.answer ? [result.answer as unknown as ShortBooked] : [];

function work(state: PickState): WorkRow {
  return {
    task: state.round.id,
    kind: 'pick',
    personId: person.peek()?.id ?? '',
    updatedAt: new Date().toISOString(),
    state,
  };
}

const opened = new Map<string, RoundStore>();

/** Puts a round that was just claimed on this device, whole, before it is shown. */
export async function keepRound(round: RoundDocument): Promise<RoundStore> {
  const kept = new RoundStore(open(round));
  const row = work(kept.state.peek());
  await outbox.record([], row);
  note(row);
  opened.set(round.id, kept);
  return kept;
}

/** A round that is on this device, or null. */
export async function openRound(task: string): Promise<RoundStore | null> {
  const known = opened.get(task);
  if (known) return known;
  const row = await (await store).get('work', task);
  if (row?.kind !== 'pick') return null;
  const kept = new RoundStore(row.state as PickState);
  opened.set(task, kept);
  return kept;
}

/** Takes a finished or given-back round off this device. */
export async function forgetRound(task: string): Promise<void> {
  opened.delete(task);
  await (await store).delete('work', task);
  noteGone(task);
}

export const claim = (round: string | null): Promise<RoundDocument> =>
  got(client.POST('/api/floor/picking/claim', { headers: key(), body: { round } }));

export const takeOver = (round: string): Promise<RoundDocument> =>
  got(client.POST('/api/floor/picking/take-over', { headers: key(), body: { round } }));

export const giveBack = (round: string): Promise<unknown> =>
  got(client.POST('/api/floor/picking/release', { headers: key(), body: { round } }));

export const heldCount = computed(() => outbox.status.value.held);
