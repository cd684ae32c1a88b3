import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const MODULE = '\0digits';

/**
 * The digits of the package `mnist` for a browser: in place of 21 MB of JSON in a script, a file of 1.6 MB with a byte for each pixel,
 * fetched when an exercise asks for them. What `@kasane/datasets/mnist` makes of them is the same to the last bit.
 */
export function digits(): Plugin {
  return {
    name: 'digits',
    apply: 'build',
    enforce: 'pre',
    resolveId: (id) => (id === 'mnist' ? MODULE : null),
    load(id) {
      if (id !== MODULE) return null;
      const raw = createRequire(import.meta.url)('mnist') as readonly { raw: readonly number[] }[]; // as the package documents
      const lengths = raw.map((one) => one.raw.length);
      const bytes = Uint8Array.from(
        raw.flatMap((one) => one.raw),
        (value) => Math.round(value * 255),
      );
      const file = this.emitFile({
        type: 'asset',
        name: 'digits.bin',
        source: gzipSync(bytes, { level: 9 }),
      });
      return `
const response = await fetch(import.meta.ROLLUP_FILE_URL_${file});
if (!response.ok) throw new Error('The digits did not load: the server said ' + response.status + '.');
const unpacked = response.body.pipeThrough(new DecompressionStream('gzip'));
const values = Float64Array.from(new Uint8Array(await new Response(unpacked).arrayBuffer()), (byte) => byte / 255);
let at = 0;
export default ${JSON.stringify(lengths)}.map((length) => ({ raw: values.subarray(at, (at += length)) }));
`;
    },
  };
}
