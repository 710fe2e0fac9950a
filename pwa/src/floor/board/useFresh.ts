import { useEffect, useMemo } from 'preact/hooks';
import { follow } from './follow';

/**
 * Reads when `what` changes and again whenever the board was read (`at`); keeps the old answer of the same thing meanwhile.
 * On a floor where the board changes faster than `read` answers, every answer still arrives: one read is under way at a time.
 */
export function useFresh<T>(
  read: () => Promise<T>,
  what: readonly unknown[],
  at: string,
): { data: T | null; error: unknown; again: () => void } {
  const name = JSON.stringify(what);
  const followed = useMemo(() => follow(read), [name]);
  useEffect(() => followed.stop, [followed]);
  useEffect(() => followed.touch(), [followed, at]);
  return { data: followed.value.value, error: followed.error.value, again: followed.touch };
}
