// After the build: sizes against their budget, and .br siblings that the server sends as they are.
//   node tools/build.mjs [FOLDER]        dist when left out
import { readdir, readFile, writeFile, rm } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const BUDGET_KB = 40;
const dist = new URL(`../${process.argv[2] ?? 'dist'}/`, import.meta.url);
const files = (await readdir(dist, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`);
await Promise.all(files.filter((file) => file.endsWith('.br')).map((file) => rm(file)));

const index = await readFile(new URL('index.html', dist), 'utf8');
const first = [...index.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map((match) => match[1]);
let total = 0;
for (const path of first) total += gzipSync(await readFile(new URL(`.${path}`, dist)), { level: 9 }).length;
for (const file of files.filter((one) => /\.(js|css|html|svg|wasm|webmanifest)$/.test(one))) {
  const raw = await readFile(file);
  const packed = brotliCompressSync(raw, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length },
  });
  if (packed.length < raw.length) await writeFile(`${file}.br`, packed);
}
const kb = total / 1000;
console.log(`initial JS: ${kb.toFixed(1)} kB gz in ${first.length} files (budget ${BUDGET_KB})`);
if (kb > BUDGET_KB) process.exit(1);
