import { expect, it } from 'vitest';
import { numbers, SPECIALS } from '../../test/kernels-fixture.ts';
import { WasmBackend } from '../backends/wasm/index.ts';
import { binary } from '../backends/wasm/kernels.ts';
import { argumentsOf } from '../kernels/index.ts';
import type { KernelTable } from './gate.ts';
import { PARTIALS_BYTES, Pool } from './pool.ts';
import { sharedKernels } from './split.ts';

// Every kernel that is shared, on 2, 3 and 5 threads against one: large and odd sizes, as programs meet
// them, and small ones cut as finely as can be.

const backend = new WasmBackend(true);
const { kernels, heap } = backend;
// All that has a signature is a kernel.
const table = kernels as unknown as KernelTable;

// Three operands and a result, each with room for SIZE elements.
const SIZE = 2 ** 15;
const [A, B, C, OUT] = Array.from({ length: 4 }, () => heap.reserve(4 * SIZE)) as [
  number,
  number,
  number,
  number,
]; // as many
const scratch = Array.from({ length: 4 }, () => heap.reserve(kernels.gemmScratchBytes()));
const partials = heap.reserve(PARTIALS_BYTES);

/** Starts of operands: aligned, and as views into other tensors are. */
const shifts = [0, 4] as const;
const LENGTHS = [0, 1, 5, 50, 1023, 16_384, 25_001];
/** outer, n, inner: rows, one row, columns, few columns, and nothing. */
const LOOPS = [
  [3, 5, 7],
  [2, 9, 1],
  [213, 131, 1],
  [1, 25_001, 1],
  [1, 8192, 1],
  [1, 20, 49],
  [1, 200, 131],
  [7, 30, 130],
  [9001, 3, 1],
  [1, 5001, 5],
  [0, 3, 2],
] as const;

type Calls = readonly (readonly number[])[];

const unary = (...rest: number[]): Calls =>
  LENGTHS.flatMap((n) => [
    ...shifts.map((s) => [A + s, OUT + 4 - s, n, ...rest]),
    [OUT + 4, OUT + 4, n, ...rest],
  ]);
/** outer, inner, and the strides of both operands. */
const pairs = [
  ...LENGTHS.map((n) => [1, n, 0, 1, 0, 1]),
  [1, 25_001, 0, 1, 0, 0],
  [1, 25_001, 0, 0, 0, 1],
  [1, 100, 0, 0, 0, 0],
  [81, 303, 303, 1, 0, 1],
  [81, 303, 0, 1, 303, 1],
  [5, 3, 3, 1, 1, 0],
  [9001, 3, 1, 0, 3, 1],
];
const binaryCalls: Calls = pairs.flatMap((rest) => shifts.map((s) => [A + s, B, OUT + s, ...rest]));
const reduce = (whole: boolean, ...rest: number[]): Calls =>
  LOOPS.flatMap(([outer, n, inner]) =>
    shifts.map((s) => [A + s, OUT + (whole ? s : 4), outer, n, inner, ...rest]),
  );
/** outer, n, inner, whether targets are classes, and which is ignored; C has classes 0 to 99. */
const losses: Calls = LOOPS.flatMap(([outer, n, inner]) =>
  n < 100 && outer > 0
    ? [[outer, n, inner, 0, 7]]
    : [
        [outer, n, inner, 0, 7],
        [outer, n, inner, 1, 7],
      ],
);
/** batch, groups, inner and the steps between them, and whether γ and β belong to the elements of a group. */
const groupings = (
  [
    [1, 213, 131, 1], // rows
    [1, 7, 3001, 1],
    [1, 9001, 1, 1],
    [1, 1, 12_001, 1],
    [3, 11, 700, 0], // channels
    [131, 200, 1, 0], // columns
    [9, 20, 1, 0],
    [0, 40, 1, 0],
  ] as const
).map(([batch, groups, inner, each]) => {
  return [[batch, groups, inner, groups * inner, inner], each] as const;
});
const affines = [
  [0, 0],
  [B + 8, 0],
  [B + 8, A + 8],
] as const;
/** What of the moments moves with x. */
const moving = [
  [0, 0],
  [0, 1],
  [1, 1],
] as const;
const gradient: Calls = LOOPS.map((loops) => [A, B + 4, OUT, ...loops]);
const strided: Calls = [
  [1, 1, 1, 25_001, 0, 0, 0, 1, 3],
  [1, 1, 1, 25_001, 0, 0, 0, -1, 25_000],
  [1, 1, 103, 201, 0, 0, 1, 103, 0],
  [1, 1, 103, 201, 0, 0, 201, 1, 0],
  [1, 11, 30, 81, 0, 81, 891, 1, 0],
  [3, 11, 10, 81, 8910, 81, 891, 1, 0],
  [1, 3, 2, 5, 0, 1, 15, 3, 0],
  [1, 1, 1, 0, 0, 0, 0, 1, 0],
].map((rest) => [A, OUT, ...rest]);

const calls: Readonly<Record<string, Calls>> = {
  boolToFloat: LENGTHS.flatMap((n) => [[C + 1, OUT, n]]),
  intToFloat: LENGTHS.map((n) => [C, OUT + 4, n]),
  where: [
    [1, 1, 1],
    [1, 0, 1],
    [0, 1, 1],
  ].flatMap((strides) => LENGTHS.map((n) => [C + 1, A + 4, B, OUT, n, ...strides])),
  std: reduce(false, 1),
  variance: reduce(false, 1),
  crossEntropy: losses.map((rest) => [A, rest[3] === 1 ? C : B + 4, OUT, ...rest]),
  crossEntropyGrad: losses.map((rest) => [A + 4, B, rest[3] === 1 ? C : A, OUT, ...rest]),
  // Batches, queries, keys, D, and the steps of the mask; not causal and causal.
  attentionWeights: [
    [1, 101, 77, 20, 0, 0],
    [7, 60, 50, 8, 0, 0],
    [3, 20, 30, 5, 600, 30],
    [1, 60, 80, 30, 0, 80],
    [2, 5, 7, 3, 7, 0],
    [0, 5, 7, 3, 0, 0],
  ].flatMap((sizes) =>
    [0, 1].map((causal) => {
      const mask = sizes[4]! + sizes[5]! > 0 ? B : 0;
      return [A, B, mask, OUT, kernels.scratch, ...sizes, 0, causal, 0.3];
    }),
  ),
  moments: groupings.flatMap(([sizes]) =>
    [0, 1].map((centred) => [A + 4, OUT, OUT + 40_000, OUT + 80_000, ...sizes, centred, 1e-5]),
  ),
  normalize: groupings.flatMap(([sizes, each]) =>
    affines.map(([gamma, beta]) => [A, B, B + 4, gamma, beta, OUT + 4, ...sizes, each]),
  ),
  normalizeGrad: groupings.flatMap(([sizes, each]) =>
    affines.flatMap(([gamma]) =>
      moving.map((flags) => [A, A + 4, B, B + 4, gamma, OUT, ...sizes, each, ...flags]),
    ),
  ),
  affineGrad: groupings.map(([sizes, each]) => [
    A,
    A + 4,
    B,
    B + 4,
    OUT,
    OUT + 60_000,
    ...sizes,
    each,
  ]),
  softmaxGrad: gradient,
  logSoftmaxGrad: gradient,
  gemm: [
    [150, 130, 90],
    [5, 300, 90],
    [700, 13, 40],
    [1, 200, 150],
    [7, 8, 9],
    [130, 120, 0],
  ].flatMap(([m, n, k]) =>
    [0, 1, 2, 3].map((t) => [A, B + 4, OUT, m!, n!, k!, t & 1, t >> 1, kernels.scratch]),
  ),
  gemmBatch: [
    [200, 150, 90, 1, 0, 0],
    [40, 30, 50, 7, 2000, 1500],
    [8, 9, 7, 100, 56, 0],
    [3, 2, 2, 3, 0, 4],
    [40, 30, 50, 0, 2000, 1500],
  ].map(([m, n, k, ...batch]) => [A, B, OUT, m!, n!, k!, 0, 0, kernels.scratch, ...batch]),
  // Kinds LSTM and tanh, 3 steps of 40 rows, 32 units; what is not there has the address 0.
  recurrentForward: [3, 0].map((kind) => [
    ...[kind, 3, 40, 32, 0, 1, A, B, 0, 0, 0, 0],
    ...[OUT, OUT + 4 * 5120, OUT + 4 * 10_240, 0, 0, 40],
  ]),
  recurrentBackward: [3, 0].map((kind) => [
    ...[kind, 3, 40, 32, 0, 1, A, A, B, 0, 0, 0],
    ...[A, A, B, OUT, 0, OUT + 4 * 15_360, 0, 40],
  ]),
  // 5 images, 2 groups of 3 channels to 4, 9 × 11, 3 × 3, padding 1.
  ...Object.fromEntries(
    ['convForward', 'convInput', 'convWeight'].map((name) => {
      const geometry = [5, 2, 3, 4, 1, 9, 11, 1, 3, 3, 1, 9, 11, 1, 1, 1, 0, 1, 1, 1, 1, 1];
      const start = name === 'convWeight' ? [A, B, OUT] : [A, B, 0, OUT];
      return [name, [[...start, kernels.scratch, 0, name === 'convWeight' ? 8 : 5, ...geometry]]];
    }),
  ),
  // Planes of 20 × 20, windows of 2 × 2.
  maxPoolIndices: [[A, OUT, 0, 40, 20, 20, 2, 2, 10, 10, 2, 2, 0, 0, 1, 1]],
  takePlanes: [[A, C, OUT, 0, 60, 400, 100, 0]],
  putPlanes: [[A, C, OUT, 0, 60, 400, 100]],
  // Rows of 5 or 1 from 101, and back.
  interpolate: [5, 1].map((inner) => [A, C, B, OUT, 0, 40, 101, 90, inner]),
  interpolateBack: [5, 1].map((inner) => [A, C, B, OUT, 0, 40, 101, 90, inner]),
  avgPool: [[A, OUT, 0, 40, 1, 20, 20, 2, 2, 10, 10, 2, 2, 0, 0]],
  avgPoolInput: [[A, OUT, 0, 40, 1, 20, 20, 2, 2, 10, 10, 2, 2, 0, 0]],
  stridedCopy: strided,
  stridedCopy1: strided,
  // Half as many, for they are twice as large.
  stridedCopy8: [
    [1, 1, 1, 12_001, 0, 0, 0, 1, 3],
    [1, 1, 103, 101, 0, 0, 1, 103, 0],
    [3, 5, 10, 41, 2050, 41, 205, 1, 0],
  ].map((rest) => [A, OUT, ...rest]),
  fill: LENGTHS.map((n) => [OUT + 4, n, 1.5]),
  fillBytes: [0, 3, 500, 100_001].map((n) => [OUT + 1, n, 7]),
  copy: [
    ...[0, 3, 500, 100_001].map((n) => [OUT + 1, A + 3, n]),
    [OUT + 128, OUT, 100_000],
    [OUT, OUT + 128, 100_000],
  ],
  gatherRows: [
    [100, 300],
    [9001, 3],
    [3, 5],
    [0, 4],
  ].map(([rows, width]) => [A, C, OUT, rows!, width!]),
  scatterAddRows: [
    [100, 301],
    [800, 40],
    [5, 64],
    [9001, 3],
    [0, 64],
  ].map(([rows, width]) => [OUT, C, A, rows!, width!]),
  axpby: LENGTHS.map((n) => [A, B + 4, OUT, n, 0.9, 0.1]),
  axpbySquare: LENGTHS.map((n) => [OUT, B + 4, OUT, n, 0.9, 0.1]),
  addcdivSqrt: LENGTHS.map((n) => [A + 4, B, C, OUT, n, 0.9, 0.1, 1e-3]),
  philoxWords: [...LENGTHS.map((n) => [OUT + 4, n, 5, 6, -9, 3]), [OUT, 25_001, 5, 6, 77, 3]],
};
for (const { name, work } of sharedKernels) {
  if (name in calls) continue;
  const loops = work.length === 3 ? reduce(/softmax|cum/i.test(name)) : binaryCalls;
  const numbers = argumentsOf[name]!.slice(3).map((_, i) => i + 0.3); // after x, out and n
  Object.assign(calls, { [name]: work.length === 1 ? unary(...numbers) : loops });
}

const operands = [
  numbers(SIZE, -2, 2, 1).map((v, i) => (i % 997 === 5 ? SPECIALS[i % SPECIALS.length]! : v)),
  numbers(SIZE, -2, 2, 2),
];
const indices = Int32Array.from({ length: SIZE }, (_, i) => (i * 7919) % 100);
const before = numbers(SIZE, -2, 2, 3);

/** The result's region after a call, whole, so that writing too far shows. */
function result(kernel: (...args: number[]) => void, args: readonly number[]): Uint32Array {
  const { buffer } = heap.memory;
  new Float32Array(buffer, OUT, SIZE).set(before);
  kernel(...args);
  return new Uint32Array(buffer, OUT, SIZE).slice();
}

/** The first place where two results differ. Engines leave the sign of NaN open, on one thread as well. */
function difference(a: Uint32Array, b: Uint32Array): number {
  const isNaN = (bits: number): boolean => (bits & 0x7fffffff) > 0x7f800000;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !(isNaN(a[i]!) && isNaN(b[i]!))) return i;
  }
  return -1;
}

for (const [threads, scale] of [
  [2, 1 / 16],
  [2, 0],
  [3, 1 / 16],
  [5, 0],
] as const) {
  const how = scale === 0 ? ', cut as finely as can be' : '';
  it(`shared kernels give the same bits on ${threads} threads as on one${how}`, async () => {
    const { buffer } = heap.memory;
    operands.forEach((values, i) => new Float32Array(buffer, [A, B][i], SIZE).set(values));
    new Int32Array(buffer, C, SIZE).set(indices);
    const alone = { ...table };
    const pool = new Pool({
      kernels,
      memory: heap.memory,
      bytes: binary('relaxed-simd', true),
      scratch: scratch.slice(0, threads - 1),
      partials,
      scale,
    });
    try {
      while (pool.ready < threads) await new Promise((next) => setTimeout(next, 1));
      for (const { name } of sharedKernels) {
        const earlier = pool.counts.calls;
        for (const args of calls[name]!) {
          const want = result(alone[name]!, args);
          const got = result(table[name]!, args);
          expect(difference(got, want), `${name}(${args.join(', ')}): first difference`).toBe(-1);
        }
        expect(pool.counts.calls, `shared calls of ${name}`).toBeGreaterThan(earlier);
      }
      expect(pool.counts.parts).toBeGreaterThan(0);
    } finally {
      pool.close();
    }
  }, 60_000);
}
