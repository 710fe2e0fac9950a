import { afterAll, describe, expect, it } from 'vitest';
import { ago, day, number, plural, say, speak, t, type Message } from '.';
import { en } from './en';
import { nl } from './nl';
import { zh } from './zh';

const forms = (message: Message): string[] => (typeof message === 'string' ? [message] : Object.values(message));
const names = (message: Message): string[] =>
  [
    ...new Set(forms(message).flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? ''))),
  ].sort();

describe.each(Object.entries({ nl, zh }))('%s', (_, dict) => {
  it('fills the same names as English, in every message', () => {
    const off = Object.entries(en)
      .filter(
        ([key, message]) => JSON.stringify(names(message)) !== JSON.stringify(names(dict[key as keyof typeof en])),
      )
      .map(([key]) => key);
    expect(off).toEqual([]);
  });
  it('leaves nothing in English and nothing empty', () => {
    const same = Object.entries(en)
      .filter(([key, message]) => JSON.stringify(message) === JSON.stringify(dict[key as keyof typeof en]))
      .map(([key]) => key);
    const shared = [
      'a_problem',
      'a_item',
      'a_code',
      'bin_right',
      'badge',
      'camera',
      'scan_x',
      'scan_the',
      'ms',
      'ok',
      'live',
      'offline',
      'zone',
      'content_of',
      'level',
      'status',
      'for_order',
      'source_camera',
      'orders_n',
      'skipped',
      'term_m',
      'term_pallet',
      'term_open',
    ];
    expect(same.filter((key) => !shared.includes(key))).toEqual([]);
    expect(
      Object.values(dict)
        .flatMap(forms)
        .filter((form) => form.trim() === ''),
    ).toEqual([]);
  });
});

describe('Chinese', () => {
  const all = import.meta.glob<string>(['../**/zh.ts', './zh/*.ts', './problems/zh.ts'], {
    eager: true,
    query: '?raw',
    import: 'default',
  });
  it.each([
    ['item', '物料', /货品|商品|品项/],
    ['bin', '库位', /货位|储位|仓位/],
  ])('calls an %s %s and nothing else, in all its words', (_, word, others) => {
    expect(Object.values(all).join('')).toContain(word);
    const off = Object.entries(all).flatMap(([file, text]) =>
      text.split('\n').flatMap((line) => (others.test(line) ? [`${file}: ${line.trim()}`] : [])),
    );
    expect(off).toEqual([]);
  });
});

describe('plurals and short counts, said without asking Intl', () => {
  it.each(['en-GB', 'nl-NL'])('are those of %s', (where) => {
    const rules = new Intl.PluralRules(where);
    for (const n of [0, 0.5, 1, 1.5, 2, 3, 11, 21, 101, 1000]) expect(plural(n)).toBe(rules.select(n));
  });
  it('have one form in Chinese', () => {
    expect(new Intl.PluralRules('zh-CN').resolvedOptions().pluralCategories).toEqual(['other']);
    expect(Object.values(zh).filter((message: Message) => typeof message !== 'string' && 'one' in message)).toEqual([]);
  });
  it.each([
    ['en', 'en-GB'],
    ['nl', 'nl-NL'],
    ['zh', 'zh-CN'],
  ] as const)('are written as %s writes them', async (language, where) => {
    await speak(language);
    const written = new Intl.NumberFormat(where);
    for (const n of [0, 7, 42, 999, 1000]) expect(number(n)).toBe(written.format(n));
    await speak('en');
  });
});

describe('speaking', () => {
  afterAll(() => speak('en'));

  it('puts phrases into sentences and capitalises the sentence', async () => {
    const what = {
      key: 'x_not_y',
      args: { scanned: { key: 'a_lot', args: { code: '24093' } }, expected: { key: 'a_lot', args: { code: '24117' } } },
    } as const;
    expect(say(what)).toBe('Lot 24093,\nnot lot 24117');
    await speak('nl');
    expect(say(what)).toBe('Partij 24093,\nniet partij 24117');
    await speak('zh');
    expect(say(what)).toBe('这是批次 24093，\n应为批次 24117');
  });

  it('chooses the plural and writes numbers, days and spans in the reader’s manner', async () => {
    await speak('en');
    expect([
      t('waiting_n', { n: 1 }),
      t('orders_n', { n: 2 }),
      number('1234.5'),
      day('2027-03-31'),
      ago(180_000),
    ]).toEqual(['1 waiting', '2 orders', '1,234.5', '31 Mar 2027', '3 mins']);
    await speak('nl');
    expect([t('waiting_n', { n: 1 }), t('orders_n', { n: 2 }), number('1234.5'), day('2027-03-31')]).toEqual([
      '1 wacht',
      '2 orders',
      '1.234,5',
      '31 mrt 2027',
    ]);
  });

  it('writes an exact decimal without passing through a float', async () => {
    await speak('en');
    expect(number('123456789012.123456')).toBe('123,456,789,012.123456');
  });
});
