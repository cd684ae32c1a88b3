import { backward, gradients } from '@kasane/autograd';
import { full, reference, run, stack, tensor, wasm, type Tensor } from '@kasane/tensor-core';
import { given, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchNorm1d } from '../batch-norm.ts';
import { GroupNorm } from '../group-norm.ts';
import { LayerNorm } from '../layer-norm.ts';
import { moments, normalize, type Grouping } from './normalize.ts';

const grouping = (
  [batch, groups, inner]: readonly [number, number, number],
  rest: Partial<Grouping> = {},
): Grouping => ({ batch, groups, inner, each: false, centred: true, eps: 0.1, ...rest });
const half = Math.SQRT1_2;

testOp('moments', {
  samples: [
    {
      name: 'of two groups',
      inputs: [given([1, 3, 5, 5, 1, 3, 7, 7], [2, 2, 2])],
      call: (x) => run(moments, [x], grouping([2, 2, 2], { eps: 1 })),
      expected: [
        [2, 6],
        [half, half],
        [1, 1],
      ],
    },
    {
      name: 'without a mean',
      inputs: [given([1, -1, 3, -1], [2, 2])],
      call: (x) => run(moments, [x], grouping([1, 2, 2], { centred: false, eps: 0 })),
      expected: [
        [0, 0],
        [1, 1 / Math.sqrt(5)],
        [1, 5],
      ],
    },
    {
      name: 'far from 0',
      inputs: [given([1000, 1001, 1002, 1003])],
      call: (x) => run(moments, [x], grouping([1, 1, 4], { eps: 0 })),
      expected: [[1001.5], [1 / Math.sqrt(1.25)], [1.25]],
      gradient: false, // differences of such numbers are too rough
    },
  ],
});

/** What kernels treat apart: rows, channels of lines, and channels one element wide. */
const shapes: Readonly<Record<string, readonly [readonly [number, number, number], boolean]>> = {
  rows: [[1, 3, 5], true],
  'rows longer than a block': [[1, 2, 300], true],
  'rows of one element': [[1, 3, 1], true],
  'many rows': [[1, 19, 2], true],
  'channels of lines': [[2, 3, 5], false],
  'channels of long lines': [[2, 2, 140], false],
  'channels of one element': [[4, 5, 1], false],
  'many samples of channels': [[18, 3, 1], false],
};

testOp('normalize', {
  samples: Object.entries(shapes).flatMap(([name, [sizes, each]]) => {
    const how = grouping(sizes, { each });
    const input = values(sizes);
    const channels = [each ? sizes[2] : sizes[1]];
    const affine = [values(channels, 0.5, 2, 1), values(channels, -1, 1, 2)];
    const large = input.values.length > 100;
    return [
      {
        name,
        inputs: [input, ...affine],
        call: (x: Tensor, ...rest: Tensor[]) => normalize(x, rest, how),
        ...(large ? { secondGradient: false as const } : {}),
      },
      {
        name: `${name}, without γ and β`,
        inputs: [input],
        call: (x: Tensor) => normalize(x, [], how),
        ...(large ? { secondGradient: false as const } : {}),
      },
      {
        name: `${name}, neither mean nor β`,
        inputs: [input, affine[0]!],
        call: (x: Tensor, gamma: Tensor) => normalize(x, [gamma], { ...how, centred: false }),
        ...(large ? { secondGradient: false as const } : {}),
      },
      {
        name: `${name}, by given moments`,
        inputs: [input, ...affine],
        call: (x: Tensor, ...rest: Tensor[]) =>
          normalize(x, rest, how, x.newFull([2, sizes[1]], 0.5)),
        ...(large ? { secondGradient: false as const } : {}),
      },
    ];
  }),
});

const exact = { rtol: 0, atol: 0 };

testOp('normalize', {
  samples: Object.entries(shapes).map(([name, [sizes, each]]) => {
    const how = grouping(sizes, { each, eps: 1e-5 });
    const [batch, groups, inner] = sizes;
    // A number of its own for each group, whose float32 the sums of many miss.
    const list = Array.from({ length: batch * groups * inner }, (_, i) => {
      return 10_000.3 * ((Math.floor(i / inner) % groups) + 1);
    });
    return {
      name: `${name}, of one number each`,
      inputs: [given(list, sizes)],
      call: (x: Tensor) => normalize(x, [], how),
      expected: list.map(() => 0),
      tolerance: exact,
      gradient: false as const,
    };
  }),
});

describe('moments of nearly equal numbers', () => {
  /** A number and whole steps of its float32 neighbours to others, dims in the order of the groups. */
  const cases = fc.record({
    mantissa: fc.integer({ min: 2 ** 23, max: 2 ** 24 - 64 }),
    exponent: fc.integer({ min: -30, max: 50 }),
    sign: fc.constantFrom(1, -1),
    steps: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 700 }),
    columns: fc.boolean(),
  });

  it('are exact to float32, and the variance is never negative', () => {
    fc.assert(
      fc.property(cases, ({ mantissa, exponent, sign, steps, columns }) => {
        const n = steps.length;
        const unit = sign * 2 ** exponent;
        const x = tensor(steps.map((step) => (mantissa + step) * unit));
        const average = steps.reduce((a, b) => a + b, 0) / n;
        const spread = steps.reduce((a, b) => a + (b - average) ** 2, 0) / n;
        const sizes = columns ? ([n, 1, 1] as const) : ([1, 1, n] as const);
        const [mean, scale, variance] = run(moments, [x], grouping(sizes, { eps: 1e-5 }))
          .reshape([3])
          .toArray() as [number, number, number];
        expect(mean).toBe(Math.fround((mantissa + average) * unit));
        expect(variance).toBeGreaterThanOrEqual(0);
        // Units far below 1 have squares that float32 does not hold.
        if (exponent > -20) expect(variance / unit ** 2).toBeCloseTo(spread, 3);
        if (spread === 0) expect(variance).toBe(0);
        expect(scale).toBeCloseTo(1 / Math.sqrt(variance + 1e-5), 2);
      }),
      { numRuns: 500 },
    );
  });
});

describe('normalize by given moments', () => {
  const backends = [reference(), wasm({ relaxed: false }), wasm({ relaxed: true })];

  for (const [name, [sizes, each]] of Object.entries(shapes)) {
    it(`passes gradients on by their factor, whatever the numbers and means are: ${name}`, () => {
      const wild = [Infinity, -Infinity, NaN, 1];
      const list = Array.from({ length: sizes[0] * sizes[1] * sizes[2] }, (_, i) => wild[i % 4]!);
      for (const backend of backends) {
        const x = tensor(list, sizes, { backend, requiresGrad: true });
        const means = x.newFull([sizes[1]], NaN);
        const gamma = x.newFull([each ? sizes[2] : sizes[1]], -3);
        const stats = stack([means, x.newFull([sizes[1]], 0.5)]);
        const y = normalize(x, [gamma], grouping(sizes, { each }), stats);
        const [got] = gradients([y], [x], { gradOutputs: [x.newFull(y.shape, 2)] });
        expect(got!.dataSync()).toEqual(new Float32Array(list.length).fill(-3));
      }
    });
  }

  it('sends 0 back to γ and β from no numbers, whatever the moments are', () => {
    for (const sizes of [
      [0, 3, 1],
      [0, 3, 2],
      [2, 3, 0],
    ] as const) {
      for (const backend of backends) {
        const x = tensor([], sizes, { backend });
        const affine = [1, 2].map(() => x.newFull([3], 1));
        for (const t of affine) t.requiresGrad = true;
        const stats = tensor([0, 0, 0, NaN, Infinity, 1], [2, 3], { backend });
        const y = normalize(x, affine, grouping(sizes), stats);
        for (const got of gradients([y.sum()], affine)) {
          expect(got!.toArray(), `${backend.name} ${sizes}`).toEqual([0, 0, 0]);
        }
      }
    }
  });
});

describe('layers of nearly equal numbers', () => {
  const layers: Readonly<
    Record<string, readonly [LayerNorm | GroupNorm | BatchNorm1d, readonly number[]]>
  > = {
    LayerNorm: [new LayerNorm([10]), [2, 10]],
    GroupNorm: [new GroupNorm(2, 4), [2, 4, 9]],
    'BatchNorm1d of single numbers': [new BatchNorm1d(3), [10, 3]],
    'BatchNorm1d of lines': [new BatchNorm1d(3), [4, 3, 9]],
  };
  for (const [name, [layer, shape]] of Object.entries(layers)) {
    it(`${name} gives zeros for equal ones, and finite gradients`, () => {
      for (const value of [1_000_000.125, 65_910, 10_000.3, 0.1, 0, -3e38, 1e-40]) {
        for (const dtype of ['float32', 'float64'] as const) {
          for (const backend of [wasm(), reference()]) {
            const x = full(shape, value, { dtype, backend, requiresGrad: true });
            const y = layer.to(backend).forward(x);
            expect(y.abs().max().item(), `${value} ${dtype} ${backend.name}`).toBe(0);
            backward(y.mul(y.add(0.5).exp()).sum());
            expect(x.grad!.isFinite().all().item(), `gradient at ${value}`).toBe(1);
          }
        }
      }
    });
  }

  it('running variances are never negative', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: 0.125, max: 2 ** 30 }), (value) => {
        const layer = new BatchNorm1d(1, { momentum: 1 });
        layer.forward(full([13, 1, 5], value));
        expect(layer.runningVar!.item()).toBe(0);
        expect(layer.runningMean!.item()).toBe(value);
      }),
    );
  });
});
