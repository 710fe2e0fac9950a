import { afterEach, describe, expect, it, vi } from 'vitest';

describe('how a device is', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('is as fast as all but the slowest twentieth of its answers', async () => {
    const { p95 } = await import('./health');
    await (
      await import('../outbox')
    ).store;
    expect(p95([])).toBeNull();
    expect(p95([70.4])).toBe(70);
    expect(p95(Array.from({ length: 100 }, (_, n) => n + 1))).toBe(95);
  });

  it('is told with what waits, how long, and the time from scan to answer', async () => {
    vi.resetModules();
    const said: unknown[] = [];
    vi.stubGlobal('fetch', async (request: Request) => {
      if (request.url.endsWith('/devices/health')) said.push(await request.json());
      return new Response(null, { status: 204 });
    });
    vi.stubGlobal('requestAnimationFrame', (paint: () => void) => paint());
    const { useToken } = await import('../api/client');
    const session = await import('./session');
    const { bus } = await import('../scan/bus');
    const { tell } = await import('../kit/feedback');
    const { outbox } = await import('../outbox');
    const { keepTelling } = await import('./health');
    await (
      await import('../outbox')
    ).store;
    keepTelling();
    bus.listen(() => tell({ kind: 'right', head: { key: 'need_network' } }));
    bus.push('C-07-3-B', 'wedge', performance.now() - 80);
    await expect.poll(() => bus.last.value?.text).toBe('C-07-3-B');
    const oldest = new Date(Date.now() - 7_200_000).toISOString();
    outbox.status.value = { ...outbox.status.value, waiting: 14, held: 1, oldest };
    useToken('t');
    session.device.value = { id: 'd', site: 's', token: 't', name: 'TC22' };
    session.person.value = { id: 'bo', name: 'Bo', roles: [], idleSeconds: 600, language: 'en' };
    await expect.poll(() => said).toHaveLength(1);
    expect(said[0]).toMatchObject({ waiting: 14, held: 1, oldestSeconds: 7200, network: '' });
    const { scanMs } = said[0] as { scanMs: number };
    expect(scanMs).toBeGreaterThanOrEqual(80);
    expect(scanMs).toBeLessThan(5000);
  });
});
