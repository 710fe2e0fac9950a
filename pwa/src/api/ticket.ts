import { renew } from '../session/session';
import { client, got, hasToken } from './client';

/** Opened anew, a page has no token yet: one renewal first, instead of a refusal for each of its reads. */
export const ready = async (): Promise<void> => void (hasToken() || (await renew()));

/** A fresh single-use ticket for the line of live changes. */
export const ticket = async (): Promise<string> =>
  (await ready().then(() => got(client.POST('/api/floor/access/tickets')))).ticket;
