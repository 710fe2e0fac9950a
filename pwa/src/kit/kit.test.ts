import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { binSize, splitBin } from './bin';
import { add, compare, isDecimal, isWhole, packs, plain, subtract } from './decimal';
import { press } from './NumberPad';
import { BUZZES, TONES } from './sound';

describe('decimals', () => {
  it('adds and subtracts exactly, where floats would not', () => {
    expect(add('0.1', '0.2')).toBe('0.3');
    expect(subtract('1', '0.000001')).toBe('0.999999');
    expect(subtract('3', '5.5')).toBe('-2.5');
    expect(plain('012.500')).toBe('12.5');
    expect(compare('10', '9.999999')).toBe(1);
  });
  it('tells a decimal from what only looks like one', () => {
    expect(
      ['12', '0.5', '-3', '1e3', '', '1,5', '.5', '1.', 'NaN', '1234567890123', '0.1234567'].map(isDecimal),
    ).toEqual([true, true, true, false, false, false, false, false, false, false, false]);
    expect([isWhole('12.0'), isWhole('12.5')]).toEqual([true, false]);
  });
  it('counts whole packs and the rest', () => {
    expect(packs('30', '12')).toEqual({ count: 2, rest: '6' });
    expect(packs('5', '0')).toEqual({ count: 0, rest: '5' });
  });
});

describe('the number pad', () => {
  it('puts a typed digit in the place of a proposed number, and lets it be corrected otherwise', () => {
    expect([press('1', '2', false, 9, true), press('1', '2', false, 9)]).toEqual(['2', '12']);
    expect([press('24', 'Backspace', false, 9, true), press('7', '.', true, 9, true)]).toEqual(['2', '0.']);
  });
  it('takes digits, one separator where decimals are allowed, and no more than fit', () => {
    const type = (keys: string, decimals: boolean): string =>
      [...keys].reduce((text, key) => press(text, key === '<' ? 'Backspace' : key, decimals, 5), '');
    expect([
      type('12', false),
      type('1.5', false),
      type('1.5.2', true),
      type('.5', true),
      type('007', false),
      type('1234567', false),
      type('12<', false),
      type('1x2', false),
    ]).toEqual(['12', '15', '1.52', '0.5', '7', '12345', '1', '12']);
  });
});

describe('a bin code', () => {
  it('is cut into aisle, bay, level and slot', () => {
    expect(splitBin('C-07-3-B').map((part) => `${part.name} ${part.text}`)).toEqual([
      'aisle C',
      'bay 07',
      'level 3',
      'slot B',
    ]);
    expect(splitBin('PACK-1').map((part) => part.name)).toEqual(['part', 'part']);
  });
  it('shrinks in steps as it grows', () => {
    expect(['C-07-3-B', 'C-107-3-B', 'AA-107-3-B', 'WAREHOUSE-107-33'].map(binSize)).toEqual(['', 'm', 's', 'xs']);
  });
});

describe('the three answers', () => {
  it('sound and feel apart', () => {
    for (const of of [TONES, BUZZES]) {
      const told = Object.values(of).map((one) => JSON.stringify(one));
      expect(new Set(told).size).toBe(3);
      expect(new Set(Object.values(of).map((one) => one.length)).size).toBe(3);
    }
  });
});

/** Relative luminance and contrast (WCAG 2.2). */
const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};

describe('the colours', () => {
  const css = readFileSync('src/kit/tokens.css', 'utf8');
  const block = (selector: string): Record<string, string> =>
    Object.fromEntries(
      [...(css.split(`${selector} {`)[1]?.split('}')[0] ?? '').matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((found) => [
        found[1],
        found[2],
      ]),
    );
  const light = block(':root');
  const themes = {
    light,
    dark: { ...light, ...block(':root[data-theme="dark"]') },
    contrast: { ...light, ...block(':root[data-theme="contrast"]') },
  };
  const pairs = [
    ['ink', 'paper'],
    ['ink', 'ground'],
    ['ink-2', 'paper'],
    ['ink-2', 'ground'],
    ['ink-2', 'mute-wash'],
    ['ink', 'mute-wash'],
    ['brand', 'paper'],
    ['brand-ink', 'brand'],
    ['ink', 'brand-wash'],
    ['ok', 'ok-wash'],
    ['stop', 'stop-wash'],
    ['stop', 'paper'],
    ['ask', 'ask-wash'],
    ['flash-ok-ink', 'flash-ok'],
    ['flash-stop-ink', 'flash-stop'],
    ['flash-ask-ink', 'flash-ask'],
  ] as const;

  it.each(Object.entries(themes))('are at least 7:1 wherever text stands, in %s', (_, theme) => {
    const weak = pairs
      .filter(([text, ground]) => contrast(theme[text] ?? '#000000', theme[ground] ?? '#000000') < 7)
      .map(([text, ground]) => `${text} on ${ground}: ${contrast(theme[text] ?? '', theme[ground] ?? '').toFixed(2)}`);
    expect(weak).toEqual([]);
  });
});
