import { backward, gradients } from '@kasane/autograd';
import { full, tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

for (const name of ['variance', 'std'] as const) {
  const of = (v: number): number => (name === 'std' ? Math.sqrt(v) : v);
  testOp(name, {
    samples: [
      // Longer than what one thread of a gpu kernel folds.
      {
        name: 'long rows',
        inputs: [values([2, 1100])],
        call: (x) => x[name](1),
        secondGradient: false,
      },
      {
        name: 'everything',
        inputs: [given([2, 4, 4, 4, 5, 5, 7, 9])],
        call: (x) => x[name](),
        expected: of(32 / 7),
      },
      {
        name: 'without correction',
        inputs: [given([2, 4, 4, 4, 5, 5, 7, 9])],
        call: (x) => x[name](0, { correction: 0 }),
        expected: of(4),
      },
      {
        name: 'rows',
        inputs: [given([1, 2, 3, 2, 4, 9], [2, 3])],
        call: (x) => x[name](1),
        expected: [of(1), of(13)],
      },
      {
        name: 'columns, kept as a row',
        inputs: [given([1, 2, 3, 3, 4, 9], [2, 3])],
        call: (x) => x[name](0, { keepdim: true }),
        expected: [[of(2), of(2), of(18)]],
      },
      {
        name: 'a correction of 1.5',
        inputs: [values([4, 5])],
        call: (x) => x[name](-1, { correction: 1.5 }),
      },
      { name: 'neighbouring dims', inputs: [values([2, 3, 4])], call: (x) => x[name]([0, 1]) },
      { name: 'dims apart', inputs: [values([2, 3, 4])], call: (x) => x[name]([0, 2]) },
      {
        name: 'a middle dim, kept',
        inputs: [values([2, 3, 4])],
        call: (x) => x[name](1, { keepdim: true, correction: 0 }),
      },
      {
        name: 'far from zero',
        inputs: [given([10001, 10002, 10003])],
        call: (x) => x[name](),
        expected: of(1),
      },
      {
        name: 'equal numbers, exactly',
        inputs: [given(Array<number>(600).fill(1000000.125), [2, 300])],
        call: (x) => x[name](1),
        expected: [0, 0],
        tolerance: { rtol: 0, atol: 0 },
        gradient: false,
      },
      {
        name: 'equal numbers in a row that threads share, exactly',
        inputs: [given(Array<number>(12_000).fill(10000.3))],
        call: (x) => x[name](),
        expected: 0,
        tolerance: { rtol: 0, atol: 0 },
        gradient: false,
      },
      {
        name: 'nearly equal numbers',
        inputs: [given([1000, 1000.0625, 1000, 1000, 1000.0625, 1000.125])],
        call: (x) => x[name](),
        expected: of(2 / 3 / 256),
      },
      {
        name: 'nearly equal numbers in a row that threads share',
        inputs: [given(Array.from({ length: 12_000 }, (_, i) => 1000 + (i % 3) / 16))],
        call: (x) => x[name](0, { correction: 0 }),
        expected: of(2 / 3 / 256),
        gradient: false,
      },
      {
        name: 'many columns',
        inputs: [values([31, 7])],
        call: (x) => x[name](0),
        gradient: false,
      },
      {
        name: 'one element has no spread to estimate',
        inputs: [given([3], [])],
        call: (x) => x[name](),
        expected: NaN,
        gradient: false,
      },
      {
        name: 'one element without correction',
        inputs: [given([3, 4], [2, 1])],
        call: (x) => x[name](1, { correction: 0 }),
        expected: [0, 0],
        gradient: false,
      },
      {
        name: 'a correction beyond the count',
        inputs: [given([3, 4])],
        call: (x) => x[name](0, { correction: 3 }),
        expected: Infinity,
        gradient: false,
      },
      { name: 'nothing', inputs: [given([], [0])], call: (x) => x[name](), expected: NaN },
      {
        name: 'nothing, even with a negative correction',
        inputs: [given([], [0])],
        call: (x) => x[name](0, { correction: -1 }),
        expected: NaN,
      },
      {
        name: 'an empty dim',
        inputs: [given([], [2, 0])],
        call: (x) => x[name](1),
        expected: [NaN, NaN],
      },
      { name: 'no results', inputs: [given([], [2, 0])], call: (x) => x[name](0), expected: [] },
      {
        name: 'NaN and Infinity',
        inputs: [given([NaN, 1, Infinity, 1], [2, 2])],
        call: (x) => x[name](1),
        expected: [NaN, NaN],
        gradient: false,
      },
      {
        name: 'whole numbers',
        inputs: [integers([1, 2, 3])],
        call: (x) => x[name](),
        expected: of(1),
        gradient: false,
      },
      {
        name: 'truth values',
        inputs: [bools([true, false])],
        call: (x) => x[name](),
        expected: of(0.5),
        gradient: false,
      },
    ],
  });
}

testOp('std', {
  samples: [
    {
      name: 'squares beyond float32',
      inputs: [given([1e30, -1e30, 1e-30, -1e-30], [2, 2])],
      call: (x) => x.std(1),
      expected: [Math.SQRT2 * 1e30, Math.SQRT2 * 1e-30],
      tolerance: { rtol: 1e-6, atol: 0 },
      gradient: false,
    },
    {
      name: 'a sum beyond float32',
      inputs: [given([3e38, 3e38, 3e38])],
      call: (x) => x.std(),
      expected: 0,
      tolerance: { rtol: 0, atol: 0 },
      gradient: false,
      skip: { on: 'gpu', why: 'sums are float32 there' },
    },
    {
      name: 'squares beyond float32, in columns',
      inputs: [given([1e30, 1e-30, -1e30, -1e-30], [2, 2])],
      call: (x) => x.std(0),
      expected: [Math.SQRT2 * 1e30, Math.SQRT2 * 1e-30],
      tolerance: { rtol: 1e-6, atol: 0 },
      gradient: false,
    },
  ],
});

describe('std', () => {
  it('is right where squares leave the range of float64', () => {
    for (const scale of [1e200, 1e-200, 1e308]) {
      const x = tensor(Float64Array.of(scale, -scale, scale / 2, scale / 2));
      expect(x.std(0, { correction: 0 }).div(scale).item()).toBeCloseTo(0.75, 12);
    }
  });

  it('has gradients at every size', () => {
    for (const scale of [1e30, 1, 1e-30]) {
      const x = tensor([scale, -scale], { requiresGrad: true });
      backward(x.std());
      expect(x.grad).toBeAllclose([Math.SQRT1_2, -Math.SQRT1_2]);
    }
  });

  it('sends nothing back from equal numbers, whatever comes', () => {
    const x = tensor([10000.3, 10000.3, 10000.3], { requiresGrad: true });
    backward(x.std().sqrt());
    expect(x.grad).toBeAllclose([0, 0, 0], { atol: 0 });
  });

  it('has the gradient 0 in every order where all values are equal', () => {
    const x = tensor(
      [
        [3, 3],
        [1, 2],
      ],
      { requiresGrad: true },
    );
    const [first] = gradients([x.std(1).sum()], [x], { createGraph: true });
    expect(first!).toBeAllclose(
      [
        [0, 0],
        [-Math.SQRT1_2, Math.SQRT1_2],
      ],
      { atol: 1e-6 },
    );
    backward(first!.square().sum());
    expect(x.grad!.isFinite().all().item()).toBe(1);
  });
});

describe('variance', () => {
  it('of equal numbers is exactly 0, and so is its gradient', () => {
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    const dtypes = fc.constantFrom<'float32' | 'float64'>('float32', 'float64');
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 700 }), dtypes, (value, n, dtype) => {
        const wide = dtype === 'float64' || Math.abs(value) < 1e35;
        const x = full([n, 2], wide ? value : 1e35, { dtype, requiresGrad: true });
        for (const y of [x.variance(0, { correction: 0 }), x.std(0, { correction: 0 })]) {
          expect(y.toArray()).toEqual([0, 0]);
        }
        const rows = x.reshape([2, n]).variance(1, { correction: 0 });
        expect(rows.toArray()).toEqual([0, 0]);
      }),
    );
    for (const dtype of ['float32', 'float64'] as const) {
      const x = full([1000], 10000.3, { dtype, requiresGrad: true });
      backward(x.variance());
      expect(x.grad!.abs().max().item()).toBe(0);
    }
  });

  it('is computed in float32 for integers and in float64 for float64', () => {
    expect(tensor([1, 2], { dtype: 'int32' }).variance().dtype).toBe('float32');
    expect(tensor([1, 2], { dtype: 'float64' }).std().dtype).toBe('float64');
  });

  it('does not move with the mean and grows with the square of the scale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2 }),
        fc.double({ min: -10, max: 10, noNaN: true }),
        (list, shift) => {
          const x = tensor(Float64Array.from(list));
          const want = x.variance().item();
          expect(x.add(shift).variance().item()).toBeCloseTo(want, 8);
          expect(x.mul(3).variance().item()).toBeCloseTo(9 * want, 8);
        },
      ),
    );
  });
});
