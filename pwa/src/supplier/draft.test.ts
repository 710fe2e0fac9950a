import { describe, expect, it } from 'vitest';
import { accepted, begun, body, carried, differences, empty, fault, packed, rejected, settled } from './draft';
import type { Line } from './shapes';

const line: Line = {
  line: 10, sku: 'TUB-101', revision: 'A', name: 'Inner tube', tracking: 'none', expires: false, whole: true, unit: 'pc',
  quantity: '100', price: '2.5', wantedOn: '2026-12-02', state: 'open', shipped: '0', shippable: '0', reply: null,
}; // prettier-ignore
const TODAY = '2026-11-22';

describe('an answer in the making', () => {
  it('adds up or says by how much it does not', () => {
    const said = begun(line, undefined);
    expect(fault(line, said, TODAY)).toBeNull();
    const split = {
      ...said,
      parts: [
        { quantity: '60', on: '2026-12-02' },
        { quantity: '30', on: '2026-12-22' },
      ],
    };
    expect(fault(line, split, TODAY)).toEqual({ kind: 'too_few', by: '10' });
    expect(fault(line, { ...split, rejected: '10' }, TODAY)?.kind).toBe('reason');
    expect(fault(line, { ...split, rejected: '10', reason: 'no stock' }, TODAY)).toBeNull();
    expect(fault(line, { ...split, quantity: '90' }, TODAY)).toBeNull();
    expect(fault(line, { ...split, rejected: '20' }, TODAY)).toEqual({ kind: 'too_many', by: '10' });
  });

  it('refuses what cannot be promised', () => {
    const with_ = (parts: { quantity: string; on: string }[]) =>
      fault(line, { ...begun(line, undefined), parts }, TODAY)?.kind;
    expect(with_([{ quantity: '100', on: '2026-11-21' }])).toBe('past');
    expect(with_([{ quantity: '99.5', on: '2026-12-02' }])).toBe('whole');
    expect(with_([{ quantity: '', on: '2026-12-02' }])).toBe('amount');
    expect(
      with_([
        { quantity: '50', on: '2026-12-02' },
        { quantity: '50', on: '2026-12-02' },
      ]),
    ).toBe('same_day');
    expect(fault({ ...line, shipped: '40' }, { ...rejected(line, 'x') }, TODAY)?.kind).toBe('frozen');
  });

  it('tells what differs, and takes a change that changes nothing for an acceptance', () => {
    const said = {
      ...begun(line, undefined),
      parts: [
        { quantity: '60', on: '2026-12-01' },
        { quantity: '40', on: '2026-12-22' },
      ],
      price: '2.7',
    };
    expect(differences(line, said)).toEqual([
      { kind: 'dearer', by: '2.7' },
      { kind: 'split', by: '2' },
      { kind: 'later', by: '20' },
      { kind: 'earlier', by: '1' },
    ]);
    expect(settled(line, begun(line, undefined))).toEqual(accepted(line));
  });

  it('sends exact decimals and keeps only what a newer version left alone', () => {
    const draft = { ...empty(1), lines: { 10: accepted(line), 20: accepted(line) } };
    expect(JSON.stringify(body(draft))).toContain('"quantity":"100","promisedOn":"2026-12-02"');
    expect(Object.keys(carried(draft, 2, [10], [line, { ...line, line: 20 }]).lines)).toEqual(['20']);
  });

  it('packs a quantity, the rest in the last pack', () => {
    expect(packed('60', '25')).toEqual(['25', '25', '10']);
    expect(packed('60', '0')).toEqual([]);
  });
});
