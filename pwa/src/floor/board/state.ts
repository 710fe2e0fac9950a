import { computed, signal } from '@preact/signals';
import { client, got, Refused } from '../../api/client';
import { uuid7 } from '../../outbox/uuid7';
import { problemWords } from '../../i18n/problem';
import { ready, ticket } from '../../api/ticket';
import { may } from '../../session/session';
import { follow } from './follow';
import { listen, type Change, type LiveLine } from '../../api/live';
import type { Board, ExceptionRow } from './types';

/** Which live changes can change the list of exceptions; the map and its figures depend on all of them. */
const RAISING = new Set(['pick', 'count', 'count_review', 'exception', 'floor', 'stock', 'ship', 'rounds']);

export { ready };

const readBoard = async (): Promise<Board> => ready().then(() => got(client.GET('/api/floor/trace/board')));
const readOpen = async (): Promise<ExceptionRow[]> =>
  may('supervisor') ? ready().then(() => got(client.GET('/api/floor/work/exceptions'))) : [];

/** What became of the last decision, for the person who made it. */
export type Verdict = { is: 'settled' } | { is: 'first' } | { is: 'failed'; why: string };

/** The followed board, the open exceptions, and what this person has settled that the server has not yet told of. */
export function openBoard() {
  const board = follow(readBoard);
  const open = follow(readOpen);
  const settling = signal<ReadonlySet<string>>(new Set());
  const verdict = signal<Verdict | null>(null);
  const keys = new Map<string, string>();
  const touch = (): void => {
    board.touch();
    open.touch();
  };
  const changed = ({ kind }: Change): void => {
    board.touch();
    if (RAISING.has(kind)) open.touch();
  };
  let line: LiveLine | null = null;
  const isLive = signal(false);

  /** Settles an exception at once on this screen; a refusal or a lost connection brings it back, and a second try has the same key. */
  const settle = async (
    exception: string,
    how: readonly unknown[],
    send: (key: string) => Promise<unknown>,
  ): Promise<void> => {
    const facts = JSON.stringify([exception, ...how]);
    const key = keys.get(facts) ?? uuid7();
    keys.set(facts, key);
    settling.value = new Set([...settling.value, exception]);
    try {
      await send(key);
      verdict.value = { is: 'settled' };
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 409) verdict.value = { is: 'first' };
      else {
        settling.value = new Set([...settling.value].filter((one) => one !== exception));
        verdict.value = { is: 'failed', why: error instanceof Refused ? problemWords(error.problem).title : '' };
      }
    }
    touch();
  };

  const resolve = (exception: string, resolution: string, note: string): Promise<void> =>
    settle(exception, [resolution, note], (key) =>
      got(
        client.POST('/api/floor/work/exceptions/resolve', {
          headers: { 'Idempotency-Key': key },
          body: { exception, resolution, note },
        }),
      ),
    );

  /** A count that differs is booked as it is, or counted once more. */
  const decide = (exception: string, task: string, accept: boolean): Promise<void> =>
    settle(exception, [task, accept], (key) =>
      got(client.POST('/api/floor/counting/decide', { headers: { 'Idempotency-Key': key }, body: { task, accept } })),
    );

  return {
    board: board.value,
    error: board.error,
    exceptions: computed(() => open.value.value?.filter((one) => !settling.value.has(one.id)) ?? null),
    isLive,
    verdict,
    resolve,
    decide,
    touch,
    start() {
      touch();
      line = listen({ ticket }, changed, touch);
      const off = line.isUp.subscribe((up) => (isLive.value = up));
      return () => {
        off();
        line?.stop();
        board.stop();
        open.stop();
      };
    },
  };
}

export type BoardState = ReturnType<typeof openBoard>;
