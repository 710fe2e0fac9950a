import createClient from 'openapi-fetch';
import { useEffect, useState } from 'preact/hooks';
import { carry, Refused } from '../../api/client';
import type { components, paths } from '../../api/core';
import { problemSentence } from '../../i18n/problem';

/** The core's API, on the floor's own origin and with the same token. */
export const core = createClient<paths>({ baseUrl: location.origin, fetch: carry });
export type Schemas = components['schemas'];

/** What a page reads; read again every so often while it is in sight, for the floor changes it by itself. */
const EVERY_MS = 8000;

export interface Read<T> {
  data: T | null;
  error: string;
  again(): void;
}

export function useRead<T>(read: () => Promise<T>, what: readonly unknown[]): Read<T> {
  const name = JSON.stringify(what);
  const [told, setTold] = useState<{ name: string; data: T | null; error: string }>({ name, data: null, error: '' });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let gone = false;
    read().then(
      (data) => !gone && setTold({ name, data, error: '' }),
      (error: unknown) =>
        !gone && setTold((before) => ({ name, data: before.name === name ? before.data : null, error: why(error) })),
    );
    return () => {
      gone = true;
    };
  }, [name, turn]);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && setTurn((n) => n + 1), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const isCurrent = told.name === name;
  return {
    data: isCurrent ? told.data : null,
    error: isCurrent ? told.error : '',
    again: () => setTurn((n) => n + 1),
  };
}

/** Why something failed, in the reader's language, or in the server's own words to who reads them; "?" is the network. */
export function why(error: unknown): string {
  if (!(error instanceof Refused)) return '?';
  return problemSentence(error.problem);
}
