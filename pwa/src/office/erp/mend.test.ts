import { describe, expect, it } from 'vitest';
import { amend, kindOf, noted } from './mend';
import { en } from './words/en';

const refused = (type: string, facts: Record<string, unknown>) =>
  ({ way: 'in', state: 'dead', error: 'x', problem: { type: `/problems/${type}`, facts } }) as const;

describe('what a person does about a message that does not get through', () => {
  it.each([
    [refused('unknown-master', { sku: 'A-1' }), 'sku'],
    [refused('unknown-master', { sku: 'A-1', unit: 'box' }), 'unit'],
    [refused('unknown-master', { customer: 'C-9' }), 'customer'],
    [refused('unknown-master', { missing: ['A-1'] }), 'sku'],
    [refused('unknown-master', { work_centre: 'WC-9' }), 'work_centre'],
    [refused('unknown-master', { order: 'PO-1' }), 'waits'],
    [refused('no-such-item', { skus: ['A-1', 'A-2'] }), 'sku'],
    [refused('receipt-not-here', { receipt: '1' }), 'waits'],
    [refused('not-allowed', {}), 'other'],
    [{ way: 'in', state: 'unknown', error: 'x', problem: null } as const, 'unknown_type'],
    [{ way: 'in', state: 'dead', error: 'Its data does not fit its type: …', problem: null } as const, 'data'],
    [{ way: 'in', state: 'dead', error: 'A fault in the program', problem: null } as const, 'fault'],
    [{ way: 'out', state: 'dead', error: '422', problem: null } as const, 'receiver'],
  ])('is said for %o', (letter, name) => {
    expect(amend(letter).name).toBe(name);
    expect(Object.keys(en)).toContain(`mend_${name}`);
  });

  it('names several items in one sentence, and a message by what it is about', () => {
    expect(amend(refused('no-such-item', { skus: ['A-1', 'A-2'] })).facts['sku']).toBe('A-1, A-2');
    expect(kindOf('gemba.shipment.line_picked.v1')).toBe('shipment_line_picked');
  });

  it('reads who did what about it from the note that stays with it', () => {
    expect(noted('2026-11-22 17:13 UTC: dropped by 4d35: sent again: by hand')).toEqual({
      at: '2026-11-22T17:13:00Z',
      what: 'dropped_by',
      by: '4d35',
      reason: 'sent again: by hand',
    });
    expect(noted('2026-11-22 17:13 UTC: tried again by root')).toMatchObject({
      what: 'tried_by',
      by: 'root',
      reason: '',
    });
    expect(noted('something else')).toBeNull();
  });
});
