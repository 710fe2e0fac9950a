import { describe, expect, it } from 'vitest';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

const names = (message: string): string[] => (message.match(/\{\w+\}/g) ?? []).sort();

describe.each([
  ['nl', nl],
  ['zh', zh],
])('what a buyer reads in %s', (_, dict) => {
  it('fills the same names as English', () => {
    for (const key of Object.keys(en) as (keyof typeof en)[])
      expect([key, names(dict[key])]).toEqual([key, names(en[key])]);
  });
});
