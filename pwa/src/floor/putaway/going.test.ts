import { describe, expect, it } from 'vitest';
import { scanOf } from '../../../test/round';
import { atBin, begin, loadOf, payload, scanned, type Proposed, type Waiting } from './going';

const bin = (place: string, code: string): Proposed['proposals'][number] => ({
  place,
  code,
  checkDigits: '12',
  zone: 'S',
  walkM: '20',
  score: '1',
  reasons: [],
});
const load = { handlingUnit: 'u1', quant: null, quantity: null };
const trip = begin(
  {
    hold: 'h1',
    held: 'b1',
    expiresAt: '2031-01-01T00:00:00Z',
    load: {
      handlingUnit: 'u1',
      quant: null,
      code: 'U',
      quantity: '5',
      place: 'dock',
      placeCode: 'DOCK-IN-1',
      contents: [],
    },
    proposals: [bin('b1', 'A-01-1-A'), bin('b2', 'A-02-1-A')],
  },
  load,
);

describe('a load on its way', () => {
  it('is put away by the scan of the bin that is kept for it', () => {
    const step = scanned(trip, scanOf('a-01-1-a'));
    expect(step.here).toEqual({ id: 'b1', code: 'A-01-1-A' });
    expect(payload(trip, step.here!, '')).toEqual({
      ...load,
      fromPlace: 'dock',
      toPlace: 'b1',
      hold: 'h1',
      reason: '',
    });
  });

  it('goes to another bin by a second scan, and then a reason is asked for', () => {
    const once = scanned(trip, scanOf('A-02-1-A'));
    expect([once.feedback?.kind, once.here]).toEqual(['attention', undefined]);
    const twice = scanned(once.trip, scanOf('A-02-1-A'));
    expect(twice.trip.other).toEqual({ id: 'b2', code: 'A-02-1-A' });
    const between = scanned(once.trip, scanOf('A-01-1-A'));
    expect(between.here?.id).toBe('b1');
  });

  it('asks the server to name what is no proposal, and remembers it for the second scan', () => {
    expect(scanned(trip, scanOf('Z-09-1-A')).ask).toBe('Z-09-1-A');
    const once = atBin(trip, { id: 'z', code: 'Z-09-1-A' });
    expect(scanned(once.trip, scanOf('Z-09-1-A')).trip.other?.id).toBe('z');
  });

  it('finds a waiting load by its SSCC or its item', () => {
    const row = { code: '395212340000000014', sku: 'A-1' } as Waiting;
    expect(loadOf([row], scanOf(']C100395212340000000014'))).toBe(row);
    expect(loadOf([row], scanOf('A-1'))).toBe(row);
    expect(loadOf([row], scanOf('A-2'))).toBeUndefined();
  });
});
