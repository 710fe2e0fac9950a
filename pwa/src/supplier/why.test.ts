import { describe, expect, it } from 'vitest';
import { learnTitles } from './titles';
import { lacks, why } from './why';
import type { Line, Problem } from './shapes';
import { speak } from './words';

const problem = (type: string, facts: Record<string, unknown>): Problem => ({
  type: `/problems/${type}`,
  title: 'An English title',
  detail: 'An English sentence.',
  status: 400,
  facts,
});

describe('a refusal on the supplier’s phone', () => {
  it('speaks the reader’s language and never the server’s English', async () => {
    const sums = problem('answer-does-not-add-up', { line: 10, missing: 'sum', told: '1090', ordered: '1100' });
    const told: string[] = [];
    for (const language of ['en', 'nl', 'zh'] as const) {
      await speak(language);
      told.push(why(sums), why(problem('ships-too-much', { most: '60' })), why(problem('some-new-thing', {})));
    }
    expect(told[0]).toBe('The parts make 1,090; ordered are 1,100.');
    expect(told[3]).toBe('De delen zijn samen 1.090; besteld is 1.100.');
    expect(told[7]).toBe('最多可发货 60。');
    expect(told.join()).not.toContain('English');
    await speak('en');
  });

  it('is called by its name where no sentence of its own is known', async () => {
    const told: string[] = [];
    for (const language of ['en', 'nl', 'zh'] as const) {
      await speak(language);
      await learnTitles(language);
      told.push(why(problem('unknown-item', {})));
    }
    expect(told).toEqual([
      'This item is not known here – Please check what you entered, or ask your buyer.',
      'Dit artikel is hier niet bekend – Kijk na wat u invulde, of vraag uw inkoper.',
      '这里不认识此物料 – 请检查填写的内容，或询问采购员。',
    ]);
    await speak('en');
  });

  it('says before sending what a load lacks', () => {
    const line = { unit: 'pc', shippable: '60', whole: true, tracking: 'lot', expires: true } as Line;
    const says = (part: object): string | null =>
      lacks(line, { quantity: '60', lot: 'L', expiresOn: '2027-01-01', ...part });
    expect(says({})).toBeNull();
    expect(says({ quantity: '' })).toBe('Enter how many.');
    expect(says({ quantity: '61' })).toBe('At most 60 pc may be shipped.');
    expect(says({ quantity: '1.5' })).toBe('This item comes in whole pieces.');
    expect(says({ lot: ' ' })).toBe('Enter the lot.');
    expect(says({ expiresOn: '' })).toBe('Enter the expiry date.');
  });
});
