import { describe, expect, it } from 'vitest';
import { AT, play, said } from '../../../test/play';
import { GTIN } from '../../../test/round';

describe('a wrong scan', () => {
  it.each<[keyof typeof AT, string, string, string]>([
    // at, what is scanned, what it is told, why
    [
      'totes',
      'C-07-3-B',
      'Bin C-07-3-B, not an empty tote for slot 1 | Nothing was booked.',
      'a bin where a tote is wanted',
    ],
    [
      'totes',
      GTIN.bolt,
      'Hex bolt, not an empty tote for slot 1 | Nothing was booked.',
      'an item where a tote is wanted',
    ],
    [
      'bin',
      'C-07-3-A',
      'Bin C-07-3-A, not bin C-07-3-B | Same shelf, other slot: C-07-3-B. | Nothing was booked.',
      'the neighbour of the bin',
    ],
    ['bin', 'PACK-1', 'Place PACK-1, not bin C-07-3-B | Go to bin C-07-3-B. | Nothing was booked.', 'a packing place'],
    [
      'bin',
      'D-01-2-C',
      'Bin D-01-2-C, not bin C-07-3-B | Go to bin C-07-3-B. | Nothing was booked.',
      'a bin of no line in another aisle, known by its shape',
    ],
    [
      'bin',
      'C-07-1-A',
      'Bin C-07-1-A, not bin C-07-3-B | 2 levels up: C-07-3-B. | Nothing was booked.',
      'a bin of no line, two levels below',
    ],
    [
      'bin',
      GTIN.bolt,
      'Hex bolt is right, but first the bin | Scan bin C-07-3-B. | Nothing was booked.',
      'the right item before its bin',
    ],
    [
      'bin',
      GTIN.bell,
      'That is Bell. First the bin | Scan bin C-07-3-B. | Nothing was booked.',
      'another item before the bin',
    ],
    ['bin', 'T-1', 'That is tote 1. First the bin | Scan bin C-07-3-B. | Nothing was booked.', 'a tote before the bin'],
    ['bin', 'XYZ', 'Code XYZ is not known here | Scan bin C-07-3-B. | Nothing was booked.', 'a code nobody knows'],
    [
      'item',
      `]C101${GTIN.bolt}1024093`,
      'Lot 24093, not lot 24117 | Same item: Hex bolt. | It belongs in bin C-07-3-A. | Nothing was booked.',
      'the right item of a lot that lies next door',
    ],
    [
      'item',
      '24093',
      'Lot 24093, not lot 24117 | Same item: Hex bolt. | It belongs in bin C-07-3-A. | Nothing was booked.',
      'a bare lot label that lies next door',
    ],
    [
      'item',
      `]C101${GTIN.bolt}1099999`,
      'Lot 99999, not lot 24117 | Same item: Hex bolt. | Nothing was booked.',
      'a lot that is nowhere near',
    ],
    ['item', GTIN.chain, 'Chain, not Hex bolt | It belongs in bin C-09-3-B. | Nothing was booked.', 'another item'],
    [
      'item',
      'C-07-3-B',
      'Bin C-07-3-B is right already | Scan lot 24117. | Nothing was booked.',
      'the bin a second time',
    ],
    [
      'item',
      'C-09-3-B',
      'Bin C-09-3-B, not lot 24117 | You are picking from bin C-07-3-B. | Nothing was booked.',
      'another bin',
    ],
    ['item', 'T-1', 'That is tote 1. First the item | Scan lot 24117. | Nothing was booked.', 'the tote too early'],
    [
      'serial',
      'S-999',
      'Code S-999 is not known here | Scan serial S-100. | Nothing was booked.',
      'a serial of nowhere',
    ],
    [
      'serial',
      `]C101${GTIN.lamp}21S-999`,
      'Serial S-999, not serial S-100 | Same item: Lamp. | Nothing was booked.',
      'the right item with another serial',
    ],
    [
      'unit',
      `]C100395212340000000019`,
      'Code 00395212340000000019 is not known here',
      'a handling unit with a torn check digit',
    ],
    ['put', 'T-2', 'Tote 2, not tote 1 | Tote 2 is for order SO-2. | Nothing was booked.', 'the tote of another order'],
    [
      'put',
      'T-99',
      'Code T-99 is not a tote of this cart | Scan tote 1. | Nothing was booked.',
      'a tote of another cart',
    ],
    ['put', GTIN.bell, 'Bell, not tote 1 | The quantity is kept. | Nothing was booked.', 'another item at the tote'],
    [
      'put',
      `]C101${GTIN.bolt}1099999`,
      'Lot 99999, not lot 24117 | Same item: Hex bolt. | The quantity is kept. | Nothing was booked.',
      'a further piece, of another lot',
    ],
    [
      'put',
      'C-07-3-B',
      'Bin C-07-3-B is right already | Scan tote 1. | Nothing was booked.',
      'the bin again at the tote',
    ],
    [
      'zero',
      'C-07-3-B',
      'That is bin C-07-3-B. First the number left | Count what is left in the bin and type it. | Nothing was booked.',
      'the next bin before the number',
    ],
    [
      'drop',
      'PACK-1',
      'Place PACK-1, not tote 1 | First scan the tote, then its place. | Nothing was booked.',
      'the place before the tote',
    ],
    [
      'place',
      'C-07-3-B',
      'Bin C-07-3-B, not place PACK-1 | Totes do not go into bins. | Nothing was booked.',
      'a bin at the end',
    ],
    [
      'place',
      'QQQ',
      'Code QQQ is not known here | Scan place PACK-1. | Nothing was booked.',
      'an unknown code at the end',
    ],
    ['done', 'T-1', 'That is tote 1, but this round is done | Nothing was booked.', 'anything after the end'],
  ])('at %s: %s is told "%s" (%s)', (at, code, answer) => {
    const before = AT[at]();
    const turn = play(before, code);
    expect(turn.feedback?.kind).toBe('wrong');
    expect(said(turn)).toContain(answer);
    expect(turn.commands).toEqual([]);
    expect(turn.state).toEqual(before);
  });
});
