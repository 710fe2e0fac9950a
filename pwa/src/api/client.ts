import createClient from 'openapi-fetch';
import { signal } from '@preact/signals';
import type { paths } from './schema';
import type { Problem } from '../outbox/rows';

export const APP_VERSION = __APP_VERSION__;

/** Whether the server answered the last time it was asked; the browser's own "on line" only hints. */
export const reachable = signal(true);
/** The server no longer supports this version: finish sending, then update. */
export const outdated = signal(false);

let token: string | null = null;
let renew: () => Promise<boolean> = () => Promise.resolve(false);

/** The access token lives in memory only; the refresh token is a cookie no script can read. */
export function useToken(value: string | null): void {
  token = value;
}
export const hasToken = (): boolean => token !== null;
export function onExpired(how: () => Promise<boolean>): void {
  renew = how;
}

async function ask(request: Request): Promise<Response> {
  const headers = new Headers(request.headers);
  if (token) headers.set('Authorization', `Bearer ${token}`);
  headers.set('X-App-Version', APP_VERSION);
  const waited = AbortSignal.timeout(/\/commands|\/scanning\/read\?still=true/.test(request.url) ? 20_000 : 8_000);
  try {
    const response = await fetch(new Request(request, { headers, signal: waited }));
    reachable.value = response.status < 502 || response.status > 504;
    if (response.status === 426) outdated.value = true;
    return response;
  } catch (error) {
    reachable.value = false;
    throw error;
  }
}

/** fetch with the token, one renewal when it has run out, a time limit, and an eye on whether the server is there. */
export async function carry(request: Request): Promise<Response> {
  if (request.url.includes('/access/')) return ask(request);
  // After a reload there is a cookie but no token yet: get one first, instead of asking in vain.
  if (token === null) await renew();
  const again = request.clone();
  const response = await ask(request);
  if (response.status !== 401) return response;
  return (await renew()) ? ask(again) : response;
}

export const client = createClient<paths>({ baseUrl: location.origin, fetch: carry });

/** A refusal of the server, with its words. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'status' in value && 'title' in value;

/** The data of an answer; throws Refused for a problem, and lets a network failure through as it is. */
export async function got<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T;
  throw new Refused(
    isProblem(error)
      ? error
      : { type: '', title: response.statusText || String(response.status), status: response.status, detail: '' },
  );
}
