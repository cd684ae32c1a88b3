import { join } from 'node:path';
import type { UserConfig } from 'vite';
import { explanations } from './src/page/build/explanations.ts';
import { digits } from './src/page/build/digits.ts';
import { docstrings } from './src/page/build/docstrings.ts';
import { examples } from './src/page/build/examples.ts';
import { lessons } from './src/page/build/lessons.ts';
import { modules } from './src/page/build/modules.ts';
import { hasReference } from './src/page/build/reference.ts';
import { site } from './src/page/build/site.ts';

/** The page: `vite build` writes it to `dist/page`, for any web server and any folder of it. */
const config: UserConfig = {
  root: join(import.meta.dirname, 'src/page'),
  base: './',
  publicDir: false,
  define: { HAS_REFERENCE: JSON.stringify(hasReference()) },
  resolve: { conditions: ['@kasane/source', 'module', 'browser'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [digits(), docstrings(), examples(), explanations(), lessons(), modules(), site()],
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
    // Exercises show the names of layers, which are those of classes.
    rolldownOptions: { output: { keepNames: true } },
    // Chunks say themselves what they need; the polyfill would be an inline script. Where threads import something there is no
    // document to put links to what that needs into.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, needed, { hostId }) => (/\bindex-/.test(hostId) ? needed : []),
    },
    chunkSizeWarningLimit: 1000, // kB; gpu.js and its helpers are the largest, and few ask for them
  },
};
export default config;
