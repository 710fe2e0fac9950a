/** Calls to the portal. The link's token goes in a header, never in an address that a log would keep. */
import type { Problem } from './shapes';

/** What stands behind the # of the link: the token, then the screen. */
export interface Place {
  token: string;
  order: string | null;
  screen: string | null;
}

export function place(hash: string): Place {
  const [token = '', order = null, screen = null] = hash.replace(/^#/, '').split('/');
  return { token, order: order || null, screen };
}

/** The server spoke and said no. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}
/** Nobody answered; nothing is known of what became of the call. */
export class Unreached extends Error {}

async function ask(path: string, init: RequestInit & { key?: string } = {}): Promise<Response> {
  const headers = new Headers({ 'Gemba-Link': place(location.hash).token });
  if (init.body) headers.set('Content-Type', 'application/json');
  if (init.key) headers.set('Idempotency-Key', init.key);
  let response: Response;
  try {
    response = await fetch(`/api/portal${path}`, { ...init, headers, signal: AbortSignal.timeout(20_000) });
  } catch {
    throw new Unreached();
  }
  if (response.status >= 502 && response.status <= 504) throw new Unreached();
  if (response.ok) return response;
  const told = (await response.json().catch(() => null)) as Problem | null;
  throw new Refused(told ?? { type: '', title: response.statusText, detail: '', status: response.status });
}

export const get = async <T>(path: string): Promise<T> => (await (await ask(path)).json()) as T;

export const post = async <T>(path: string, key: string, facts: unknown): Promise<T> =>
  (await (await ask(path, { method: 'POST', key, body: JSON.stringify(facts) })).json()) as T;

export const file = async (path: string): Promise<Blob> => (await ask(path)).blob();
