import { describe, expect, it } from 'vitest';
import { en as putAway } from '../../putaway/words/en';
import { nl as wegzetten } from '../../putaway/words/nl';
import { zh as shangjia } from '../../putaway/words/zh';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

const names = (message: unknown): string[] => [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort();
const pairs = (base: object, dict: object): [string, string[]][] =>
  Object.keys(base).map((key) => [key, names(dict[key as keyof object])]);

describe.each([
  ['receive nl', en, nl],
  ['receive zh', en, zh],
  ['putaway nl', putAway, wegzetten],
  ['putaway zh', putAway, shangjia],
])('%s', (_, base, dict) => {
  it('fills the same names as English, in every message, and says none of them in English', () => {
    expect(pairs(base, dict)).toEqual(pairs(base, base));
    expect(
      Object.keys(base).filter(
        (key) => JSON.stringify(base[key as keyof object]) === JSON.stringify(dict[key as keyof object]),
      ),
    ).toEqual([]);
  });
});
