import { describe, expect, it } from 'vitest';
import { hrefOf, viewOf, type View } from './view';

describe('the address', () => {
  const views: View[] = [{ is: 'figures' }, { is: 'exceptions' }, { is: 'round', id: 'r-1' }, { is: 'bay', aisle: 2, bay: 7 }, { is: 'aisle', aisle: 0 }, { is: 'waves' }, { is: 'history', of: 'handling_unit', id: 'u-1' }];
  it.each(views)('of $is reads back as it was', (view) => {
    expect(viewOf(new URL(hrefOf(view), 'http://x').searchParams.get('show') ?? '')).toEqual(view);
  });

  it('that makes no sense shows the figures', () => {
    for (const show of ['bay:x:1', 'round:', 'history:weather:1', 'history:bin', '?', 'bay:-1:2']) expect(viewOf(show)).toEqual({ is: 'figures' });
  });
});
