import { describe, expect, it } from 'vitest';
import { AT, BOLTS, play, sent } from '../../../test/play';

describe("a tote that is full, a round that is another's", () => {
  it('books what is counted into a full tote whose code is scanned, or keeps the count for the new one', () => {
    const counted = play(AT.put(), { is: 'quantity', quantity: '5' }, { is: 'toteFull' });
    const moved = play(counted.state, 'T-9', 'T-9').state;
    expect(moved).toMatchObject({ step: 'put', work: { quantity: '5' } });
    expect(play(counted.state, { is: 'back' }).state).toMatchObject({ step: 'put', work: { quantity: '5' } });
    const last = play(counted.state, 'T-1');
    expect(sent(last)).toEqual([['pick.confirm', { line: 'bolts', quantity: '5', tote: 't1' }]]);
    expect(last.state).toMatchObject({ step: 'newTote', tote: 't1' });
    const rest = play(last.state, 'T-9', 'T-9', BOLTS, 'T-9');
    expect(sent(rest)).toMatchObject([['pick.confirm', { line: 'bolts', quantity: '7' }]]);
  });

  it("shows at once that the round is another's, whatever is still on its way", () => {
    const held = play(AT.put(), { is: 'holder', person: 'p9', personName: 'Emma' }).state;
    expect([held.round.person, held.round.personName, held.step]).toEqual(['p9', 'Emma', 'put']);
  });
});
