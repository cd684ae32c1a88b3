import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const THREADS = 'virtual:threads';
const MODULES = 'virtual:modules';
const packagesFolder = join(import.meta.dirname, '../../../../../packages');

/** What a manifest says of an entry: the source behind each condition. */
type Exports = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The sources of what is published and runs in a browser, by the names that programs import it by. */
export function packageEntries(): Map<string, string> {
  const entries = new Map<string, string>();
  for (const folder of readdirSync(packagesFolder)) {
    const manifest = join(packagesFolder, folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const {
      name,
      private: hidden,
      exports = {},
    } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      name: string;
      private?: boolean;
      exports?: Exports;
    }; // as all of them have it
    if (hidden === true) continue;
    for (const [entry, conditions] of Object.entries(exports)) {
      const source = conditions['@kasane/source'];
      if (entry === './node' || source === undefined) continue;
      entries.set(join(name, entry), join(packagesFolder, folder, source));
    }
  }
  return entries;
}

/**
 * Gives the page what runs in threads, as files of the site that share their chunks: `virtual:threads` has the addresses of the thread of the
 * exercises and of the one that looks for devices, `virtual:modules` those of the packages, for programs that are written in the page, and of
 * what these run in.
 */
export function modules(): Plugin {
  const inPage = (file: string): string => join(import.meta.dirname, '..', file);
  return {
    name: 'modules',
    apply: 'build',
    resolveId: (id) => (id === THREADS || id === MODULES ? `\0${id}` : null),
    load(id) {
      const addressOf = (source: string, name: string): string => {
        const preserveSignature = 'strict';
        const file = this.emitFile({ type: 'chunk', id: source, name, preserveSignature });
        return `import.meta.ROLLUP_FILE_URL_${file}`;
      };
      if (id === `\0${THREADS}`) {
        const thread = addressOf(inPage('worker/thread.ts'), 'thread');
        return `export const thread = ${thread}, look = ${addressOf(inPage('devices/look.ts'), 'look')};`;
      }
      if (id !== `\0${MODULES}`) return null;
      const urls = [...packageEntries()].map(([name, source]) => {
        const address = addressOf(source, name.replace('@', '').replaceAll('/', '-'));
        return `[${JSON.stringify(name)}, ${address}]`;
      });
      const harness = addressOf(inPage('code/harness.ts'), 'harness');
      return `export const modules = { urls: new Map([${urls.join(', ')}]), harness: ${harness} };`;
    },
  };
}
