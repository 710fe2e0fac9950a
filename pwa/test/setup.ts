import 'fake-indexeddb/auto';
import { afterAll } from 'vitest';

/**
 * Stores that a test's modules open when they are imported, and the moments of the loop their last transactions need. A file must not
 * end before them: its globals go with it, and what opens a store afterwards fails where no test can see it.
 */
const opening: Promise<unknown>[] = [];
const MOMENTS = 20;
const open = indexedDB.open.bind(indexedDB);
indexedDB.open = (name, version) => {
  const request = open(name, version);
  opening.push(
    new Promise((done) => {
      request.addEventListener('success', done);
      request.addEventListener('error', done);
    }),
  );
  return request;
};

afterAll(async () => {
  for (let settled = -1; settled < opening.length;) {
    settled = opening.length;
    await Promise.all(opening);
    for (let moment = 0; moment < MOMENTS; moment++) await new Promise((go) => setTimeout(go));
  }
});
