import { describe, expect, it } from 'vitest';
import { isNotStored } from './full';
import { openStore } from './db';

describe('a device that cannot store', () => {
  it('is told from a network that fails', async () => {
    expect(isNotStored(new DOMException('full', 'QuotaExceededError'))).toBe(true);
    expect(isNotStored(new DOMException('late', 'TimeoutError'))).toBe(false);
    expect(isNotStored(new TypeError('Failed to fetch'))).toBe(false);
  });

  it('is known when another tab or an eviction has taken its store away', async () => {
    const db = await openStore('taken-away');
    db.close();
    const failed = await db.put('kv', 1, 'x').catch((reason: unknown) => reason);
    expect(isNotStored(failed)).toBe(true);
  });
});
