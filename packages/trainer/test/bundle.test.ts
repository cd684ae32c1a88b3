import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

it('is bundled for a page without anything of Node', async () => {
  const bundle = await rolldown({
    input: new URL('../src/index.ts', import.meta.url).pathname,
    platform: 'browser',
    external: /^node:/,
    resolve: { conditionNames: ['@kasane/source', 'import', 'default'] },
  });
  const { output } = await bundle.generate({ format: 'esm' });
  const imports = output.flatMap((chunk) =>
    chunk.type === 'chunk' ? [...chunk.imports, ...chunk.dynamicImports] : [],
  );
  expect(imports.filter((id) => id.startsWith('node:'))).toEqual([]);
});
