import { describe, expect, it } from 'vitest';
import { AT, BOLTS, lineOf, play, restart, said, sent } from '../../../test/play';
import { GTIN, OTHER_UNIT, UNIT, ready, round, scanOf } from '../../../test/round';
import { open } from './machine';
import type { Event, PickState } from './state';

describe('a right scan', () => {
  it('binds totes slot by slot and refuses one twice', () => {
    const one = play(AT.totes(), 'T-7', 'T-7');
    expect(sent(one)).toEqual([['pick.bind_tote', { tote: 't1', code: 'T-7' }]]);
    expect(said(play(one.state, 'T-7'))).toContain('already in slot 1');
    const two = play(one.state, 'T-8', 'T-8');
    expect(two.state.step).toBe('bin');
    expect(two.state.line).toBe('bolts');
  });

  it('walks bin, item, tote and books the whole quantity into the tote', () => {
    const turn = play(ready(), 'C-07-3-B', BOLTS, 'T-1');
    expect(sent(turn)).toEqual([['pick.confirm', { line: 'bolts', quantity: '12', tote: 't1' }]]);
    expect(lineOf(turn.state, 'bolts')).toMatchObject({ picked: '12', state: 'picked' });
    expect(turn.state).toMatchObject({ step: 'bin', line: 'lamp' });
  });

  it('asks for the lot when the item alone does not tell which', () => {
    const turn = play(AT.item(), GTIN.bolt);
    expect(said(turn)).toBe('Right item | Now scan lot 24117.');
    expect(turn.state.step).toBe('item');
    expect(play(turn.state, '24117').state.step).toBe('put');
  });

  it('skips the bin and the item when a handling unit proves both', () => {
    const turn = play(ready(), { is: 'goto', line: 'bells' }, `]C100${UNIT}`);
    expect(turn.state.step).toBe('put');
    expect(sent(play(turn.state, 'T-2'))).toEqual([['pick.confirm', { line: 'bells', quantity: '40', tote: 't2' }]]);
  });

  it('needs no second bin scan for the next line in the same bin, and takes either item there', () => {
    const atLamp = AT.serial();
    const chain = play(atLamp, GTIN.chain);
    expect(chain.state).toMatchObject({ step: 'put', line: 'chain' });
    const after = play(atLamp, 'S-100', 'T-2');
    expect(after.state).toMatchObject({ step: 'item', line: 'chain' });
  });

  it('counts pieces and boxes by scanning them, and never over what is wanted', () => {
    const two = play(AT.put(), BOLTS);
    expect(said(two)).toBe('2 of 12');
    const over = play(two.state, `]C101${GTIN.boltBox}1024117`);
    expect(said(over)).toContain('That makes 14, only 12 are wanted');
    expect(over.state.work.quantity).toBe('2');
    const partial = play(two.state, 'T-1');
    expect(sent(partial)).toEqual([['pick.confirm', { line: 'bolts', quantity: '2', tote: 't1' }]]);
    expect(partial.state).toMatchObject({ step: 'item', line: 'bolts' });
    expect(partial.state.work.quantity).toBe('10');
  });

  it('says when a whole package holds more than is wanted', () => {
    const turn = play(
      {
        ...AT.item(),
        round: {
          ...round(),
          lines: round().lines.map((one) => (one.id === 'bolts' ? { ...one, quantity: '5' } : one)),
        },
      },
      `]C101${GTIN.boltBox}1024117`,
    );
    expect(said(turn)).toContain('The package holds 12. Take 5 out.');
  });

  it('takes typed check digits for a label that is gone, and only the right ones', () => {
    expect(play(ready(), { is: 'digits', digits: '47' }).state.step).toBe('item');
    expect(said(play(ready(), { is: 'digits', digits: '11' }))).toContain('Check digits 11, not bin C-07-3-B');
  });
});

describe('an odd step is confirmed by scanning again', () => {
  it('jumps to a later stop at the second scan, not the first', () => {
    const asked = play(ready(), 'F-01-1-A');
    expect(asked.feedback?.kind).toBe('attention');
    expect(asked.state).toMatchObject({ step: 'bin', line: 'bolts' });
    expect(play(asked.state, 'F-01-1-A').state).toMatchObject({ step: 'item', line: 'bells' });
  });

  it('forgets the question after any other scan', () => {
    const turn = play(ready(), 'F-01-1-A', 'XYZ', 'F-01-1-A');
    expect(turn.feedback?.kind).toBe('attention');
    expect(turn.state.line).toBe('bolts');
  });

  it('takes another lot of the same bin, and only what lies there', () => {
    const other = `]C101${GTIN.bolt}1024200`;
    const asked = play(AT.item(), other);
    expect(said(asked)).toBe('Lot 24200, not lot 24117 | Both lie in this bin. Scan again to take lot 24200.');
    const taken = play(asked.state, other);
    expect(sent(taken)).toEqual([
      ['pick.change_lot', { line: 'bolts', lot: 'lot-24200', serial: null, handlingUnit: null }],
    ]);
    expect(lineOf(taken.state, 'bolts')).toMatchObject({ quantity: '5', lot: { code: '24200' } });
    expect(sent(play(taken.state, 'T-1'))).toEqual([['pick.confirm', { line: 'bolts', quantity: '5', tote: 't1' }]]);
  });

  it('swaps a serial and a handling unit the same way', () => {
    expect(sent(play(AT.serial(), 'S-200', 'S-200'))).toEqual([
      ['pick.change_lot', { line: 'lamp', lot: null, serial: 'id-S-200', handlingUnit: null }],
    ]);
    expect(sent(play(AT.unit(), OTHER_UNIT, OTHER_UNIT))).toEqual([
      ['pick.change_lot', { line: 'bells', lot: null, serial: null, handlingUnit: `id-${OTHER_UNIT}` }],
    ]);
  });

  it('leaves a tote at another packing place only when told twice', () => {
    const asked = play(AT.place(), 'PACK-2');
    expect(asked.commands).toEqual([]);
    expect(sent(play(asked.state, 'PACK-2'))).toEqual([['pick.drop', { tote: 't1', place: 'k2' }]]);
  });
});

describe('when it is not as planned', () => {
  const short = (found: string): Event => ({ is: 'short', found, reason: 'not_enough', note: '', photo: null });

  it('books a short of none at once and goes on', () => {
    const turn = play(AT.item(), short('0'));
    expect(sent(turn)).toEqual([
      ['pick.short', { line: 'bolts', found: '0', reason: 'not_enough', note: '', photo: null }],
    ]);
    expect(turn.state.line).toBe('lamp');
  });

  it('asks for the tote before it books what was found', () => {
    const asked = play(AT.item(), short('7'));
    expect(asked.commands).toEqual([]);
    const booked = play(asked.state, 'T-1');
    expect(sent(booked)).toEqual([
      ['pick.short', { line: 'bolts', found: '7', reason: 'not_enough', note: '', photo: null }],
    ]);
    expect(lineOf(booked.state, 'bolts')).toMatchObject({ picked: '7', state: 'short' });
  });

  it.each<[string, Event, string]>([
    ['as much as wanted is no short', short('12'), 'All of it is there'],
    ['more than wanted', short('13'), 'That makes 13, only 12 are wanted'],
    ['a negative number', short('-1'), 'not a quantity'],
    ['half a piece of a whole item', short('0.5'), 'not a quantity'],
    ['a huge number', short('99999999999999999999'), 'not a quantity'],
    ['more damaged than wanted', { is: 'damaged', quantity: '13', note: '', photo: null }, 'only 12 are wanted'],
    ['nothing damaged', { is: 'damaged', quantity: '0', note: '', photo: null }, 'None at all'],
  ])('refuses %s', (_, event, answer) => {
    const turn = play(AT.item(), event);
    expect(turn.feedback?.kind).toBe('wrong');
    expect(said(turn)).toContain(answer);
    expect(turn.commands).toEqual([]);
  });

  it.each([
    ['0', 'None at all'],
    ['13', 'only 12 are wanted'],
    ['1.5', 'not a quantity'],
    ['x', 'not a quantity'],
  ])('refuses the typed quantity %s', (quantity, answer) => {
    expect(said(play(AT.put(), { is: 'quantity', quantity }))).toContain(answer);
  });

  it('sets damaged pieces aside and wants the fewer', () => {
    const turn = play(AT.put(), { is: 'damaged', quantity: '2', note: '', photo: null });
    expect(sent(turn)).toEqual([['pick.damaged', { line: 'bolts', quantity: '2', note: '', photo: null }]]);
    expect(turn.state.work.quantity).toBe('10');
    expect(play(AT.put(), { is: 'damaged', quantity: '12', note: '', photo: null }).state.line).toBe('lamp');
  });

  it('puts a skipped line last, and never skips the only one', () => {
    const turn = play(ready(), { is: 'skip' });
    expect(sent(turn)).toEqual([['pick.skip', { line: 'bolts', at: null }]]);
    expect(turn.state.line).toBe('lamp');
    const last = { ...round(), lines: round().lines.slice(0, 1) };
    expect(play(open(last), { is: 'skip' }).commands).toEqual([]);
  });

  it('books nothing behind a number that is being typed, and says so', () => {
    const before = AT.put();
    const turn = play(before, { is: 'untimely', scan: scanOf('T-1') });
    expect(said(turn)).toBe('That is tote 1. First finish this | Confirm it, or go back. | Nothing was booked.');
    expect([turn.commands, turn.state]).toEqual([[], before]);
  });

  it('takes a unit that lies in the bin as proof of it, and a later stop of which its unit is scanned twice', () => {
    const swap = play(ready(), { is: 'goto', line: 'bells' }, OTHER_UNIT);
    expect(said(swap)).toContain('Both lie in this bin.');
    expect(sent(play(swap.state, OTHER_UNIT))[0]).toMatchObject(['pick.change_lot', { line: 'bells' }]);
    const later = play(ready(), UNIT);
    expect(said(later)).toContain('It is a later stop of this round.');
    expect(play(later.state, UNIT).state).toMatchObject({ step: 'put', line: 'bells' });
  });

  it('gives the rest of an order a new tote in a new slot', () => {
    const turn = play(AT.put(), { is: 'toteFull' }, 'T-9', 'T-9');
    const [command] = turn.commands;
    expect(command).toMatchObject({ type: 'pick.tote_full', payload: { tote: 't1', code: 'T-9' } });
    const added = turn.state.round.totes.at(-1);
    expect(added).toMatchObject({ slot: 3, code: 'T-9', id: command?.payload['added'] });
    expect(lineOf(turn.state, 'bolts')?.tote).toBe(added?.id);
    expect(lineOf(turn.state, 'chain')?.tote).toBe(added?.id);
    expect(turn.state).toMatchObject({ step: 'item', line: 'bolts' });
    expect(sent(play(turn.state, BOLTS, 'T-9'))).toEqual([
      ['pick.confirm', { line: 'bolts', quantity: '12', tote: added?.id }],
    ]);
  });

  it('asks for the number left after the last line of a nearly empty bin', () => {
    const asked = AT.zero();
    expect(asked.step).toBe('zero');
    const agrees = play(asked, { is: 'left', left: '2' });
    expect(sent(agrees)).toEqual([['pick.zero_check', { line: 'chain', left: '2' }]]);
    expect(agrees.feedback?.kind).toBe('right');
    expect(play(asked, { is: 'left', left: '5' }).feedback?.kind).toBe('attention');
  });

  it('takes back a pick, a short and a skip, each by its own command', () => {
    const picked = play(ready(), 'C-07-3-B', BOLTS, 'T-1');
    const undone = play(picked.state, { is: 'undo', command: picked.commands[0]?.id ?? '' });
    expect(sent(undone)).toEqual([['pick.undo', { command: picked.commands[0]?.id }]]);
    expect(lineOf(undone.state, 'bolts')).toMatchObject({ picked: '0', state: 'open' });
    expect(undone.state).toMatchObject({ line: 'bolts', step: 'item', past: [] });
    expect(said(undone)).toBe('12 taken back from tote 1 | Put them back in bin C-07-3-B.');
    const skipped = play(ready(), { is: 'skip' });
    expect(play(skipped.state, { is: 'undo', command: skipped.commands[0]?.id ?? '' }).state.line).toBe('bolts');
    const shorted = play(AT.item(), short('0'));
    expect(
      lineOf(play(shorted.state, { is: 'undo', command: shorted.commands[0]?.id ?? '' }).state, 'bolts')?.state,
    ).toBe('open');
  });

  it('does nothing for an undo it does not know', () => {
    expect(play(ready(), { is: 'undo', command: 'nothing' })).toMatchObject({ commands: [], feedback: null });
  });

  it('goes one step back, never past what is booked', () => {
    expect(play(AT.put(), { is: 'back' }).state.step).toBe('item');
    expect(play(AT.item(), { is: 'back' }).state.step).toBe('bin');
    expect(play(AT.place(), { is: 'back' }).state.step).toBe('drop');
  });
});

describe('the whole round', () => {
  it('ends with every tote at its packing place and every line settled', () => {
    const turn = play(
      ready(),
      'C-07-3-B',
      BOLTS,
      'T-1',
      'C-09-3-B',
      'S-100',
      'T-2',
      GTIN.chain,
      'T-1',
      { is: 'left', left: '2' },
      `]C100${UNIT}`,
      'T-2',
      'T-2',
      'PACK-2',
      'T-1',
      'PACK-1',
    );
    expect(turn.state.step).toBe('done');
    expect(turn.state.round.lines.every((one) => one.state === 'picked')).toBe(true);
    expect(turn.state.round.totes.every((one) => one.state === 'dropped')).toBe(true);
    expect(turn.state.past).toEqual([]);
  });

  it('survives being stored: a state is plain data', () => {
    const state = AT.put();
    const from = (start: PickState): PickState => {
      restart();
      return play(start, 'T-1').state;
    };
    expect(from(JSON.parse(JSON.stringify(state)) as PickState)).toEqual(from(state));
  });

  it('keeps the step when a fresh picture of the round changes nothing of it, and moves on when it does', () => {
    const state = AT.put();
    expect(play(state, { is: 'fresh', round: round() }).state.step).toBe('put');
    const taken = {
      ...round(),
      lines: round().lines.map((one) => (one.id === 'bolts' ? { ...one, state: 'cancelled' } : one)),
    };
    expect(play(state, { is: 'fresh', round: taken }).state.line).toBe('lamp');
  });
});
