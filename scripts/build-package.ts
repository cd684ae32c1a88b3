/**
 * Builds the package it is started in, nothing left from before: declarations by tsc, and JavaScript by
 * rolldown, one file for each entry and for what entries share. Loading tensor-core as it stands in the
 * sources, a hundred files, takes Node five times as long.
 */
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { rolldown } from 'rolldown';
import { bundling } from './bundling.ts';
import { passThrough } from './run.ts';
import { readManifest, sourceCondition } from './workspace.ts';

const cwd = process.cwd();
rmSync('dist', { recursive: true, force: true });
process.exitCode = await passThrough('tsc', ['-p', 'tsconfig.build.json'], { cwd });

const sources = Object.values(readManifest(cwd).exports ?? {}).map(
  (entry) => entry[sourceCondition]!,
);
const bundle = await rolldown({
  cwd,
  input: Object.fromEntries(sources.map((source) => [basename(source, '.ts'), source])),
  external: /^[^./]/, // other packages
  ...bundling,
});
await bundle.write({ dir: 'dist', chunkFileNames: 'shared-[hash].js', sourcemap: true });
