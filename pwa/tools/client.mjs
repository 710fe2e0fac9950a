// Writes src/api/schema.d.ts and core.d.ts from the services' OpenAPI documents, or with --check says whether they are up to date.
//   npm run client [-- FILE]        FILE is what `gemba openapi` printed for the floor; openapi.json beside package.json when left out
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const [file] = process.argv.slice(2).filter((one) => !one.startsWith('--'));
const floor = file ? new URL(file, `file://${process.cwd()}/`) : new URL('../openapi.json', import.meta.url);
const clients = [
  [floor, 'schema.d.ts'],
  [new URL('../openapi-core.json', import.meta.url), 'core.d.ts'],
];
const header = '/* Generated from the OpenAPI document by `npm run client`; do not edit. */\n';

for (const [source, name] of clients) {
  const target = new URL(`../src/api/${name}`, import.meta.url);
  const document = JSON.parse(await readFile(source, 'utf8'));
  const written = header + astToString(await openapiTS(document, { alphabetize: true }));
  if (process.argv.includes('--check')) {
    const present = await readFile(target, 'utf8').catch(() => '');
    if (present !== written) {
      console.error(`src/api/${name} is not what the server says: export the document and run \`npm run client\`.`);
      process.exit(1);
    }
  } else await writeFile(target, written);
}
if (process.argv.includes('--check')) console.log('The clients fit the servers.');
