import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { VitePWA } from 'vite-plugin-pwa';

const version = JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version);
const api = process.env['GEMBA_API'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  define: { __APP_VERSION__: version },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'chrome109',
    assetsInlineLimit: 0, // a data: URL would need a hole in the CSP
    modulePreload: { polyfill: false },
    sourcemap: false,
    rolldownOptions: {
      // Two pages: the app, and the one a supplier's link opens, which loads nothing of the app's.
      input: { index: 'index.html', supply: 'supply.html' },
      output: {
        // One file for what every screen needs: fewer round trips, better packed than twenty small ones.
        codeSplitting: {
          groups: [
            {
              name: 'roots',
              test: /vite[\\/]preload-helper|node_modules[\\/](preact|@preact)[\\/]|src[\\/](css|trusted|kit[\\/](decimal|shapes|DateInput)|outbox[\\/]uuid7)/,
              priority: 2,
            },
            {
              name: 'base',
              test: /node_modules[\\/](preact|@preact|preact-iso|idb|openapi-fetch)[\\/]|src[\\/](api|i18n[\\/](index|en)|kit|outbox|session|scan[\\/](bus|gs1|ime|scan|site|sources|typed|useScan|wedge)|floor[\\/](home[\\/]Home|pick[\\/]here|signin)|update|trusted|pause|lazy)/,
            },
          ],
        },
      },
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
  ],
  test: {
    environment: 'happy-dom',
    pool: 'vmThreads', // a context a file, as isolated as a process, for a fifth of the time
    reporters: ['default'],
    setupFiles: ['test/setup.ts'],
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts'],
  },
});
