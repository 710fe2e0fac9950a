import { describe, expect, it } from 'vitest';
import { followVersions, updateReady } from './update';

describe('a page of an older version', () => {
  it('goes on with its round until it misses a part that left with its version, and then starts anew', () => {
    const workers = new EventTarget();
    let reloads = 0;
    followVersions(workers, () => reloads++);
    dispatchEvent(new Event('vite:preloadError'));
    expect(reloads).toBe(0); // the network was gone, not the version
    workers.dispatchEvent(new Event('controllerchange'));
    expect(reloads).toBe(0); // another tab updated: what is open here goes on
    dispatchEvent(new Event('vite:preloadError'));
    expect(reloads).toBe(1);
  });

  it('takes the version that waits when the server no longer has a part it never loaded', () => {
    let updates = 0;
    followVersions(
      new EventTarget(),
      () => undefined,
      () => updates++,
    );
    updateReady.value = true;
    dispatchEvent(new Event('vite:preloadError'));
    updateReady.value = false;
    expect(updates).toBe(1);
  });
});
