import { describe, expect, it } from 'vitest';
import { play, sent } from '../../../test/play';
import { ready, round } from '../../../test/round';
import type { LineFacts, PlaceFacts, RoundDocument } from '../../api/types';
import { openLines } from './lines';
import { floorOf, replanned } from './replan';

const PLAN = {
  aisles: 8,
  blocks: 2,
  aisle_length: 20,
  pitch: 5,
  depot: 'front-left',
  aisle_x: [0, 5, 10, 15, 20, 25, 30, 35],
};

/** A round of so many lines over the whole floor, in the order of a poor plan; numbers from a fixed sequence. */
function scattered(lines: number): RoundDocument {
  let seed = 7;
  const next = (most: number): number => (seed = (seed * 48271) % 2147483647) % most;
  const base = round();
  const [place] = base.places as [PlaceFacts];
  const [line] = base.lines as [LineFacts];
  const places = Array.from({ length: lines }, (_, n): PlaceFacts => {
    const aisle = next(8);
    const block = next(2);
    const offsetM = 1 + next(18);
    return { ...place, id: `p${n}`, code: `B-${n}`, aisle, block, offsetM, x: aisle * 5, y: block * 20 + offsetM };
  });
  const made = places.map((one, n): LineFacts => ({
    ...line,
    id: `line-${String(n).padStart(3, '0')}`,
    sequence: (n + 1) * 10,
    place: one.id,
    leftAfter: null,
  }));
  return {
    ...base,
    places: [...places, ...base.places.filter((one) => one.kind === 'pack')],
    lines: made,
    map: { plan: PLAN, legs: [] },
  };
}

const walked = (legs: RoundDocument['map']['legs']): number =>
  legs
    .flatMap((leg) =>
      leg.slice(1).map(([x = 0, y = 0], n) => Math.abs(x - (leg[n]?.[0] ?? 0)) + Math.abs(y - (leg[n]?.[1] ?? 0))),
    )
    .reduce((a, b) => a + b, 0);

describe('planning again on the device', () => {
  it('puts what is left in the order of a shorter walk, draws it, and never takes a second for a long round', () => {
    const before = scattered(60);
    replanned(before, null); // what is worked out once a floor is not counted
    const times = [1, 2, 3].map(() => {
      const started = performance.now();
      replanned(before, 'p5');
      return performance.now() - started;
    });
    expect(Math.min(...times)).toBeLessThan(1000); // the others may have waited for a core
    const after = replanned(before, 'p5');
    expect(new Set(openLines(after).map((line) => line.id))).toEqual(new Set(openLines(before).map((line) => line.id)));
    expect(after.map.legs).toHaveLength(61);
    const place = (id: string) => before.places.find((one) => one.id === id) as PlaceFacts;
    const inOrder = openLines(before).map((line) => [place(line.place).x ?? 0, place(line.place).y ?? 0]);
    expect(walked(after.map.legs)).toBeLessThan(walked(inOrder.slice(1).map((to, n) => [inOrder[n] ?? [], to])));
  });

  it('leaves done lines where they are, and skipped ones last', () => {
    const before = scattered(12);
    const lines = before.lines.map((line, n) =>
      n === 0 ? { ...line, state: 'picked', picked: line.quantity } : n === 3 ? { ...line, skipped: 1 } : line,
    );
    const after = replanned({ ...before, lines }, 'p0');
    expect(after.lines[0]?.sequence).toBe(10);
    expect(openLines(after).at(-1)?.id).toBe('line-003');
  });

  it('goes round a closed aisle and keeps what lies behind it for the end', () => {
    const before = scattered(30);
    const shut = before.places.find((one) => one.id === 'p0') as PlaceFacts;
    const closed = [[shut.aisle ?? 0, shut.block ?? 0]];
    const after = replanned({ ...before, map: { ...before.map, plan: { ...PLAN, closed } } }, null);
    const isBehind = (line: LineFacts): boolean => {
      const place = before.places.find((one) => one.id === line.place);
      return place?.aisle === shut.aisle && place.block === shut.block;
    };
    const behind = openLines(after).map(isBehind);
    expect(behind.indexOf(true)).toBe(30 - behind.filter(Boolean).length);
    const through = after.map.legs
      .flat()
      .filter(([x, y = 0]) => x === shut.x && y > (shut.block ?? 0) * 20 && y < (shut.block ?? 0) * 20 + 20);
    expect(through).toEqual([]);
  });

  it('is done at a skip, at a short and before a blocked aisle, by the event alone', () => {
    const state = { ...ready(), round: scattered(20), line: 'line-000' };
    const skipped = play(state, { is: 'skip' });
    expect(openLines(skipped.state.round).at(-1)?.id).toBe('line-000');
    expect(skipped.state.round.map.legs).toHaveLength(20);
    const short = play(state, { is: 'short', found: '0', reason: 'not_found', note: '', photo: null });
    expect(short.state.round.map.legs).toHaveLength(20);
    const blocked = play({ ...state, at: 'p7' }, { is: 'blocked' });
    const place = state.round.places[0] as PlaceFacts;
    expect(sent(blocked)).toEqual([
      ['pick.aisle_blocked', { round: state.round.id, aisle: place.aisle, block: place.block, at: 'p7' }],
    ]);
    expect(blocked.state.line).not.toBe('line-000');
  });

  it('leaves the round as it is on a floor it cannot walk', () => {
    expect(floorOf({})).toBeNull();
    const before = { ...scattered(5), map: { plan: {}, legs: [] } };
    expect(replanned(before, null)).toBe(before);
  });
});

describe("the server's newer plan", () => {
  it('is followed on the way to a bin, but never turns a picker away from a bin jumped to or stood at', () => {
    const state = ready();
    const turned = {
      ...state.round,
      lines: state.round.lines.map((line) => (line.id === 'bolts' ? { ...line, sequence: 99 } : line)),
    };
    expect(play(state, { is: 'fresh', round: turned }).state.line).toBe('lamp');
    const jumped = play(state, { is: 'goto', line: 'chain' }).state;
    expect(play(jumped, { is: 'fresh', round: turned }).state.line).toBe('chain');
    const there = play(state, 'C-07-3-B').state;
    expect(play(there, { is: 'fresh', round: turned }).state.line).toBe('bolts');
  });
});
