import { signal } from '@preact/signals';
import { client, got } from '../../api/client';
import type { Match } from '../../api/types';
import type { Kind } from './types';
import type { View } from './view';

/** What the last code could be, when it could be several things or none. */
export const found = signal<{ code: string; matches: readonly Match[] } | null>(null);

/** The distinct things among the matches: an item bears its number and several GTINs. */
export const things = (matches: readonly Match[]): Match[] => [
  ...new Map(matches.map((match) => [`${match.kind}/${match.id}`, match])).values(),
];

export const historyOf = (match: Match): View => ({ is: 'history', of: match.kind as Kind, id: match.id });

/** Opens the history of whatever bears this code; asks which when there are several. */
export async function find(code: string, go: (view: View) => void): Promise<void> {
  const text = code.trim();
  if (!text) return;
  const { matches } = await got(
    client.GET('/api/floor/work/resolve', { params: { query: { code: text, expected: '' } } }),
  );
  const [one, ...others] = things(matches);
  found.value = { code: text, matches: things(matches) };
  go(one && others.length === 0 ? historyOf(one) : { is: 'trace' });
}
