import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ready } from '../../../test/round';
import type { PickState } from './state';

const COPY = 'gemba.here.1';
const ANNA = { id: 'anna', name: 'Anna', roles: ['picker'], idleSeconds: 600 };

/** The app started anew: what it keeps is what the device keeps. */
async function started(person: typeof ANNA | null = ANNA) {
  vi.resetModules();
  if (person) localStorage.setItem('gemba.person', JSON.stringify(person));
  return {
    here: await import('./here'),
    outbox: await import('../../outbox'),
    session: await import('../../session/session'),
  };
}

const row = (state: PickState = ready(), personId = ANNA.id, updatedAt = '2026-11-22T10:00:00Z') =>
  ({ task: state.round.id, kind: 'pick', personId, updatedAt, state }) as const;

describe('the rounds in hand that a start shows', () => {
  beforeEach(() => localStorage.clear());

  it('are there before the store was read, as they were stored last', async () => {
    const before = await started();
    before.here.note(row());
    const { here } = await started();
    expect(here.roundsHere.value).toMatchObject([
      { round: ready().round.id, place: 'C-07-3-B', updatedAt: row().updatedAt },
    ]);
  });

  it('give way to the store once that was read', async () => {
    const before = await started();
    before.here.note(row());
    const { here, outbox } = await started();
    await (await outbox.store).clear('work');
    expect(await here.lookHere()).toEqual([]);
    expect([here.roundsHere.value, localStorage.getItem(COPY)]).toEqual([[], null]);
  });

  it('are those of who works here, and of nobody after them', async () => {
    const { here, session } = await started();
    here.note(row(ready(), 'someone else'));
    expect(here.roundsHere.value).toEqual([]);
    session.person.value = null;
    expect(localStorage.getItem(COPY)).toBeNull();
  });

  it('are no longer shown when they are done', async () => {
    const { here } = await started();
    here.note(row());
    here.note(row({ ...ready(), step: 'done' }));
    expect(here.roundsHere.value).toEqual([]);
  });
});
