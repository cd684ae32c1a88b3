/**
 * How much a page loads, minified and compressed, kernels aside: what a program takes that trains a classifier, and all of the main entries
 * of the four packages together, as a page loads them that does without a bundler.
 */
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { bundling } from '../bundling.ts';
import { report } from '../run.ts';
import { root, sourceCondition } from '../workspace.ts';

const ids = ['tensor-core', 'autograd', 'nn', 'optim'];
const all = ids.map((id) => `export * from '@kasane/${id}';`).join('\n');
const classifier = `
  export { tensor } from '@kasane/tensor-core';
  export { backward } from '@kasane/autograd';
  export { crossEntropy, Linear, ReLU, Sequential } from '@kasane/nn';
  export { Adam } from '@kasane/optim';
`;
const limits = [
  ['a classifier', classifier, 35_930],
  [ids.join(' + '), all, 56_970],
] as const;
const entry = '\0entry';

async function compressedSize(program: string): Promise<number> {
  const bundle = await rolldown({
    input: entry,
    cwd: root,
    platform: 'browser',
    ...bundling,
    resolve: { conditionNames: [sourceCondition, 'import', 'default'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? program : null),
      },
      {
        // The kernels' binaries are base64 in generated modules: their size is AssemblyScript's affair.
        name: 'without-binaries',
        transform: (code, id) =>
          id.endsWith('.gen.ts') ? code.replaceAll(/(['"`])[A-Za-z0-9+/=]{1000,}\1/g, "''") : null,
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false });
  return output.reduce(
    (sum, chunk) => sum + (chunk.type === 'chunk' ? gzipSync(chunk.code, { level: 9 }).length : 0),
    0,
  );
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(2)} kB`;
const faults: string[] = [];
const found: string[] = [];
for (const [what, program, limit] of limits) {
  const size = await compressedSize(program);
  const text = `${what}: ${kilobytes(size)} of ${kilobytes(limit)}.`;
  found.push(text);
  if (size > limit) faults.push(text);
}
report(faults, found.join(' '));
