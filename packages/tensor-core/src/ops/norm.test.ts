import { backward, gradients } from '@kasane/autograd';
import { tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const sample = given([3, -4, 0, 5, -12, 0], [2, 3]);

testOp('norm', {
  samples: [
    {
      name: 'values whose squares overflow',
      inputs: [given([1e20, -1e20, 0])],
      call: (x) => x.norm(),
      gradient: false,
      tolerance: { rtol: 1e-6, atol: 0 },
    },
    {
      name: 'nothing but 0, and Infinity',
      inputs: [given([0, 0, 1, -Infinity], [2, 2])],
      call: (x) => x.norm(1),
      expected: [0, Infinity],
      gradient: false,
    },
    // Longer than what one thread of a gpu kernel folds.
    {
      name: 'long rows',
      inputs: [values([2, 1100])],
      call: (x) => x.norm(1, { p: 3 }),
      secondGradient: false,
    },
    {
      name: 'everything, p = 2',
      inputs: [given([1, -2, 4, 2])],
      call: (x) => x.norm(),
      expected: 5,
    },
    { name: 'rows', inputs: [sample], call: (x) => x.norm(1), expected: [5, 13] },
    {
      name: 'p = 1',
      inputs: [given([3, -4, 5, 7])],
      call: (x) => x.norm(0, { p: 1 }),
      expected: 19,
    },
    {
      name: 'p = Infinity',
      inputs: [sample],
      call: (x) => x.norm(1, { p: Infinity }),
      expected: [4, 12],
    },
    {
      name: 'p = 3',
      inputs: [given([3, -4, 5])],
      call: (x) => x.norm(0, { p: 3 }),
      expected: 6,
    },
    {
      name: 'p = 0.5',
      inputs: [given([4, -9])],
      call: (x) => x.norm(0, { p: 0.5 }),
      expected: 25,
    },
    {
      name: 'p = 1.5 along columns, kept as a row',
      inputs: [values([3, 4])],
      call: (x) => x.norm(0, { p: 1.5, keepdim: true }),
    },
    {
      name: 'columns, kept as a row',
      inputs: [values([5, 6])],
      call: (x) => x.norm(0, { keepdim: true }),
    },
    { name: 'neighbouring dims', inputs: [values([2, 3, 4])], call: (x) => x.norm([1, 2]) },
    { name: 'dims apart', inputs: [values([2, 3, 4])], call: (x) => x.norm([0, -1]) },
    {
      name: 'p = 3 with zeros among the values',
      inputs: [given([0, 2, 0, -1])],
      call: (x) => x.norm(0, { p: 3 }),
    },
    { name: 'a scalar', inputs: [given([-3], [])], call: (x) => x.norm(), expected: 3 },
    ...[1, 2, 3, Infinity].map((p) => ({
      name: `nothing, p = ${p}`,
      inputs: [given([], [2, 0])],
      call: (x: ReturnType<typeof tensor>) => x.norm(1, { p }),
      expected: [0, 0],
    })),
    { name: 'no results', inputs: [given([], [2, 0])], call: (x) => x.norm(0), expected: [] },
    ...[1, 2, 3, Infinity].map((p) => ({
      name: `NaN and Infinity, p = ${p}`,
      inputs: [given([NaN, 1, -Infinity, 1], [2, 2])],
      call: (x: ReturnType<typeof tensor>) => x.norm(1, { p }),
      expected: [NaN, Infinity],
      gradient: false as const,
    })),
    ...[1, 2, 3, Infinity].map((p) => ({
      name: `whole numbers and truth values, p = ${p}`,
      inputs: [integers([0, -7]), bools([true, false])],
      call: (x: ReturnType<typeof tensor>, y: ReturnType<typeof tensor>) =>
        x.norm(0, { p }).add(y.norm(0, { p })),
      expected: 8,
      gradient: false as const,
    })),
  ],
  errors: [
    {
      name: 'p = 0',
      call: () => tensor([1, 2]).norm(0, { p: 0 }),
      error: RangeError,
      message: 'norm: p must be above 0, got 0. Count with x.notEqual(0).sum().',
    },
  ],
});

describe('norm', () => {
  it('has the gradient 0 in every order at the origin', () => {
    for (const p of [1, 2, 3, 0.5, Infinity]) {
      const x = tensor([0, 0], { requiresGrad: true });
      const [first] = gradients([x.norm(0, { p })], [x], { createGraph: true });
      expect(first!.toArray()).toEqual([0, 0]);
      if (first!.requiresGrad) {
        backward(first!.sum());
        expect(x.grad!.isFinite().all().item()).toBe(1);
      }
    }
  });

  it('has the gradient 0 at a zero among other values', () => {
    for (const p of [1, 0.5, 1.5, 2, 3]) {
      const x = tensor([0, 3], { requiresGrad: true });
      backward(x.norm(0, { p }));
      expect(x.grad!.toArray()).toEqual([0, 1]);
    }
  });

  it('is float32 for integers whatever p is', () => {
    for (const p of [1, 2, 3, Infinity]) {
      expect(tensor([1, 2], { dtype: 'int32' }).norm(0, { p }).dtype).toBe('float32');
    }
  });

  it('obeys the triangle inequality for p ≥ 1', () => {
    const list = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(list, list, fc.constantFrom(1, 1.5, 2, 3, Infinity), (a, b, p) => {
        const [x, y] = [tensor(Float64Array.from(a)), tensor(Float64Array.from(b))];
        const norm = (t: typeof x): number => t.norm(0, { p }).item();
        expect(norm(x.add(y))).toBeLessThanOrEqual(norm(x) + norm(y) + 1e-9);
      }),
    );
  });
});

testOp('norm', {
  samples: [
    {
      name: 'powers beyond float32',
      inputs: [given([3e30, -4e30, 3e-30, 4e-30], [2, 2])],
      call: (x) => x.norm(1, { p: 3 }),
      expected: [91 ** (1 / 3) * 1e30, 91 ** (1 / 3) * 1e-30],
      tolerance: { rtol: 1e-5, atol: 0 },
      gradient: false,
    },
    {
      name: 'powers beyond float64',
      inputs: [given([1e30, -1e30, 1e-30, 1e-30], [2, 2])],
      call: (x) => x.norm(1, { p: 20 }),
      expected: [2 ** 0.05 * 1e30, 2 ** 0.05 * 1e-30],
      tolerance: { rtol: 1e-5, atol: 0 },
      gradient: false,
    },
  ],
});

describe('norm', () => {
  it('is right where squares leave the range of float64', () => {
    for (const scale of [1e200, 1e-200]) {
      const x = tensor(Float64Array.of(3 * scale, -4 * scale));
      expect(x.norm().div(scale).item()).toBeCloseTo(5, 12);
      expect(x.norm(0, { p: 1.5 }).div(scale).item()).toBeCloseTo((27 ** 0.5 + 8) ** (2 / 3), 12);
    }
    expect(tensor(Float64Array.of(1e200, Infinity)).norm().item()).toBe(Infinity);
    expect(tensor(Float64Array.of(1e200, NaN)).norm().item()).toBeNaN();
    expect(tensor(Float64Array.of(0, 0)).norm().item()).toBe(0);
  });

  it('has the gradient of numbers whose quotients or powers leave the range of float32', () => {
    for (const [p, list] of [
      [0.5, [5.6e-17, 9e29]],
      [1.25, [1e-30, 1e20]],
      [3, [1e20, 2e30]],
    ] as const) {
      const of = (dtype: 'float32' | 'float64'): readonly number[] => {
        const x = tensor([...list], { dtype, requiresGrad: true });
        backward(x.norm(0, { p }));
        return [...x.grad!.dataSync()];
      };
      const want = of('float64');
      of('float32').forEach((got, i) => expect(got / want[i]!, `p ${p}`).toBeCloseTo(1, 5));
    }
  });

  it('sends nothing back from zeros, whatever comes', () => {
    for (const p of [1, 2, 3, Infinity]) {
      const x = tensor([0, 0], { requiresGrad: true });
      backward(x.norm(0, { p }).sqrt());
      expect(x.grad, `p ${p}`).toBeAllclose([0, 0], { atol: 0 });
    }
  });
});
