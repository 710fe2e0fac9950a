import { describe, expect, it } from 'vitest';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';
import { term, w } from './index';

const names = (message: unknown): string[] => [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort();

describe('the words of the page', () => {
  it.each([
    ['nl', nl],
    ['zh', zh],
  ])('in %s fill the same names as in English', (_, dict) => {
    for (const key of Object.keys(en) as (keyof typeof en)[])
      expect([key, names(dict[key])]).toEqual([key, names(en[key])]);
  });

  it('choose the plural and fall back to a term of the server as it is', () => {
    expect(w('lines_n', { n: 1 })).toBe('1 line');
    expect(w('lines_n', { n: 2 })).toBe('2 lines');
    expect(term('x', 'never_heard_of')).toBe('never heard of');
  });
});
