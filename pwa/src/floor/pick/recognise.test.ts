import { describe, expect, it } from 'vitest';
import type { Match } from '../../api/types';
import { AT, play, said } from '../../../test/play';
import { scanOf } from '../../../test/round';
import { introduced, isStranger, renamed } from './recognise';

const match = (kind: string, code: string, label: string, place = ''): Match => ({
  kind,
  id: code,
  code,
  label,
  item: null,
  quantity: null,
  place,
  likely: false,
});

describe('a scan that only the server can name', () => {
  it.each([
    ['bin', '2201A', match('lot', '2201A', 'Rim glue'), 'Lot 2201A, not bin C-07-3-B | Rim glue | Nothing was booked.'],
    ['bin', 'P-1003', match('person', 'P-1003', 'Piotr'), 'The badge of Piotr, not bin C-07-3-B | Nothing was booked.'],
    [
      'item',
      ']C100095212340000000013',
      match('handling_unit', '095212340000000013', 'box'),
      'Handling unit 095212340000000013, not lot 24117 | It has left this site. | Nothing was booked.',
    ],
    [
      'put',
      'T-0042',
      match('handling_unit', 'T-0042', 'tote', 'PACK-2'),
      'Tote T-0042 is not a tote of this cart | It is at PACK-2. | Scan tote 1. | Nothing was booked.',
    ],
  ] as const)('at %s: %s is called by its name', (at, code, known, answer) => {
    const before = AT[at]();
    const turn = play(before, code);
    expect(isStranger(before.round, scanOf(code), undefined)).toBe(true);
    const found = introduced(known);
    const told = turn.feedback && found && renamed(turn.feedback, found.scanned, found.more);
    expect(said({ ...turn, feedback: told })).toBe(answer);
  });

  it('is not asked about what the round knows', () => {
    expect(isStranger(AT.bin().round, scanOf('C-07-3-A'), undefined)).toBe(false);
  });
});
