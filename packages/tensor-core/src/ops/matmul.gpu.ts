/** gpu.js kernel of matmul.ts. */
import { kernel, type GpuEntry } from '../backends/gpu/entry.ts';
import { indexSource } from '../backends/gpu/indexing.ts';
import type { GpuLaunch } from '../op.ts';
import { broadcastStrides, type Shape } from '../shape.ts';
import { matmul } from './matmul.ts';

// Below this many products a second launch costs more than reading A once for four columns saves.
const WORTH_VECTORS = 2 ** 18;

export const matmulKernels: readonly GpuEntry[] = [
  // A thread walks one row of A and one column of B, or four columns where it may return four values:
  // 1.5 times as fast at 512³ on WebGL 2 drawn in software.
  kernel(matmul, ([a, b], { transposeA, transposeB }, out, vectors) => {
    const n = out.shape.at(-1)!;
    const m = out.shape.at(-2)!;
    const k = a!.shape.at(transposeA ? -2 : -1)!;
    const batch = out.shape.slice(0, -2);
    const matrices = (shape: Shape): number[] =>
      broadcastStrides(shape.slice(0, -2), batch).map((s) => s * shape.at(-1)! * shape.at(-2)!);
    const four = vectors && out.size * k >= WORTH_VECTORS && n > 1;
    const columns = four ? Math.ceil(n / 4) : n; // threads per row
    // Columns past the end repeat the last one and are dropped.
    const names = four ? ['0', '1', '2', '3'] : ['0'];
    const column = (c: string): string => (four ? `Math.min(group * 4 + ${c}, ${n - 1})` : 'group');
    const product: GpuLaunch = {
      source: `function (a, b) {
        const row = floorDiv(this.thread.x, ${columns});
        const group = this.thread.x - row * ${columns};
        const matrix = floorDiv(row, ${m});
        const i = row - matrix * ${m};
        ${indexSource('p', batch, matrices(a!.shape), 0, 'matrix')}
        ${indexSource('q', batch, matrices(b!.shape), 0, 'matrix')}
        const fromA = p + i * ${transposeA ? 1 : k};
        ${names.map((c) => `const from${c} = q + ${column(c)} * ${transposeB ? k : 1};`).join('\n')}
        ${names.map((c) => `let total${c} = 0;`).join('\n')}
        for (let t = 0; t < this.constants.k; t++) {
          const x = a[fromA + t * ${transposeA ? m : 1}];
          ${names.map((c) => `total${c} = total${c} + x * b[from${c} + t * ${transposeB ? 1 : n}];`).join('\n')}
        }
        return ${four ? '[total0, total1, total2, total3]' : 'total0'};
      }`,
      constants: { k },
    };
    if (!four) return product;
    return [
      { ...product, size: (out.size / n) * columns, vector: true },
      {
        source: `function (quads) {
          const row = floorDiv(this.thread.x, ${n});
          const column = this.thread.x - row * ${n};
          const group = floorDiv(column, 4);
          const quad = quads[row * ${columns} + group];
          const c = column - group * 4;
          if (c < 1) { return quad[0]; }
          if (c < 2) { return quad[1]; }
          if (c < 3) { return quad[2]; }
          return quad[3];
        }`,
        inputs: [2],
      },
    ];
  }),
];
