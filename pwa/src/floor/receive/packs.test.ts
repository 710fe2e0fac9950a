import { describe, expect, it } from 'vitest';
import type { Mark } from '../photo/marks';
import { begin, confirm, type Dock } from './dock';
import { awaitsPacks, photographed } from './packs';
import type { DeliveryDocument, Line } from './types';

const [FIRST, SECOND, THIRD, OLD, STRANGE] = [
  '395212340000000014',
  '395212340000000021',
  '395212340000000038',
  '395212340000000045',
  '395212340000000052',
] as const;
const TODAY = '2030-06-01';

const mark = (sscc: string, more: Partial<Mark> = {}): Mark => ({
  text: `00${sscc}`,
  symbology: ']C1',
  format: 'Code128',
  corners: [],
  sure: true,
  ...more,
});
const pack = (id: string, sscc: string, more: Partial<Line['packs'][number]> = {}): Line['packs'][number] => ({
  id,
  sscc,
  quantity: '12',
  lot: 'L7',
  expiresOn: '2031-01-31',
  received: false,
  ...more,
});
const dock = (): Dock =>
  begin({
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
      {
        id: 'l1',
        number: 1,
        sku: 'A',
        quantity: '60',
        received: '12',
        blocked: '0',
        unit: 'pcs',
        lot: null,
        expiresOn: null,
        packs: [
          pack('p1', FIRST),
          pack('p2', SECOND),
          pack('p3', THIRD, { expiresOn: '2030-01-01' }),
          pack('p4', OLD, { received: true }),
        ],
      },
    ],
    items: [
      {
        id: 'i1',
        sku: 'A',
        name: 'Tin',
        unit: 'pcs',
        whole: true,
        tracking: 'lot',
        expires: true,
        packagings: [],
      },
    ],
    docks: [{ id: 'k1', code: 'DOCK-IN-1' }],
  } as unknown as DeliveryDocument);
const names = (some: readonly { name: string }[]): string[] => some.map((one) => one.name);

describe('a pallet received by photo', () => {
  it('sorts every label and every announced pack, and counts only what was read for certain', () => {
    const found = photographed(
      dock(),
      [mark(FIRST), mark(FIRST), mark(THIRD), mark(OLD), mark(STRANGE), mark(SECOND, { sure: false })],
      TODAY,
    );
    expect(names(found.here)).toEqual([FIRST]);
    expect(names(found.missing)).toEqual([SECOND]);
    expect(names(found.alone)).toEqual([THIRD]);
    expect(names(found.before)).toEqual([OLD]);
    expect(names(found.unexpected)).toEqual([STRANGE]);
    expect(names(found.unread)).toEqual([SECOND]);
  });

  it('takes all packs in at once as announced, and asks for nothing more', () => {
    const here = dock();
    const { entries } = photographed(here, [mark(FIRST), mark(SECOND)], TODAY);
    expect(entries).toMatchObject([
      { pack: 'p1', quantity: '12', lot: 'L7', unit: FIRST },
      { pack: 'p2', quantity: '12', lot: 'L7', unit: SECOND },
    ]);
    expect(confirm({ ...here, entries }, new Date(2030, 5, 1)).book).toBe(true);
  });

  it('is offered only where packs are announced and still to come', () => {
    expect(awaitsPacks(dock())).toBe(true);
    const bare = dock();
    expect(awaitsPacks({ ...bare, doc: { ...bare.doc, lines: [] } })).toBe(false);
  });
});
