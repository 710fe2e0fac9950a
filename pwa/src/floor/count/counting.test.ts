import { describe, expect, it } from 'vitest';
import { scanOf } from '../../../test/round';
import { allLines, begin, isComplete, posting, restIsNone, say, scanned, total, uncounted } from './counting';
import type { CountDocument } from '../../api/types';

const line = (lot: string): CountDocument['lines'][number] => ({
  lot: `id-${lot}`,
  lotCode: lot,
  expiresOn: null,
  serial: null,
  serialCode: null,
  handlingUnit: null,
  handlingUnitCode: null,
});
const doc: CountDocument = {
  id: 'c1',
  number: 7,
  state: 'claimed',
  reason: 'short_not_found',
  place: 'p',
  placeCode: 'C-07-3-B',
  checkDigits: '47',
  item: 'i',
  sku: 'B',
  name: 'Bolt',
  unit: 'pc',
  whole: true,
  tracking: 'lot',
  expires: true,
  gtins: ['09521234000006'],
  packs: [{ gtin: '09521234000006', quantity: '1' }],
  lines: [line('L1'), line('L2')],
  aside: [],
};

describe('a count', () => {
  it('starts only at its bin', () => {
    expect(scanned(begin(doc), scanOf('C-07-3-A')).feedback?.kind).toBe('wrong');
    expect(scanned(begin(doc), scanOf('c-07-3-b')).state.atBin).toBe(true);
  });

  it('wants a number for every lot before it can be booked, and adds them exactly', () => {
    const here = scanned(begin(doc), scanOf('C-07-3-B')).state;
    const opened = scanned(here, scanOf('L2')).state;
    expect(opened.open).toBe(1);
    const one = say(opened, 1, '3').state;
    expect(isComplete(one)).toBe(false);
    const both = say(one, 0, '0').state;
    expect(isComplete(both)).toBe(true);
    expect(total(both)).toBe('3');
    expect(posting(both)).toEqual({
      task: 'c1',
      counted: [
        { quantity: '0', lot: 'id-L1', serial: null, handlingUnit: null },
        { quantity: '3', lot: 'id-L2', serial: null, handlingUnit: null },
      ],
      units: [],
    });
  });

  it('takes a lot the books do not list with the barcode of its item, asks for its date, and sends it by its code', () => {
    const here = scanned(begin(doc), scanOf('C-07-3-B')).state;
    const found = scanned(here, scanOf(']d2010952123400000610L9')).state;
    expect([found.open, allLines(found)[2]]).toMatchObject([2, { lotCode: 'L9', asksDate: true }]);
    const known = restIsNone(say(found, 2, '4', '2031-05-06').state);
    expect([isComplete(known), total(known), uncounted(known)]).toEqual([true, '4', []]);
    expect(posting(known)['counted']).toContainEqual({
      quantity: '4',
      item: null,
      lotCode: 'L9',
      serialCode: null,
      expiresOn: '2031-05-06',
    });
    const dated = scanned(here, scanOf(']d201095212340000061731050610L9')).state;
    expect(allLines(dated)[2]).toMatchObject({ expiresOn: '2031-05-06', asksDate: false });
  });

  it('has a code that only says a lot, another item or a pallet scanned twice, and forgets it after another scan', () => {
    const here = scanned(begin(doc), scanOf('C-07-3-B')).state;
    const once = scanned(here, scanOf('L9'), null);
    expect([once.feedback?.kind, once.feedback?.head.key, once.state.found]).toEqual([
      'attention',
      'not_listed',
      undefined,
    ]);
    expect(allLines(scanned(once.state, scanOf('L9'), null).state)[2]?.lotCode).toBe('L9');
    const between = scanned(once.state, scanOf('L1')).state;
    expect(scanned(between, scanOf('L9'), null).feedback?.kind).toBe('attention');
    const other = { is: 'item', sku: 'X', name: 'Nut', unit: 'pc', content: '1', packaging: '' } as const;
    const nut = scanned(scanned(here, scanOf('9521234000990'), other).state, scanOf('9521234000990'), other).state;
    expect(allLines(nut)[2]).toMatchObject({ item: '09521234000990', name: 'Nut' });
    expect(total(say(nut, 2, '5').state)).toBe('0');
    const pallet = ']C100395212340000000014';
    const stood = scanned(scanned(here, scanOf(pallet), null).state, scanOf(pallet), null);
    expect([stood.feedback?.kind, stood.state.units]).toEqual(['right', ['395212340000000014']]);
  });

  it('never takes the same lot of another item for its own, and names other bins', () => {
    const here = scanned(begin(doc), scanOf('C-07-3-B')).state;
    expect(scanned(here, scanOf(']d2010952123400099010L1'), null).feedback?.kind).toBe('attention');
    const bin = scanned(here, scanOf('C-07-3-A'), { is: 'place', kind: 'bin', code: 'C-07-3-A' }).feedback;
    expect(bin).toMatchObject({ kind: 'wrong', head: { args: { scanned: { key: 'a_bin' } } } });
  });

  it('counts pieces of a lot that lies in several units as loose, and a unit by its own number', () => {
    const unit = (code: string) => ({ ...line('L1'), handlingUnit: code, handlingUnitCode: code });
    const units = { ...doc, lines: [unit('095212340000004813'), unit('095212340000004820')] };
    const here = scanned(begin(units), scanOf('C-07-3-B')).state;
    expect(scanned(here, scanOf(']C100095212340000004820')).state.open).toBe(1);
    const loose = scanned(here, scanOf(']d2010952123400000610L1')).state;
    expect([loose.open, allLines(loose)[2]?.handlingUnitCode, allLines(loose)[2]?.lotCode]).toEqual([2, null, 'L1']);
  });

  it("says which earlier count of one's own it puts right", () => {
    const done = say(say(scanned(begin(doc), scanOf('C-07-3-B')).state, 0, '1').state, 1, '2').state;
    expect(posting(done)['replaces']).toBeUndefined();
    expect(posting(say({ ...done, replaces: 'k1' }, 1, '3').state)).toMatchObject({ task: 'c1', replaces: 'k1' });
  });

  it('counts a serial number by its scan, and half a piece not at all', () => {
    const one = { ...line(''), lot: null, lotCode: null, serial: 's', serialCode: 'SN1' };
    const serials = { ...doc, tracking: 'serial', lines: [one, { ...one, serialCode: 'SN2' }] };
    const here = scanned(begin(serials), scanOf('C-07-3-B')).state;
    const counted = scanned(here, scanOf('SN2')).state;
    expect([counted.open, counted.counted]).toEqual([null, { 1: '1' }]);
    expect(say(here, 0, '1.5').feedback?.kind).toBe('wrong');
  });

  it('of a bin the books think empty is one nameless line, or none where every piece has a lot', () => {
    const empty = scanned(begin({ ...doc, tracking: 'none', lines: [] }), scanOf('C-07-3-B')).state;
    expect(empty.open).toBe(0);
    expect(isComplete(say(empty, 0, '0').state)).toBe(true);
    const lots = scanned(begin({ ...doc, lines: [] }), scanOf('C-07-3-B')).state;
    expect([lots.open, allLines(lots), isComplete(lots)]).toEqual([null, [], true]);
  });
});
