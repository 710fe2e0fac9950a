import { beforeEach, describe, expect, it, vi } from 'vitest';

const OWN = { id: 'd', site: 's', token: 't', name: 'TC22' };
const BO = { id: 'bo', name: 'Bo', roles: ['picker'], idleSeconds: 600, language: 'en' };

interface Held {
  path: string;
  /** Answers the request: a session of this person, or a refusal. */
  answer(who: string | number): void;
}

/** The server as a slow network shows it: every request waits until the test answers it. */
let held: Held[] = [];
const paths = (): string[] => held.map(({ path }) => path);

const session = (id: string): string =>
  JSON.stringify({
    accessToken: `for-${id}`,
    expiresIn: 600,
    idleLockSeconds: 600,
    person: { id, name: id, roles: ['picker'], language: 'en' },
  });

function network(request: Request): Promise<Response> {
  return new Promise((answered) => {
    const answer = (who: string | number): void => {
      held = held.filter((one) => one.answer !== answer);
      const status = typeof who === 'number' ? who : 200;
      const body =
        typeof who === 'number' ? JSON.stringify({ type: '', title: 'No', status, detail: '' }) : session(who);
      answered(new Response(body, { status, headers: { 'Content-Type': 'application/json' } }));
    };
    held.push({ path: new URL(request.url).pathname.replace('/api/floor/access/', ''), answer });
  });
}

/** The one request that is under way, once it is. */
async function next(path: string): Promise<Held> {
  await expect.poll(paths).toEqual([path]);
  return held[0] as Held;
}

/** Answers whatever is asked, the newest question first, until nothing more is asked. */
async function overtaking(answers: Record<string, string | number>): Promise<void> {
  for (let calm = 0; calm < 5; calm++) {
    await new Promise((go) => setTimeout(go, 1));
    const newest = held.at(-1);
    if (!newest) continue;
    newest.answer(answers[newest.path] ?? 500);
    calm = 0;
  }
}

async function started() {
  vi.resetModules();
  localStorage.clear();
  const own = await import('./session');
  own.device.value = OWN;
  own.person.value = BO;
  return own;
}

describe('who is signed in, over a slow network', () => {
  beforeEach(() => {
    held = [];
    vi.stubGlobal('fetch', network);
    return () => vi.unstubAllGlobals();
  });

  it('is not signed out by an old refusal that comes after the PIN', async () => {
    const own = await started();
    const renewed = own.renew();
    await next('refresh');
    const entered = own.signIn('B-1', '2468');
    await overtaking({ refresh: 401, 'sign-in': 'bo' });
    await Promise.all([renewed, entered]);
    expect(own.signedIn.value).toBe(true);
  });

  it('asks no second time for what the PIN has brought meanwhile', async () => {
    const own = await started();
    const entered = own.signIn('B-1', '2468');
    const renewed = own.renew();
    (await next('sign-in')).answer('bo');
    await entered;
    expect(await renewed).toBe(true);
    expect(held).toEqual([]);
  });

  it('stays signed out when an answer from before comes late', async () => {
    const own = await started();
    const renewed = own.renew();
    await next('refresh');
    const left = own.signOut();
    await overtaking({ refresh: 'bo', 'sign-out': 204 });
    await Promise.all([renewed, left]);
    expect([own.person.value, own.signedIn.value]).toEqual([null, false]);
  });

  it('never becomes the person of another tab: the PIN is asked', async () => {
    const own = await started();
    const renewed = own.renew();
    (await next('refresh')).answer('cy');
    expect(await renewed).toBe(false);
    expect([own.person.value?.id, own.locked.value]).toEqual(['bo', true]);
  });

  it('is ended on the server by the idle lock, and no cookie opens it again', async () => {
    const own = await started();
    const entered = own.signIn('B-1', '2468');
    (await next('sign-in')).answer('bo');
    await entered;
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 601_000);
    own.lockWhenIdle(() => true);
    (await next('sign-out')).answer(204);
    vi.restoreAllMocks();
    expect(await own.renew()).toBe(false);
    expect([own.locked.value, paths()]).toEqual([true, []]);
  });
});
