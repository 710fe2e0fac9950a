// Writes src/api/schema.d.ts from the server's OpenAPI document, or with --check says whether it is up to date.
//   npm run client [-- FILE]        FILE is what `gemba openapi` printed; openapi.json beside package.json when left out
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const [file] = process.argv.slice(2).filter((one) => !one.startsWith('--'));
const source = file ? new URL(file, `file://${process.cwd()}/`) : new URL('../openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);

const document = JSON.parse(await readFile(source, 'utf8'));
const header = '/* Generated from the OpenAPI document by `npm run client`; do not edit. */\n';
const written = header + astToString(await openapiTS(document, { alphabetize: true }));

if (process.argv.includes('--check')) {
  const present = await readFile(target, 'utf8').catch(() => '');
  if (present !== written) {
    console.error('src/api/schema.d.ts is not what the server says: export the document and run `npm run client`.');
    process.exit(1);
  }
  console.log('The client fits the server.');
} else await writeFile(target, written);
