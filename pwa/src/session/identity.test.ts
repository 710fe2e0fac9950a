import { describe, expect, it, vi } from 'vitest';

const OWN = { id: 'd', site: 's', token: 't', name: 'TC22' };
const BO = { id: 'bo', name: 'Bo', roles: ['picker'], idleSeconds: 600, language: 'nl' };

/** The app started anew on a device that lost its quick copies, as after a battery was pulled out. */
async function started() {
  vi.resetModules();
  localStorage.clear();
  const session = await import('./session');
  const { keepIdentity } = await import('./identity');
  await keepIdentity();
  const db = await (await import('../outbox')).store;
  return { session, kept: (key: string): Promise<unknown> => db.get('kv', key) };
}

describe('who works on which device', () => {
  it('outlives a battery that is pulled out', async () => {
    const first = await started();
    first.session.device.value = OWN;
    first.session.person.value = BO;
    await expect.poll(() => first.kept('person')).toEqual(BO);
    const { session } = await started();
    expect([session.device.value, session.person.value]).toEqual([OWN, BO]);
    expect(localStorage.getItem('gemba.person')).toContain('Bo');
  });

  it('is forgotten with the sign-out, and the device stays', async () => {
    const first = await started();
    first.session.person.value = null;
    await expect.poll(() => first.kept('person')).toBeUndefined();
    const { session } = await started();
    expect([session.device.value, session.person.value]).toEqual([OWN, null]);
  });
});
