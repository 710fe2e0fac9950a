import type { Event } from './types';
import { term, w } from './words';

/** What each command is called; those that move stock stand in the books as their move. */
const COMMANDS = {
  'pick.claim': 'did_claim',
  'pick.take_over': 'did_take_over',
  'pick.release': 'did_release',
  'count.claim': 'did_count_claim',
  'pick.bind_tote': 'did_bind',
  'pick.skip': 'did_skip',
  'pick.short': 'did_short',
  'pick.zero_check': 'did_zero',
  'pick.change_lot': 'did_lot',
  'pick.tote_full': 'did_full',
  'count.post': 'did_post',
  'count_review.decide': 'did_decide_count',
  'exception.resolve': 'did_resolve',
  'rounds.release': 'did_rounds',
  'rounds.add_order': 'did_join',
  'wave.plan': 'did_wave',
  'wave.accept': 'did_accept',
  'wave.cancel': 'did_drop_wave',
  'aisle.close': 'did_close',
  'aisle.open': 'did_open',
  'pick.aisle_blocked': 'did_blocked',
} as const;

/** What happened, in a few words. */
export function doing(event: Event): string {
  if (event.kind === 'move') return term('move', event.what);
  if (event.kind === 'exception') return `${term('ev', event.what)}: ${term('x', event.reason)}`;
  if (event.kind !== 'command') return term('ev', event.what);
  const key = COMMANDS[event.what as keyof typeof COMMANDS];
  return key ? w(key) : w('did_other', { what: event.what });
}

/** Which sign stands before it: a shape for each sort, so that nothing hangs on colour. */
export function sign(event: Event): string {
  if (event.undoneBy || event.what === 'undo') return '↶';
  if (event.outcome === 'refused') return '✕';
  const signs: Readonly<Record<string, string>> = {
    move: '→',
    exception: event.what === 'resolved' ? '✓' : '△',
    count: '#',
    task: '◆',
    order: '◇',
    command: '·',
  };
  return signs[event.kind] ?? '·';
}

/** From where to where; a tote or handling unit stands behind the place it is in. What came from nowhere or left has one end only. */
export function way(event: Event): string {
  const end = (code: string, unit: string): string => (unit ? `${code} [${unit}]` : code);
  const from = end(event.fromCode, event.fromUnit);
  const to = end(event.toCode, event.toUnit);
  if (event.kind === 'move') return `${from} → ${to}`.trim();
  return from && to ? `${from} → ${to}` : from || to;
}
