import { signal } from '@preact/signals';

const CHECK_EVERY_MS = 15 * 60_000;

/** A new version has been fetched and waits. */
export const updateReady = signal(false);
let waiting: ServiceWorker | null = null;
let asked = false;

function watch(registration: ServiceWorkerRegistration): void {
  const look = (): void => {
    waiting = registration.waiting;
    updateReady.value = waiting !== null && navigator.serviceWorker.controller !== null;
  };
  look();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
  const check = (): void => void registration.update().catch(() => undefined);
  setInterval(check, CHECK_EVERY_MS);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && check());
}

/**
 * Starts the page anew when it was asked to update, and when another tab was: then what this page has not loaded yet left
 * the device with the old version, and the first such part it misses shows it. A part that the device never had has left the server
 * with its version: then the new one, which waits, is taken. All work is in the store, so nothing is lost.
 */
export function followVersions(workers: EventTarget, reload: () => void, update: () => void = updateNow): void {
  let isOld = false;
  workers.addEventListener('controllerchange', () => {
    isOld = true;
    if (asked) reload();
  });
  addEventListener('vite:preloadError', () => {
    if (isOld) reload();
    else if (updateReady.value) update();
  });
}

/** Keeps the app's shell on the device, and looks for a newer one. */
export async function keepShell(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  followVersions(navigator.serviceWorker, () => location.reload());
  try {
    watch(await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }));
  } catch {
    // Without a secure context or with storage off there is no shell to keep; on line the app works all the same.
  }
}

export function updateNow(): void {
  asked = true;
  waiting?.postMessage('skip-waiting');
}
