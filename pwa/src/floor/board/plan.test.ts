import { describe, expect, it } from 'vitest';
import { bayAt, bayBox, byBay, flip, heatPaths, initials, planOf, spots, step, stepped, trail } from './plan';

const rack = (aisle: number, side: string, x: number, block: number, bays: number[]) => ({
  aisle,
  code: 'AB'[aisle],
  block,
  side,
  x,
  y: block * 10 + 1,
  width: 1,
  depth: 8,
  bays,
});
const plan = planOf({
  aisle_codes: ['A', 'B'],
  aisle_x: [0, 5],
  bounds: { x: -3, y: -6, width: 11, depth: 26 },
  racks: [
    rack(0, 'L', -2, 0, [1, 3, 5, 7]),
    rack(0, 'R', 1, 0, [2, 4, 6, 8]),
    rack(1, 'L', 3, 0, [1, 3, 5, 7]),
    rack(0, 'L', -2, 1, [9, 11, 13, 15]),
    { broken: true },
  ],
  areas: [{ kind: 'pack', code: 'P1', name: 'Packing', x: 0, y: -5, width: 2, depth: 1 }],
});
const bin = (code: string, aisle: number, bay: number, lines: number) => ({
  place: code,
  code,
  aisle,
  bay,
  block: 0,
  side: 'L',
  lines,
});

describe('plan', () => {
  it('leaves out what is malformed, and draws without bounds', () => {
    expect(plan.racks).toHaveLength(4);
    expect(planOf({ racks: 'none' }).racks).toEqual([]);
    expect(planOf({ racks: [rack(0, 'L', 0, 0, [1])] }).bounds).toEqual({ x: 0, y: 1, width: 1, depth: 8 });
  });

  it('finds every bay again at the middle of the box it draws for it', () => {
    for (const { aisle, bays } of plan.racks) {
      for (const bay of bays) {
        const box = bayBox(plan, aisle, bay);
        if (!box) throw new Error(`no box for ${bay}`);
        expect(bayAt(plan, box.x + box.width / 2, flip(plan, box.y + box.depth / 2))).toMatchObject({ aisle, bay });
      }
    }
  });

  it('takes a tap beside a rack for its bay, and a tap in the open for none', () => {
    expect(bayAt(plan, -0.5, flip(plan, 2))).toMatchObject({ aisle: 0, bay: 1 });
    expect(bayAt(plan, 0.5, flip(plan, -5))).toBeNull();
  });

  it('adds up the bins of a bay, the busiest first, and washes by steps', () => {
    const heat = byBay(plan, [
      bin('A-01-1-A', 0, 1, 1),
      bin('A-03-1-A', 0, 3, 2),
      bin('A-03-2-A', 0, 3, 5),
      { ...bin('DOCK', 0, 1, 9), aisle: null },
    ]);
    expect(heat).toEqual([
      { aisle: 0, bay: 3, code: 'A-03', lines: 7 },
      { aisle: 0, bay: 1, code: 'A-01', lines: 1 },
    ]);
    expect([1, 2, 3, 4, 6, 7, 70].map(step)).toEqual([1, 2, 2, 3, 3, 4, 4]);
    expect(heatPaths(plan, heat).map((d) => d !== '')).toEqual([true, false, false, true]);
  });

  it('walks with the arrow keys: up over the cross-aisle into the next block, right to the next rack, and stays at the edge', () => {
    const from = { aisle: 0, bay: 7, code: 'A-07' };
    expect(stepped(plan, from, 'ArrowUp')).toMatchObject({ aisle: 0, bay: 9 });
    expect(stepped(plan, from, 'ArrowDown')).toMatchObject({ aisle: 0, bay: 5 });
    expect(stepped(plan, from, 'ArrowRight')).toMatchObject({ aisle: 0, bay: 8 });
    expect(stepped(plan, { aisle: 0, bay: 8, code: '' }, 'ArrowRight')).toMatchObject({ aisle: 1, bay: 7 });
    expect(stepped(plan, { aisle: 0, bay: 1, code: '' }, 'ArrowDown')).toMatchObject({ aisle: 0, bay: 1 });
  });

  it('parts a round at the leg that ends where the picker was last seen', () => {
    const legs = [
      [
        [0, 0],
        [0, 2],
      ],
      [
        [0, 2],
        [0, 6],
      ],
      [
        [0, 6],
        [5, 6],
      ],
    ];
    const { walked, ahead } = trail(plan, legs, [0, 6]);
    expect(walked.match(/[ML]/g)).toHaveLength(4);
    expect(ahead.match(/[ML]/g)).toHaveLength(2);
    expect(trail(plan, legs, null).walked).toBe('');
    // Planned anew from where the picker stands, with an end that is not far from there.
    expect(
      trail(
        plan,
        [
          [
            [0, 0],
            [0, 6],
          ],
          [
            [0, 6],
            [0, 1],
          ],
        ],
        [0, 0],
      ).walked,
    ).toBe('');
  });

  it('shortens names in any script to what fits a mark', () => {
    expect(['Sanne de Wit', 'Aisha', '王芳 Wang Fang', 'Ö'].map(initials)).toEqual(['SW', 'Ai', '王芳', 'Ö']);
  });

  it('sets people at one place side by side', () => {
    const one = {
      person: '1',
      name: 'A',
      place: 'p',
      code: 'c',
      x: 1,
      y: 2,
      aisle: 0,
      block: 0,
      at: '',
      task: null,
      device: '',
    };
    const [a, b] = spots(plan, [one, { ...one, person: '2' }, { ...one, person: '3', x: null }], 3);
    expect([a?.cx, b?.cx]).toEqual([1, 4]);
    expect(a?.cy).toBe(flip(plan, 2));
  });
});
