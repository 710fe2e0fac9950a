import { describe, expect, it } from 'vitest';
import { understand, type Scan } from '../../scan/scan';
import { play, said } from '../../../test/play';
import { ready } from '../../../test/round';
import { step } from '../pick/machine';
import { Codes } from './codes';

const codes = new Codes({
  places: { bin: ['A-01-1-A'], dock: ['DOCK-1'] },
  items: [
    {
      sku: 'FRM-1',
      name: 'Frame',
      unit: 'pc',
      packs: [
        { gtin: '09521234000990', kind: 'each', quantity: '1' },
        { gtin: '19521234000997', kind: 'box', quantity: '6' },
      ],
    },
  ],
  totes: ['T-0042'],
});
const scan = (raw: string): Scan => understand(raw, 'wedge', 0) as Scan;

describe('the codes a device keeps', () => {
  it('say what a place, a number, a short or long GTIN and a GS1 string stand for', () => {
    expect(codes.find(scan('a-01-1-a'))).toEqual({ is: 'place', kind: 'bin', code: 'A-01-1-A' });
    expect(codes.find(scan('FRM-1'))).toMatchObject({ is: 'item', content: '1' });
    expect(codes.find(scan('9521234000990'))).toMatchObject({ is: 'item', packaging: 'each' });
    expect(codes.find(scan(']C1011952123400099710L1'))).toMatchObject({ is: 'item', content: '6', packaging: 'box' });
    expect(codes.find(scan('L1'))).toBeNull();
  });

  it.each([
    ['9521234000990', 'That is Frame. First the bin | Scan bin C-07-3-B.'],
    ['A-01-1-A', 'Bin A-01-1-A, not bin C-07-3-B | Go to bin C-07-3-B.'],
    ['Q-01-1-A', 'Code Q-01-1-A is not known here | Scan bin C-07-3-B.'],
    ['T-0042', 'That is tote T-0042. First the bin | Scan bin C-07-3-B.'],
    ['DOCK-1', 'Place DOCK-1, not bin C-07-3-B | Go to bin C-07-3-B.'],
    ['NOBODY', 'Code NOBODY is not known here'],
  ])('name a wrong scan of %s in a round that knows nothing of it', (code, answer) => {
    const context = { now: '', newId: () => '', known: (one: Scan) => codes.find(one) };
    expect(said(step(ready(), { is: 'scan', scan: scan(code) }, context))).toContain(answer);
  });

  it('keep an item or a bin from becoming a tote, and have a new code scanned twice before it is one', () => {
    const context = { now: '', newId: () => '', known: (one: Scan) => codes.find(one) };
    const before = play(ready()).state;
    const asked = { ...before, step: 'newTote' as const, tote: before.round.totes[0]?.id ?? '' };
    expect(step(asked, { is: 'scan', scan: scan('9521234000990') }, context).commands).toEqual([]);
    expect(step(asked, { is: 'scan', scan: scan('T-0042') }, context).commands).toHaveLength(1);
    const first = step(asked, { is: 'scan', scan: scan('T-NEW') }, context);
    expect([said(first), first.commands]).toEqual(['Code T-NEW is new here | Scan it again to use it as a tote.', []]);
    expect(step(first.state, { is: 'scan', scan: scan('T-NE') }, context).commands).toEqual([]);
    expect(step(first.state, { is: 'scan', scan: scan('T-NEW') }, context).commands).toHaveLength(1);
  });
});
