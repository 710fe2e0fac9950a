import { describe, expect, it } from 'vitest';
import { backOff, nextBatch, settle, type Given, type Row } from './rows';
import { uuid7 } from './uuid7';

const given = (task: string | null): Given => ({ id: uuid7(), type: 'pick.confirm', task, payload: {} });

describe('the rules of sending', () => {
  const row = (seq: number, task: string, more: Partial<Row> = {}): Row => ({
    ...given(task),
    seq,
    schema: 1,
    clientTs: '',
    mono: 0,
    deviceId: null,
    personId: 'anna',
    personName: '',
    appVersion: '',
    state: 'waiting',
    tries: 0,
    problem: null,
    ...more,
  });

  it('takes at most fifty, in order, past blocked tasks', () => {
    const rows = [
      row(2, 'a'),
      row(1, 'a', { state: 'held' }),
      ...Array.from({ length: 60 }, (_, n) => row(n + 3, 'b')),
    ];
    const batch = nextBatch(rows, 'anna');
    expect(batch).toHaveLength(50);
    expect(batch.every((one) => one.task === 'b')).toBe(true);
  });

  it('sends again what got no result', () => {
    const [one, two] = [row(1, 'a'), row(2, 'a')];
    const out = settle([one, two], [{ id: one.id, outcome: 'done', replayed: false, answer: null, problem: null }]);
    expect(out.deleted).toEqual([one]);
    expect(out.again.map((each) => [each.id, each.tries])).toEqual([[two.id, 1]]);
  });

  it('waits between 1 and 60 s, longer after each failure', () => {
    expect([1, 2, 3, 20].map((failures) => [backOff(failures, 0), backOff(failures, 1)])).toEqual([
      [1000, 2000],
      [2000, 4000],
      [4000, 8000],
      [30_000, 60_000],
    ]);
  });

  it('makes ids that sort in the order they were made, even when the clock steps back', () => {
    const ids = [1000, 1000, 999, 1001].flatMap((ms) =>
      Array.from({ length: 50 }, () => uuid7(1_700_000_000_000 + ms)),
    );
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
      true,
    );
  });
});
