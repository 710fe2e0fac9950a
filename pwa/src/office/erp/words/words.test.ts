import { describe, expect, it } from 'vitest';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';
import { term, w } from './index';

const names = (message: unknown): string[] => [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort();

describe('the words of the office', () => {
  it.each([
    ['nl', nl],
    ['zh', zh],
  ])('in %s fill the same names as in English', (_, dict) => {
    for (const key of Object.keys(en) as (keyof typeof en)[])
      expect([key, names(dict[key])]).toEqual([key, names(en[key])]);
  });

  it('choose the plural, and show a term that is new here as it is', () => {
    expect([w('days', { n: 1 }), w('days', { n: 3 })]).toEqual(['1 day', '3 days']);
    expect(term('st', 'never_heard_of')).toBe('never heard of');
  });
});
