import { describe, expect, it } from 'vitest';
import { share, times } from './Today';
import { hrefOf, viewOf, type View } from './view';

describe('the address', () => {
  const views: View[] = [
    { is: 'figures' },
    { is: 'exceptions' },
    { is: 'round', id: 'r-1' },
    { is: 'bay', aisle: 2, bay: 7 },
    { is: 'aisle', aisle: 0 },
    { is: 'waves' },
    { is: 'service' },
    { is: 'machines' },
    { is: 'history', of: 'handling_unit', id: 'u-1' },
  ];
  it.each(views)('of $is reads back as it was', (view) => {
    expect(viewOf(new URL(hrefOf(view), 'http://x').searchParams.get('show') ?? '')).toEqual(view);
  });

  it('that makes no sense shows the figures', () => {
    for (const show of ['bay:x:1', 'round:', 'history:weather:1', 'history:bin', '?', 'bay:-1:2'])
      expect(viewOf(show)).toEqual({ is: 'figures' });
  });
});

describe('the day', () => {
  it('is whole only when every order was on time, and tells nothing before one was due', () => {
    expect([share({ due: 0, onTime: 0 }), share({ due: 1000, onTime: 999 }), share({ due: 7, onTime: 7 })]).toEqual([
      '–',
      '99.9 %',
      '100 %',
    ]);
  });

  it('never has anybody walk less than the shortest way', () => {
    expect([
      times({ walkedM: 0, shortestM: 0 }),
      times({ walkedM: 99.99, shortestM: 100 }),
      times({ walkedM: 125, shortestM: 100 }),
    ]).toEqual(['–', '1.00×', '1.25×']);
  });
});
