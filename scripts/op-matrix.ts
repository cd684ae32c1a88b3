/**
 * Writes docs/guides/op-matrix.md from the records of all ops: which backend has a kernel of its own
 * for which op, and which ops have gradients. With `--check` it only says whether the page is current.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OpDef } from '@kasane/tensor-core';
import { kernelOf } from '../packages/tensor-core/src/backends/gpu/kernels.ts';
import { capture, report } from './run.ts';
import { files, root } from './workspace.ts';

const page = 'docs/guides/op-matrix.md';

interface Row {
  readonly name: string;
  readonly where: string;
  readonly op: OpDef<unknown>;
}

function isOp(value: unknown): value is OpDef<unknown> {
  return typeof value === 'object' && value !== null && 'infer' in value && 'vjp' in value;
}

const modules = files('packages/*/src/ops/*.ts').filter((file) => !/\.(test|gpu)\.ts$/.test(file));
const rows: Row[] = [];
for (const file of modules) {
  // A module's exports are whatever they are; isOp looks.
  const exported = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>;
  for (const op of Object.values(exported)) {
    if (!isOp(op) || rows.some((row) => row.op === op)) continue;
    rows.push({ name: op.name, where: file.split('/')[1]!, op });
  }
}
rows.sort((a, b) => (a.where + a.name < b.where + b.name ? -1 : 1));

// These are only recorded: a reshape shares its data, and a move is a copy between backends.
const records: ReadonlySet<string> = new Set(['reshape', 'to']);

const line = ({ name, where, op }: Row): string => {
  const [noWasm, noGpu] = records.has(name)
    ? ['needs none', 'needs none']
    : ['plain loop', 'on the host'];
  const wasm = op.wasm === undefined ? noWasm : 'kernel';
  const parts = op.decompose === undefined ? 'not used' : 'its parts';
  const without = op.reference === undefined ? parts : noGpu;
  const gpu = kernelOf(op) === undefined ? without : 'kernel';
  const gradient = op.vjp === null ? 'none' : 'any order';
  return `| \`${name}\` | ${where} | ${wasm} | ${gpu} | ${gradient} |`;
};

const text = `---
title: Ops and backends
---

# Ops and backends

Generated from the ops themselves by \`pnpm op-matrix\`; do not edit.

\`reference()\` runs every op as its plain loop, in float64 where asked: it is what the others are tested
against, forward and gradient, op by op. \`wasm()\` has a kernel for float32 where the table says so; for
other dtypes, and for a few shapes, it runs the plain loop. \`gpu()\` has one kernel source for all its modes
(\`webgpu\`, \`webgl2\`, \`headlessgl\`, \`webasm\`, \`cpu\`) and all dtypes but float64, which it refuses; what
gpu.js cannot express runs on the host and is counted by \`backendReport()\`. An op made of others has a
kernel for float32 on \`wasm()\`, and runs as its parts elsewhere. Gradients are written with
ops, so they exist to any order wherever they exist.

\`bincount\`, \`nonzero\`, \`unique\` and \`multinomial\` are made of these ops but must read values to know what
to do. On backends that answer later (\`webgpu\`, \`webgl2\`, \`headlessgl\`) they throw an error that says so.

Where float32 ends, \`gpu()\` differs from \`wasm()\` (\`far-on-gpu.test.ts\` beside the ops holds these figures; the mode \`cpu\` computes in
double precision and has none of it):

- Subnormal numbers, below 1.2e-38 in size, count as 0 on \`webgl2\` and \`webgpu\` as soon as something is computed with them.
- \`sin\`, \`cos\` and \`tan\` take the quadrant off in float32. Sines and cosines are off by 1e-7 up to 10⁴ and 1e-6 up to 10⁵; from there
  by up to 0.04 at 10⁶ and 0.5 at 10⁷, where they mean nothing. Take angles modulo 2π, or compute them on \`wasm()\`.
- \`pow\` is exp(y log x) but for whole exponents up to 32, which multiply: its relative error grows with the logarithm of the result, to
  2e-5 at 10³⁸.

| op | package | wasm() | gpu() | gradient |
| --- | --- | --- | --- | --- |
${rows.map(line).join('\n')}
`;

const path = join(root, page);
if (process.argv.includes('--check')) {
  const scratch = join(root, 'out/op-matrix.md');
  mkdirSync(dirname(scratch), { recursive: true });
  writeFileSync(scratch, text);
  await capture('oxfmt', [scratch]);
  const current = readFileSync(path, 'utf8') === readFileSync(scratch, 'utf8');
  report(
    current ? [] : [`${page} is not what the ops say; run "pnpm op-matrix".`],
    `${rows.length} ops are in ${page}.`,
  );
} else {
  writeFileSync(path, text);
  await capture('oxfmt', [path]);
  console.log(page);
}
