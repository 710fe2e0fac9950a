import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { VitePWA } from 'vite-plugin-pwa';

const version = JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version);
const api = process.env['GEMBA_API'] ?? 'http://127.0.0.1:8000';

const MAIN = fileURLToPath(new URL('src/main.tsx', import.meta.url));

const shared = {
  define: { __APP_VERSION__: version },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
} as const;
const output = {
  target: 'chrome109',
  assetsInlineLimit: 0, // a data: URL would need a hole in the CSP
  modulePreload: { polyfill: false },
  sourcemap: false,
} as const;

type Graph = { getModuleInfo(id: string): { importedIds: readonly string[] } | null };
let atOnce: Set<string> | null = null;

/** Whether the app's first module imports this one, itself or through others; what is fetched later does not count. */
function isNeededAtOnce(id: string, graph: Graph): boolean {
  if (!atOnce) {
    atOnce = new Set([MAIN]);
    for (const one of atOnce) for (const next of graph.getModuleInfo(one)?.importedIds ?? []) atOnce.add(next);
  }
  return atOnce.has(id) || id.includes('preload-helper');
}

/** The browser draws nothing before the app does: an empty page costs a slow device as much as the first picture itself. */
const oneFirstPicture: Plugin = {
  name: 'one-first-picture',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '$& blocking="render"'),
  },
};

/** The page that a supplier's link opens. It is built by itself, so that neither page waits for a file made to fit both. */
function supplierPage(): Plugin {
  let outDir = 'dist';
  return {
    name: 'supplier-page',
    apply: 'build',
    configResolved: (config) => void (outDir = config.build.outDir),
    closeBundle: async () => {
      const rolldownOptions = { input: { supply: 'supply.html' } };
      const more = { outDir, emptyOutDir: false, copyPublicDir: false, rolldownOptions };
      await build({ ...shared, configFile: false, logLevel: 'warn', build: { ...output, ...more } });
    },
  };
}

export default defineConfig({
  ...shared,
  build: {
    ...output,
    rolldownOptions: {
      input: { index: 'index.html' },
      // What the first picture needs is one file: the fewer there are to be had, the sooner it is shown.
      output: { codeSplitting: { groups: [{ name: (id, graph) => (isNeededAtOnce(id, graph) ? 'app' : null) }] } },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': { target: api, ws: true } } },
  plugins: [
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      registerType: 'prompt',
      injectRegister: false, // an inline script would need a hole in the CSP
      manifest: false, // public/manifest.webmanifest is written by hand
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,wasm,svg,png,webmanifest}'],
        // The office is used on line, on desks: its chunks are fetched when asked for.
        globIgnores: ['**/office-*', '**/supply*'],
        maximumFileSizeToCacheInBytes: 3_000_000,
      },
    }),
    oneFirstPicture,
    supplierPage(),
  ],
  test: {
    environment: 'happy-dom',
    pool: 'vmThreads', // a context a file, as isolated as a process, for a fifth of the time
    reporters: ['default'],
    // A machine that does other things at the same time is slow, not wrong.
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    setupFiles: ['test/setup.ts'],
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts'],
  },
});
