import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { contentSecurityPolicy } from '../../serve/headers.ts';

/**
 * Makes the page a site that any web server can send: its policy in the document itself, `sw.js`, which does what servers cannot, and
 * `files.json`, the list by which a later site replaces this one.
 */
export function site(): Plugin {
  return {
    name: 'site',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
        injectTo: 'head-prepend',
      },
    ],
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const files = Object.keys(bundle).toSorted();
        const hash = createHash('sha256');
        for (const file of files) {
          const one = bundle[file]!; // a key of it
          hash.update(file).update(one.type === 'chunk' ? one.code : one.source);
        }
        const version = hash.digest('hex').slice(0, 12);
        this.emitFile({
          type: 'asset',
          fileName: 'sw.js',
          source: await serviceWorker(files, version),
        });
        const list = JSON.stringify([...files, 'files.json', 'sw.js']);
        this.emitFile({ type: 'asset', fileName: 'files.json', source: list });
      },
    },
  };
}

/** The service worker as one script. */
async function serviceWorker(files: readonly string[], version: string): Promise<string> {
  const entry = join(import.meta.dirname, '../offline/service-worker.ts');
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { FILES: JSON.stringify(files), VERSION: JSON.stringify(version) },
    build: { write: false, lib: { entry, formats: ['iife'], name: 'kasane' } },
  });
  const [one] = Array.isArray(built) ? built : [built];
  if (one === undefined || !('output' in one)) throw new Error('internal: no service worker');
  return one.output[0].code;
}
