import { describe, expect, it } from 'vitest';
import { scanOf } from '../../../test/round';
import { booked, undone, without } from './booking';
import { against, begin, confirm, damage, scanned, stranger, type Dock } from './dock';
import type { DeliveryDocument, ExpectedItem } from './types';

const item = (sku: string, more: Partial<ExpectedItem> = {}): ExpectedItem => ({
  id: `id-${sku}`,
  sku,
  name: `Thing ${sku}`,
  unit: 'pc',
  whole: true,
  tracking: 'none',
  expires: false,
  inspected: false,
  packagings: [
    { kind: 'each', gtin: sku === 'A' ? '09521234000006' : '09521234000013', quantity: '1' },
    { kind: 'box', gtin: sku === 'A' ? '19521234000003' : '19521234000010', quantity: '25' },
  ],
  ...more,
});
const line = (id: string, sku: string, quantity: string, more: object = {}): DeliveryDocument['lines'][number] => ({
  id,
  line: 1,
  sku,
  item: `id-${sku}`,
  unit: 'pc',
  quantity,
  received: '0',
  blocked: '0',
  lot: null,
  expiresOn: null,
  dueOn: null,
  state: 'open',
  packs: [],
  ...more,
});
const PACK = '395212340000000014';
const doc = (more: Partial<DeliveryDocument> = {}): DeliveryDocument => ({
  id: 'd1',
  kind: 'advice',
  number: 'DA-1',
  purchaseOrder: 'PO-1',
  supplier: 'S1',
  supplierName: 'Someone',
  state: 'open',
  dueOn: null,
  overPercent: '10',
  overRule: 'record',
  lines: [
    line('l1', 'A', '60'),
    line('l2', 'B', '12', {
      lot: 'L7',
      packs: [{ id: 'p1', sscc: PACK, quantity: '12', lot: 'L7', expiresOn: '2031-01-31', received: false }],
    }),
  ],
  items: [item('A'), item('B', { tracking: 'lot', expires: true })],
  docks: [{ id: 'k1', code: 'DOCK-IN-1' }],
  ...more,
});
const after = (dock: Dock, ...codes: string[]): Dock =>
  codes.reduce((now, code) => scanned(now, scanOf(code)).dock, dock);

describe('a delivery at the dock', () => {
  it('counts a packaging by its content, and each further scan of it', () => {
    const once = after(begin(doc()), '19521234000003');
    expect(once.entries[0]).toMatchObject({ line: 'l1', quantity: '25' });
    expect(after(once, '19521234000003', '9521234000006').entries[0]?.quantity).toBe('51');
  });

  it('fills everything in from an announced SSCC, and books it when it is scanned again', () => {
    const first = scanned(begin(doc()), scanOf(`]C100${PACK}`));
    expect(first.dock.entries).toMatchObject([
      { line: 'l2', pack: 'p1', quantity: '12', lot: 'L7', expires: '2031-01-31', unit: PACK },
    ]);
    const second = scanned(first.dock, scanOf(`]C100${PACK}`));
    expect(second.book).toBe(true);
    const next = booked(second.dock, ['c1']);
    expect(next.doc.lines[1]).toMatchObject({ received: '12', packs: [{ received: true }] });
    expect(scanned(next, scanOf(`]C100${PACK}`)).feedback?.kind).toBe('wrong');
    expect(undone(next, next.taken[0]!).doc.lines[1]).toMatchObject({ received: '0', packs: [{ received: false }] });
    expect(without(next, ['c1'])).toMatchObject({ taken: [] }); // a colleague was first: nothing of it stays on the screen
    expect(without(next, ['c1']).doc.lines[1]).toMatchObject({ received: '0', packs: [{ received: false }] });
    expect(without(next, ['another'])).toBe(next);
  });

  it('asks once more where a pack holds more than was announced and ordered', () => {
    const first = scanned(begin(doc()), scanOf(`]C100${PACK}`)).dock;
    const more = { ...first, entries: first.entries.map((one) => ({ ...one, quantity: '500' })) };
    const asked = confirm(more);
    expect(asked.feedback?.kind).toBe('attention');
    expect(asked.book).toBeUndefined();
    expect(confirm(asked.dock).book).toBe(true);
  });

  it('names a pack that is not in the delivery', () => {
    const turn = scanned(begin(doc()), scanOf('395212340000000021'));
    expect(turn.feedback).toMatchObject({ kind: 'wrong' });
    expect(JSON.stringify(turn.feedback)).toContain('DA-1');
  });

  it('sets damaged pieces of a pack aside as an entry of their own', () => {
    const pack = after(begin(doc()), `]C100${PACK}`);
    expect(damage(pack, '2', 'wet', null).entries).toMatchObject([
      { quantity: '10', pack: 'p1', condition: 'good' },
      { quantity: '2', pack: null, condition: 'damaged', reason: 'wet' },
    ]);
    expect(damage(pack, '12', '', null).entries).toMatchObject([{ quantity: '12', pack: 'p1', condition: 'damaged' }]);
  });

  it('wants lot and date of an item that has them, and takes both from its label', () => {
    const bare = after(begin(doc({ lines: [line('l2', 'B', '12')] })), '9521234000013');
    expect(confirm(bare).feedback?.kind).toBe('wrong');
    const told = after(bare, ']C1010952123400001317310131' + '10NEW');
    // The label says which lot the one counted before is of, and is not another.
    expect(told.entries[0]).toMatchObject({ lot: 'NEW', expires: '2031-01-31', quantity: '1' });
    expect(confirm(told).book).toBe(true);
  });

  it('refuses an expired lot as good and lets it be set aside', () => {
    const [entry] = after(begin(doc()), `]C100${PACK}`).entries;
    const old = { ...entry!, expires: '2020-01-01' };
    expect(against(begin(doc()), old, '2026-01-01')?.kind).toBe('wrong');
    expect(against(begin(doc()), { ...old, condition: 'expired' }, '2026-01-01')).toBeNull();
  });

  it('asks once more for too much, or refuses it where the order says so', () => {
    const many = after(begin(doc()), '19521234000003', '19521234000003', '19521234000003');
    const asked = confirm(many);
    expect([asked.feedback?.kind, asked.book]).toEqual(['attention', undefined]);
    expect(confirm(asked.dock).book).toBe(true);
    const strict = { ...many, doc: { ...many.doc, overRule: 'refuse' } };
    expect(confirm(confirm(strict).dock).feedback?.kind).toBe('wrong');
  });

  it('collects one serial number a piece and notices one scanned twice', () => {
    const serials = doc({ lines: [line('l1', 'A', '2')], items: [item('A', { tracking: 'serial' })] });
    const two = after(begin(serials), '9521234000006', 'SN-1', 'SN-2');
    expect(two.entries[0]).toMatchObject({ quantity: '2', serials: ['SN-1', 'SN-2'] });
    expect(scanned(two, scanOf('SN-2')).feedback?.kind).toBe('wrong');
    expect(confirm(two).book).toBe(true);
  });

  it('warns of a stranger once, then takes it in without a line; asks the server about what it cannot read', () => {
    const dock = begin(doc());
    expect(scanned(dock, scanOf('4006381333931')).ask).toBe('4006381333931');
    const once = stranger(dock, item('Z'), scanOf('4006381333931'), false);
    expect(once.feedback?.kind).toBe('attention');
    expect(stranger(once.dock, item('Z'), scanOf('4006381333931'), false).dock.entries[0]).toMatchObject({
      line: null,
    });
  });
});
