import { useEffect, useState } from 'preact/hooks';
import { outbox } from '../outbox';

export interface Answer<T> {
  data: T | null;
  error: unknown;
  again: () => void;
}

/** Asks on mount, when the page comes to the front, after commands were answered, and every so often. Keeps old data while asking. */
export function useAnswer<T>(ask: () => Promise<T>, deps: readonly unknown[] = [], everyMs = 30_000): Answer<T> {
  const [told, setTold] = useState<{ data: T | null; error: unknown }>({ data: null, error: null });
  const [turn, setTurn] = useState(0);
  const answered = outbox.answered.value;
  useEffect(() => {
    let gone = false;
    ask().then(
      (data) => !gone && setTold({ data, error: null }),
      (error: unknown) => !gone && setTold((before) => ({ data: before.data, error })),
    );
    return () => {
      gone = true;
    };
  }, [turn, answered, ...deps]);
  useEffect(() => {
    const again = (): void => {
      if (document.visibilityState === 'visible') setTurn((n) => n + 1);
    };
    const timer = setInterval(again, everyMs);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, []);
  return { ...told, again: () => setTurn((n) => n + 1) };
}
