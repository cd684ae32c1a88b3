/** gpu.js kernel of matmul.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { indexSource } from '../backends/gpu/indexing.ts';
import { summed } from '../backends/gpu/summing.ts';
import type { GpuLaunch } from '../op.ts';
import { broadcastStrides, type Shape } from '../shape.ts';
import { matmul } from './matmul.ts';

// Below this many products a second launch costs more than reading A once for four columns saves.
const WORTH_VECTORS = 2 ** 18;
// Up to so many elements of the result, long sums are shared by several threads each.
const FEW = 2 ** 14;
const PART = 1024;

export const matmulKernels: readonly GpuEntry[] = [
  // A thread walks one row of A and one column of B, or four columns where it may return four values:
  // 1.5 times as fast at 512³ on WebGL 2 drawn in software. Where there are few rows and columns and they are long,
  // it walks a part of them, and another launch adds the parts up.
  kernel(matmul, ([a, b], { transposeA, transposeB }, out, vectors) => {
    const n = out.shape.at(-1)!;
    const m = out.shape.at(-2)!;
    const k = a!.shape.at(transposeA ? -2 : -1)!;
    const batch = out.shape.slice(0, -2);
    const matrices = (shape: Shape): number[] =>
      broadcastStrides(shape.slice(0, -2), batch).map((s) => s * shape.at(-1)! * shape.at(-2)!);
    const four = vectors && out.size * k >= WORTH_VECTORS && n > 1;
    const columns = four ? Math.ceil(n / 4) : n; // threads per row
    const parts = out.size <= FEW ? Math.max(1, Math.ceil(k / PART)) : 1;
    const threads = (out.size / n) * columns; // of each part
    // Columns past the end repeat the last one and are dropped.
    const names = four ? ['0', '1', '2', '3'] : ['0'];
    const column = (c: string): string => (four ? `Math.min(group * 4 + ${c}, ${n - 1})` : 'group');
    const products = (t: string, into: readonly string[]): string => `
      const x = a[fromA + (${t}) * ${transposeA ? m : 1}];
      ${names.map((c, i) => `${into[i]} = ${into[i]} + x * b[from${c} + (${t}) * ${transposeB ? 1 : n}];`).join('\n')}`;
    const totals = names.map((c) => `total${c}`);
    const product: GpuLaunch = {
      source: `function (a, b) {
        const part = floorDiv(this.thread.x, ${threads});
        const thread = this.thread.x - part * ${threads};
        const row = floorDiv(thread, ${columns});
        const group = thread - row * ${columns};
        const matrix = floorDiv(row, ${m});
        const i = row - matrix * ${m};
        ${indexSource('p', batch, matrices(a!.shape), 0, 'matrix')}
        ${indexSource('q', batch, matrices(b!.shape), 0, 'matrix')}
        const fromA = p + i * ${transposeA ? 1 : k};
        ${names.map((c) => `const from${c} = q + ${column(c)} * ${transposeB ? k : 1};`).join('\n')}
        ${totals.map((total) => `let ${total} = 0;`).join('\n')}
        ${
          parts === 1
            ? summed(k, totals, products)
            : summed(PART, totals, (t, into) => {
                return `const j = part * ${PART} + ${t};
                  if (j < ${k}) { ${products('j', into)} }`;
              })
        }
        return ${four ? `[${totals.join(', ')}]` : 'total0'};
      }`,
      size: threads * parts,
    };
    if (!four && parts === 1) return product;
    const pick = (into: string): string => `
      const quad = quads[at];
      if (c < 1) { ${into} = ${into} + quad[0]; }
      if (c === 1) { ${into} = ${into} + quad[1]; }
      if (c === 2) { ${into} = ${into} + quad[2]; }
      if (c > 2) { ${into} = ${into} + quad[3]; }`;
    return [
      { ...product, ...(four ? { vector: true } : {}) },
      {
        source: `function (quads) {
          const row = floorDiv(this.thread.x, ${n});
          const column = this.thread.x - row * ${n};
          const group = ${four ? 'floorDiv(column, 4)' : 'column'};
          const c = column - group * 4;
          let total = 0;
          ${summed(parts, ['total'], (t, [into]) => {
            return `const at = (${t}) * ${threads} + row * ${columns} + group;
              ${four ? pick(into!) : `${into} = ${into} + quads[at];`}`;
          })}
          return total;
        }`,
        inputs: [2],
      },
    ];
  }),
];
