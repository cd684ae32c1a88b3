/** The main entries of the four packages that every program loads stay under 45 kB, minified and compressed, kernels aside. */
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { bundling } from '../bundling.ts';
import { report } from '../run.ts';
import { root, sourceCondition } from '../workspace.ts';

const limit = 45_000;
const ids = ['tensor-core', 'autograd', 'nn', 'optim'];
const entry = '\0entry';

async function compressedSize(names: readonly string[]): Promise<number> {
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
        load: (id) =>
          id === entry ? names.map((name) => `export * from '@kasane/${name}';`).join('\n') : null,
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
const total = await compressedSize(ids);
const parts: string[] = [];
for (let count = 1; count <= ids.length; count++) {
  parts.push(`${ids[count - 1] ?? ''} ${kilobytes(await compressedSize(ids.slice(0, count)))}`);
}
console.log(`Together with what stands before: ${parts.join(', ')}.`);
report(
  total > limit
    ? [`${ids.join(' + ')}: ${kilobytes(total)} is more than ${kilobytes(limit)}.`]
    : [],
  `${ids.join(' + ')}: ${kilobytes(total)} of ${kilobytes(limit)}.`,
);
