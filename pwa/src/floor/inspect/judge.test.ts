import { describe, expect, it } from 'vitest';
import { cellKey, picture } from './judge';
import { acceptance, caughtFrom, fromHere } from './risk';
import { nextCell, opened, pictureOf, take, type LotState, type Read } from './state';
import type { LotDocument } from './types';
import { en } from './words/en';
import { nl } from './words/nl';
import { zh } from './words/zh';

const plan = (ofClass: string, n: number, ac: number) => ({
  ofClass,
  n,
  ac,
  re: ac + 1,
  curve: [],
  severity: 'normal',
});
const doc = {
  facts: { id: 'lot', quantity: '200' },
  characteristics: [
    {
      number: 1,
      name: { en: 'Axle' },
      kind: 'variable',
      ofClass: 'critical',
      decimals: 2,
      lsl: '8.92',
      usl: '9.00',
      low: '6',
      high: '14',
      gaugeType: 'micrometer',
    },
    { number: 2, name: { en: 'Burrs' }, kind: 'count', ofClass: 'minor', usl: '1', decimals: 0, gaugeType: null },
  ],
  classes: [plan('critical', 2, 0), plan('minor', 3, 1)],
  gauges: [
    { id: 'g1', code: 'MIC', type: 'micrometer', usable: true, dueOn: '2030-01-01' },
    { id: 'g2', code: 'OLD', type: 'micrometer', usable: false, dueOn: '2020-01-01' },
  ],
  readings: [],
  decision: null,
} as unknown as LotDocument;

let made = 0;
const read = (value: string, more: Partial<Read> = {}): Read => ({
  id: `r${String(++made).padStart(4, '0')}`,
  value,
  person: 'Bo',
  now: '2026-11-22T10:00:00Z',
  photo: null,
  reason: '',
  ...more,
});
const run = (state: LotState, ...values: string[]): LotState =>
  values.reduce((now, value) => take(now, read(value)).state, state);

describe('a lot in hand', () => {
  it('goes along the feature, then on to the next', () => {
    let state = opened(doc, null);
    const seen = [state.at];
    for (const value of ['8.95', '8.96', '0', '0', '0']) {
      state = take(state, read(value)).state;
      seen.push(state.at);
    }
    expect(seen.map((at) => cellKey(at.feature, at.sample))).toEqual(['1:1', '1:2', '2:1', '2:2', '2:3', '2:3']);
    expect(pictureOf(state).verdict).toBe('accept');
  });

  it('derives rejection as soon as Re is reached, and says it was early', () => {
    const shown = pictureOf(run(opened(doc, null), '8.91'));
    expect([shown.verdict, shown.tallies[0]]).toEqual([
      'reject',
      { ofClass: 'critical', complete: 1, bad: 1, verdict: 'reject', early: true },
    ]);
  });

  it('takes what can hardly be only when it is entered twice', () => {
    const first = take(opened(doc, null), read('895'));
    expect([first.refusal, first.command]).toEqual(['twice', null]);
    expect(take(first.state, read('896')).refusal).toBe('twice');
    expect(take(first.state, read('895')).command).toMatchObject({ value: '895', again: '895', judged: false });
  });

  it('refuses finer decimals and a reading without a usable gauge', () => {
    expect(take(opened(doc, null), read('8.951')).refusal).toBe('too_fine');
    const without = opened({ ...doc, gauges: doc.gauges.slice(1) } as LotDocument, null);
    expect(take(without, read('8.95')).refusal).toBe('gauge_first');
  });

  it('corrects by superseding: the wrong value no longer counts', () => {
    const wrong = run(opened(doc, null), '8.91');
    const mended = take({ ...wrong, at: { feature: 1, sample: 1 } }, read('8.95', { reason: 'Mistyped' }));
    expect(mended.command).toMatchObject({ supersedes: wrong.own[0]?.id, reason: 'Mistyped' });
    expect(pictureOf(mended.state).tallies[0]?.bad).toBe(0);
  });

  it('makes the same picture of any order of readings, twice over', () => {
    const { own } = run(opened(doc, null), '8.91', '8.95', '2', '0', '1');
    const shuffled = [...own].reverse().concat(own);
    expect(picture(doc.characteristics, doc.classes, shuffled).tallies).toEqual(
      picture(doc.characteristics, doc.classes, own).tallies,
    );
    expect(nextCell(doc, pictureOf(run(opened(doc, null), '8.95')), { feature: 1, sample: 1 })).toEqual({
      feature: 1,
      sample: 2,
    });
  });
});

describe('risk', () => {
  it('agrees with the hypergeometric distribution worked out by hand', () => {
    // 10 in the lot, 3 bad, 4 drawn: none C(7,4)/C(10,4) = 35/210; at most one (35 + 3·35)/210.
    expect(acceptance(10, 3, 4, 0)).toBeCloseTo(35 / 210, 12);
    expect(acceptance(10, 3, 4, 1)).toBeCloseTo(140 / 210, 12);
    expect(acceptance(10, 8, 4, 1)).toBe(0);
    expect(acceptance(200_000, 3000, 1250, 21)).toBeGreaterThan(0.7);
  });

  it('knows what has been seen: after one found with Ac 0 nothing passes, after all read nothing is left to chance', () => {
    expect(fromHere(200, 20, 13, 0, 3, 1)).toBe(0);
    expect(fromHere(200, 20, 13, 0, 13, 0)).toBe(1);
    expect(fromHere(200, 20, 13, 0, 6, 0)).toBeGreaterThan(acceptance(200, 20, 13, 0));
    expect(acceptance(200, caughtFrom(200, 13, 1, 0.1), 13, 1)).toBeLessThanOrEqual(0.1);
  });
});

describe('the words of inspection', () => {
  const names = (message: unknown): string[] => [...new Set(JSON.stringify(message).match(/\{\w+\}/g) ?? [])].sort();
  it.each([
    ['nl', nl],
    ['zh', zh],
  ])('in %s fill the same names as in English', (_, dict) => {
    for (const key of Object.keys(en) as (keyof typeof en)[])
      expect([key, names(dict[key])]).toEqual([key, names(en[key])]);
  });
});
