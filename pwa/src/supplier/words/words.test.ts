import { describe, expect, it } from 'vitest';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

const names = (message: unknown): string[] => [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort();

describe.each([
  ['nl', nl],
  ['zh', zh],
])('what a supplier reads in %s', (_, dict) => {
  it('fills the same names as English and leaves nothing in English', () => {
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect([key, names(dict[key])]).toEqual([key, names(en[key])]);
      if (key !== 'packs_hold') expect([key, dict[key]]).not.toEqual([key, en[key]]);
    }
  });
});
