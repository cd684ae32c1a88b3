import { join } from 'node:path';
import type { UserConfig } from 'vite';
import { digits } from './src/page/build/digits.ts';

/** The page: `vite build` writes it to `dist/page`, for any web server and any folder of it. */
const config: UserConfig = {
  root: join(import.meta.dirname, 'src/page'),
  base: './',
  publicDir: false,
  resolve: { conditions: ['@kasane/source', 'module', 'browser'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [digits()],
  worker: {
    format: 'es',
    plugins: () => [digits()],
    // Exercises show the names of layers, which are those of classes.
    rolldownOptions: { output: { keepNames: true } },
  },
  preview: {
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
  build: {
    outDir: join(import.meta.dirname, 'dist/page'),
    emptyOutDir: true,
    target: 'es2024',
    // Chunks say themselves what they need; the polyfill would be an inline script.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000, // kB; gpu.js and its helpers are the largest, and few ask for them
  },
};
export default config;
