import { useEffect, useState } from 'preact/hooks';

/** Reads when `what` changes and again whenever the board was read (`at`); keeps the old answer of the same thing meanwhile. */
export function useFresh<T>(read: () => Promise<T>, what: readonly unknown[], at: string): { data: T | null; error: unknown; again: () => void } {
  const name = JSON.stringify(what);
  const [told, setTold] = useState<{ name: string; data: T | null; error: unknown }>({ name, data: null, error: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    read().then(
      (data) => !gone && setTold({ name, data, error: null }),
      (error: unknown) => !gone && setTold((before) => ({ name, data: before.name === name ? before.data : null, error })),
    );
    return () => { gone = true; };
  }, [name, at, turn]);
  return { data: told.name === name ? told.data : null, error: told.error, again: () => setTurn((n) => n + 1) };
}
