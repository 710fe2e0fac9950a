/** What a code is that neither the round nor the device knows: the server is asked while the answer is on the screen. */
import { client, got } from '../../api/client';
import type { Match, RoundDocument } from '../../api/types';
import type { Say } from '../../i18n';
import { feedback, type Feedback } from '../../kit/feedback';
import { rawOf, shown, type Scan } from '../../scan/scan';
import type { Known } from '../known/codes';
import { meanings, named } from './codes';

/** True when the device could not name what was scanned, or knows of a unit no more than its number. */
export function isStranger(round: RoundDocument, scan: Scan, known: Known | null | undefined): boolean {
  const [first] = named(meanings(round, scan), known, scan);
  return first?.is === 'unknown' || (first?.is === 'unit' && first.item === null);
}

/** A match as a phrase, and what else helps who holds it; null for what is no label of the floor. */
export function introduced(match: Match): { scanned: Say; more: Say[] } | null {
  const { kind, code, label, place } = match;
  const item: Say[] = [{ key: 'a_item', args: { name: label } }];
  switch (kind) {
    case 'lot':
      return { scanned: { key: 'a_lot', args: { code: shown(code) } }, more: item };
    case 'serial':
      return { scanned: { key: 'a_serial', args: { code: shown(code) } }, more: item };
    case 'handling_unit':
      return {
        scanned: label === 'tote' ? { key: 'a_tote', args: { slot: code } } : { key: 'a_unit', args: { code } },
        more: [place ? { key: 'unit_at', args: { code: place } } : { key: 'unit_left' }],
      };
    case 'order':
      return { scanned: { key: 'for_order', args: { order: code } }, more: [] };
    case 'person':
      return { scanned: { key: 'a_badge', args: { name: label } }, more: [] };
    default:
      return null;
  }
}

/** The same answer, naming what was scanned. */
export function renamed(told: Feedback, scanned: Say, more: readonly Say[]): Feedback {
  const [first, ...others] = told.lines ?? [];
  if (told.head.key === 'unknown_here' && first?.key === 'scan_x') {
    const head: Say = { key: 'x_not_y', args: { scanned, expected: first.args.what } };
    return { ...told, head, lines: [...more, ...others] };
  }
  const args = { ...told.head.args, scanned };
  return { ...told, head: { ...told.head, args } as Say, lines: [...more, ...(told.lines ?? [])] };
}

/** Names a stranger in the answer that is on the screen, unless another has taken its place meanwhile. */
export async function recognise(scan: Scan, told: Feedback): Promise<void> {
  const query = { code: rawOf(scan), expected: '' };
  const { matches } = await got(client.GET('/api/floor/work/resolve', { params: { query } }));
  const found = matches.map(introduced).find((one) => one !== null);
  if (found && feedback.peek() === told) feedback.value = renamed(told, found.scanned, found.more);
}
