import type { Message } from '../../../i18n';

/** Words about what a count finds. */
export const en = {
  lot_too: '{name}: scan its lot as well',
  serial_too: '{name}: scan its serial number as well',
  lot_again: 'Does it lie in this bin, with {name}? Scan it again to count it.',
  other_again: 'Does it lie in this bin? Scan it again to count it too.',
  unit_again: 'Does it stand in this bin? Scan it again and a supervisor hears of it.',
  noted: 'Noted for the supervisor',
  scan_what: 'Scan what lies here',
  nothing_here: 'Nothing lies here',
  found_here: 'Not in the books here',
  no_label: 'No label to read',
  rest_none: { one: 'The other one is not here', other: 'The other {n} are not here' },
  aside: 'Leave out: {n} {unit} {status}',
  aside_lot: 'Leave out: {n} {unit} {status}, {code}',
  is_damaged: 'damaged',
  is_hold: 'on hold',
  is_quality: 'in inspection',
  is_blocked: 'blocked',
  last_count: 'Last count',
  was_wrong: 'That was wrong',
  use_by_date: 'Use by (on the label)',
  unit_noted: 'Handling unit {code} stands here: a supervisor is told',
} as const satisfies Record<string, Message>;

export type CountDict = Record<keyof typeof en, Message>;
