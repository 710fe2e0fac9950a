import { describe, expect, it } from 'vitest';
import type { RoundDocument } from '../../api/types';
import { crosses } from './MapStrip';

const rack = (aisle: number, block: number) => ({ aisle, block, x: aisle * 4 - 2, y: block * 10, width: 1, depth: 8 });
const round = (closed: unknown) =>
  ({ map: { plan: { aisle_x: [0, 4], closed }, legs: [] } }) as unknown as RoundDocument;

describe('map strip', () => {
  it('crosses out the middle of each closed block, and nothing for one without racks', () => {
    const racks = [rack(0, 0), rack(1, 0), rack(1, 1)];
    expect(
      crosses(
        round([
          [1, 1],
          [0, 0],
          [0, 1],
        ]),
        racks,
      ),
    ).toEqual([
      [4, 14],
      [0, 4],
    ]);
    expect(crosses(round(undefined), racks)).toEqual([]);
  });
});
