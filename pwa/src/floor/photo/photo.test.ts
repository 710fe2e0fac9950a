import { describe, expect, it } from 'vitest';
import type { CountDocument } from '../../api/types';
import { identity, labels, type Mark } from './marks';
import { check, type UnitContents } from './pallet';
import { tally } from './tally';

const GS1 = ']C1';
const EACH = '09521234000006';
const BOX = '19521234000003';
const UNIT = '387123450000000005';
const OTHER = '387123450000079193';

const mark = (text: string, more: Partial<Mark> = {}): Mark => ({
  text,
  symbology: '',
  format: 'Code128',
  corners: [],
  sure: true,
  ...more,
});
const lot = (gtin: string, code: string): Mark => mark(`01${gtin}10${code}`, { symbology: GS1 });

const line = (code: string | null, more: Record<string, unknown> = {}): CountDocument['lines'][number] => ({
  lot: code && `id-${code}`,
  lotCode: code,
  expiresOn: null,
  serial: null,
  serialCode: null,
  handlingUnit: null,
  handlingUnitCode: null,
  ...more,
});
const count = (...lines: CountDocument['lines']): CountDocument => ({
  id: 'c',
  number: 1,
  state: 'claimed',
  reason: 'zero_check',
  place: 'p',
  placeCode: 'C-07-3-B',
  checkDigits: '47',
  item: 'i',
  sku: 'B',
  name: 'Bolt',
  unit: 'pc',
  whole: true,
  tracking: 'lot',
  expires: false,
  aside: [],
  gtins: [EACH, BOX],
  packs: [
    { gtin: EACH, quantity: '1' },
    { gtin: BOX, quantity: '12' },
  ],
  lines,
});

describe('a shelf counted by photo', () => {
  it('adds boxes and pieces by what each stands for, lot by lot', () => {
    const seen = [
      lot(BOX, 'L1'),
      lot(BOX, 'L1'),
      lot(EACH, 'L2'),
      lot(BOX, 'L9'),
      mark(EACH.slice(1), { symbology: ']E0' }),
    ];
    const found = tally(count(line('L1'), line('L2')), seen);
    expect(found.counted).toEqual({ 0: '24', 1: '1' });
    expect(found.rest.map((one) => one.why)).toEqual(['other_item', 'which_lot']);
  });

  it('counts a label once that bears its number as bars and as a matrix, and nothing doubtful', () => {
    const both = [lot(BOX, 'L1'), { ...lot(BOX, 'L1'), format: 'DataMatrix', symbology: ']d2' }];
    expect(tally(count(line('L1')), [...both, { ...lot(BOX, 'L1'), sure: false }]).counted).toEqual({ 0: '12' });
    expect(labels(both)).toHaveLength(1);
  });

  it('counts a serial number once however often it is seen', () => {
    const doc = count(line(null, { serialCode: 'SN-1' }), line(null, { serialCode: 'SN-2' }));
    expect(tally(doc, [mark('SN-1'), mark('SN-1'), mark('SN-3')]).counted).toEqual({ 0: '1' });
  });
});

const pallet: UnitContents = {
  id: 'top',
  code: '387123450000950287',
  kind: 'pallet',
  units: [
    { id: 'a', code: UNIT, kind: 'box', within: 'top' },
    { id: 'b', code: OTHER, kind: 'box', within: 'top' },
  ],
  goods: [
    { within: 'a', sku: 'B', name: 'Bolt', unit: 'pc', lot: 'L1', serial: null, quantity: '12', gtins: [BOX] },
    { within: 'top', sku: 'N', name: 'Nut', unit: 'pc', lot: 'L7', serial: null, quantity: '5', gtins: [EACH] },
  ],
};
const sscc = (code: string): Mark => mark(`00${code}`, { symbology: GS1 });

describe("a pallet's labels", () => {
  it('names what is missing, what should not be here, and what was not read for certain', () => {
    const stranger = '387123450000158386';
    const found = check(pallet, [sscc(UNIT), sscc(stranger), lot(BOX, 'L1'), mark('TORN-1', { sure: false })]);
    expect(found.present.map((one) => one.name)).toEqual([UNIT]);
    expect(found.missing.map((one) => one.name)).toEqual([OTHER, 'Nut']);
    expect(found.unexpected.map((one) => one.name)).toEqual([stranger]);
    expect(found.unread.map((one) => one.name)).toEqual(['TORN-1']);
  });

  it('is right when every unit and loose goods show their label; another lot of them is not theirs', () => {
    const all = [sscc(pallet.code), sscc(UNIT), sscc(OTHER)];
    expect(check(pallet, [...all, lot(EACH, 'L7')])).toMatchObject({ missing: [], unexpected: [], unread: [] });
    expect(check(pallet, [...all, lot(EACH, 'L8')]).missing.map((one) => one.name)).toEqual(['Nut']);
    expect(identity(sscc(UNIT))).not.toBe(identity(sscc(OTHER)));
  });

  it('does not call a code unread that was also read for certain', () => {
    expect(check(pallet, [sscc(UNIT), { ...sscc(UNIT), sure: false }]).unread).toEqual([]);
  });
});
