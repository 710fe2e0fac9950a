import { signal, type ReadonlySignal } from '@preact/signals';

/** Least time between the starts of two reads: a busy floor tells of many changes a second, one read shows them all. */
export const PACE_MS = 400;

export interface Followed<T> {
  readonly value: ReadonlySignal<T | null>;
  readonly error: ReadonlySignal<unknown>;
  /** Something changed there: read again, now or as soon as the pace allows. */
  touch(): void;
  stop(): void;
}

/**
 * Follows something on the server by reading it afresh after each change told of. A change that is told while a read is under way
 * may have come too late for it, so it makes another read: when changes end, the value is what a fresh read gives.
 */
export function follow<T>(read: () => Promise<T>, pace = PACE_MS): Followed<T> {
  const value = signal<T | null>(null);
  const error = signal<unknown>(null);
  let isReading = false;
  let isStale = false;
  let isStopped = false;
  let startedAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const start = async (): Promise<void> => {
    timer = undefined;
    isReading = true;
    isStale = false;
    startedAt = Date.now();
    try {
      const told = await read();
      if (!isStopped) {
        value.value = told;
        error.value = null;
      }
    } catch (why) {
      error.value = why; // the old picture stays; the next change, beat or poll asks again
    }
    isReading = false;
    if (isStale) next();
  };
  const next = (): void => {
    if (isStopped) return;
    isStale = true;
    if (isReading || timer !== undefined) return;
    timer = setTimeout(() => void start(), Math.max(0, startedAt + pace - Date.now()));
  };
  return {
    value,
    error,
    touch: next,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
