import { describe, expect, it } from 'vitest';
import { scanOf } from '../../../test/round';
import { begin, isComplete, posting, say, scanned, total } from './counting';
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
  gtins: ['09521234000006'],
  packs: [{ gtin: '09521234000006', quantity: '1' }],
  lines: [line('L1'), line('L2')],
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
    });
  });

  it('refuses a lot that is not there, and half a piece', () => {
    const here = scanned(begin(doc), scanOf('C-07-3-B')).state;
    expect(scanned(here, scanOf('L9')).feedback?.kind).toBe('wrong');
    expect(say(here, 0, '1.5').feedback?.kind).toBe('wrong');
  });

  it('of a bin the books think empty is one nameless line', () => {
    const empty = scanned(begin({ ...doc, lines: [] }), scanOf('C-07-3-B')).state;
    expect(empty.open).toBe(0);
    expect(isComplete(say(empty, 0, '0').state)).toBe(true);
  });
});
