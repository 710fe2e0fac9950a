import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { follow, PACE_MS } from './follow';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A server with one number; a read sees the number of the moment it arrives and answers a while later. */
function server(latencies: readonly number[]) {
  let truth = 0;
  let reads = 0;
  return {
    change: () => void truth++,
    truth: () => truth,
    reads: () => reads,
    read: async (): Promise<number> => {
      const late = latencies[reads++ % latencies.length] ?? 10;
      await new Promise((done) => setTimeout(done, late / 2));
      const seen = truth;
      await new Promise((done) => setTimeout(done, late / 2));
      return seen;
    },
  };
}

describe('follow', () => {
  it('ends with what a fresh read gives, however changes and slow answers cross: state + events == fresh read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 2, max: 3000 }), { minLength: 1, maxLength: 8 }),
        async (gaps, latencies) => {
          const far = server(latencies);
          const followed = follow(far.read);
          followed.touch();
          for (const gap of gaps) {
            await vi.advanceTimersByTimeAsync(gap);
            far.change();
            followed.touch();
          }
          await vi.advanceTimersByTimeAsync(60_000);
          expect(followed.value.value).toBe(far.truth());
          followed.stop();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('reads at most once for each pace, and once more after the last of many changes', async () => {
    const far = server([10]);
    const followed = follow(far.read);
    for (let n = 0; n < 100; n++) {
      far.change();
      followed.touch();
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(5_000);
    expect(followed.value.value).toBe(100);
    expect(far.reads()).toBeLessThanOrEqual(Math.ceil(1_000 / PACE_MS) + 2);
  });

  it('keeps the old picture when a read fails, and recovers with the next change', async () => {
    let isDown = false;
    const followed = follow(() => (isDown ? Promise.reject(new Error('away')) : Promise.resolve('seen')));
    followed.touch();
    await vi.advanceTimersByTimeAsync(1_000);
    isDown = true;
    followed.touch();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(followed.value.value).toBe('seen');
    expect(followed.error.value).toBeInstanceOf(Error);
    isDown = false;
    followed.touch();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(followed.error.value).toBeNull();
  });
});
