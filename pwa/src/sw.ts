/// <reference lib="webworker" />

/** A condition and where what fits it comes from, without this worker being started (Chromium 123 and newer). */
export interface Route {
  condition: { urlPattern: { pathname: string }; requestMode?: RequestMode };
  source: 'network' | { cacheName: string };
}
type Installing = ExtendableEvent & { addRoutes?: (routes: readonly Route[]) => Promise<void> };

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };

// The shell only. Data lives in IndexedDB; /api is never kept nor touched here.
const FILES = self.__WB_MANIFEST.map(({ url, revision }) => ({
  path: `/${url.replace(/^index\.html$/, '')}`,
  revision,
}));
/** One cache a version, so that a new one waits whole beside the one in use. The page names every file whose name tells its content. */
const NAME = `gemba ${FILES.flatMap(({ revision }) => revision?.slice(0, 8) ?? []).join(' ')}`;
const PATHS = new Set(FILES.map(({ path }) => path));
/** Addresses that are not the app's. */
const OTHERS = /^\/(api|health|metrics|demo|trust|supply)/;
/** Files fetched at once: some, so that the page's own questions are not behind all of them. */
const LANES = 4;

async function keep(): Promise<void> {
  const cache = await caches.open(NAME);
  const left = [...FILES];
  const lane = async (): Promise<void> => {
    for (let file = left.shift(); file; file = left.shift()) {
      // A hashed name has the same content in every version.
      const had = file.revision === null ? await caches.match(file.path, { ignoreVary: true }) : undefined;
      const got = had ?? (await fetch(file.path, { cache: file.revision === null ? 'default' : 'reload' }));
      if (!got.ok) throw new TypeError(`${file.path}: ${got.status}`);
      await cache.put(file.path, got);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

self.addEventListener('install', (event: Installing) => {
  event.waitUntil(keep());
  const kept = { cacheName: NAME };
  // The first page and its files come straight from the cache: nothing waits for this worker to wake.
  void event.addRoutes?.([
    { condition: { urlPattern: { pathname: '/api/*' } }, source: 'network' },
    { condition: { urlPattern: { pathname: '/assets/*' } }, source: kept },
    { condition: { urlPattern: { pathname: '/' } }, source: kept },
  ]);
});

async function forgetOlder(): Promise<void> {
  await Promise.all((await caches.keys()).map((name) => name !== NAME && caches.delete(name)));
  await self.clients.claim();
}
self.addEventListener('activate', (event) => event.waitUntil(forgetOlder()));

async function fromHere(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}
self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== location.origin || OTHERS.test(pathname)) return;
  // Every address of the app is its first page.
  const path = mode === 'navigate' ? '/' : pathname;
  if (PATHS.has(path)) event.respondWith(fromHere(path, event.request));
});

// A new version waits until the person, between two tasks, says yes.
self.addEventListener('message', (event) => {
  if (event.data === 'skip-waiting') void self.skipWaiting();
});

/** Background sync where there is any: wakes open pages, which hold the token, to send the queue. */
self.addEventListener('sync', ((event: ExtendableEvent & { tag: string }) => {
  if (event.tag !== 'outbox') return;
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((pages) => pages.forEach((page) => page.postMessage('flush'))),
  );
}) as EventListener);
