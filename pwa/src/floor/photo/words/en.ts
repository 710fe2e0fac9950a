import type { Message } from '../../../i18n';

/** English of reading labels off one photo; the other languages are held to its keys. */
export const en = {
  by_photo: 'Count by photo',
  take: 'Take a photo',
  again: 'Another photo',
  reading: 'Reading the labels…',
  how_shelf: 'Stand straight before the shelf, all labels in one picture. Tap a label to leave it out.',
  how_pallet: 'All labels of one side in one picture. Photos add up: walk round the pallet.',
  found_n: { one: '{n} label read', other: '{n} labels read' },
  on_device: 'Read on this device: the server did not answer in time, small labels may be missed.',
  none_read: 'No label could be read. Go closer, or take half of it.',
  not_picture: 'This photo could not be read. Take another.',
  doubt_n: { one: '{n} label is doubtful and not counted', other: '{n} labels are doubtful and not counted' },
  count_n: '{n} × {each}',
  other_item: 'not this item',
  which_lot: 'no lot on the label',
  left_out: 'left out',
  counted: 'counted',
  type_in: 'how many in it is not on the label',
  use: 'Use these numbers',
  nothing_to_use: 'Nothing of this count on the photo',
  pallet: 'Check a pallet',
  scan_pallet: 'Scan the label of a pallet or box',
  all_right: 'All labels are here',
  differs: 'Not as it should be',
  present: 'Here',
  missing: 'Missing',
  unexpected: 'Should not be here',
  unread: 'Not read for certain',
  nothing_expected: 'Nothing is booked on this pallet.',
  not_here: 'The server does not answer; what this pallet should hold is not known here.',
  site_labels: 'Labels of this site',
  site_labels_note:
    'Only these count as a scan. Each one more makes a wrong reading of another code a little likelier: choose what your labels carry.',
  itf_lengths: 'Digits of ITF codes',
  save: 'Save',
  saved: 'Saved',
} as const satisfies Record<string, Message>;

export type PhotoKey = keyof typeof en;
