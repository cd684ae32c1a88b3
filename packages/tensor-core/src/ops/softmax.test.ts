import { ShapeError, tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

for (const name of ['softmax', 'logSoftmax'] as const) {
  const of = (...p: number[]): number[] => (name === 'softmax' ? p : p.map(Math.log));
  testOp(name, {
    samples: [
      // Longer than what one thread of a gpu kernel folds.
      {
        name: 'long lines',
        inputs: [values([2, 70, 2])],
        call: (x) => x[name](1),
        secondGradient: false,
      },
      {
        name: 'a very long line',
        inputs: [values([1, 1100])],
        call: (x) => x[name](1),
        gradient: false,
      },
      {
        name: 'a vector',
        inputs: [given([0, Math.log(2), Math.log(5)])],
        call: (x) => x[name](0),
        expected: of(1 / 8, 2 / 8, 5 / 8),
      },
      {
        name: 'rows',
        inputs: [given([0, 0, Math.log(3), 0], [2, 2])],
        call: (x) => x[name](1),
        expected: of(1 / 2, 1 / 2, 3 / 4, 1 / 4),
      },
      {
        name: 'columns',
        inputs: [given([0, 0, Math.log(3), 0], [2, 2])],
        call: (x) => x[name](0),
        expected: of(1 / 4, 1 / 2, 3 / 4, 1 / 2),
      },
      { name: 'a middle dim', inputs: [values([2, 3, 5])], call: (x) => x[name](-2) },
      { name: 'a long row', inputs: [values([2, 67])], call: (x) => x[name](-1), gradient: false },
      { name: 'a dim of size 1', inputs: [values([3, 1])], call: (x) => x[name](1) },
      {
        name: 'numbers whose exponentials overflow',
        inputs: [given([1000, 1000, -1000, -1000], [2, 2])],
        call: (x) => x[name](1),
        expected: of(0.5, 0.5, 0.5, 0.5),
      },
      {
        name: 'a masked place',
        inputs: [given([-Infinity, 1, 1])],
        call: (x) => x[name](0),
        expected: of(0, 0.5, 0.5),
        gradient: false,
      },
      {
        name: 'NaN and what has no largest finite element',
        inputs: [given([NaN, 1, -Infinity, -Infinity, Infinity, Infinity], [3, 2])],
        call: (x) => x[name](1),
        expected: [NaN, NaN, NaN, NaN, NaN, NaN],
        gradient: false,
      },
      { name: 'a scalar', inputs: [given([3], [])], call: (x) => x[name](-1), expected: of(1)[0]! },
      { name: 'nothing', inputs: [given([], [2, 0])], call: (x) => x[name](1), expected: [] },
      { name: 'no rows', inputs: [given([], [0, 2])], call: (x) => x[name](1), expected: [] },
      {
        name: 'whole numbers',
        inputs: [integers([4, 4])],
        call: (x) => x[name](0),
        expected: of(0.5, 0.5),
        gradient: false,
      },
      {
        name: 'truth values',
        inputs: [bools([true, true])],
        call: (x) => x[name](0),
        expected: of(0.5, 0.5),
        gradient: false,
      },
    ],
    errors: [
      {
        name: 'a dim that is not there',
        call: () => tensor([1])[name](1),
        error: ShapeError,
        message: `${name}: dim must be a whole number from -1 to 0, got 1.`,
      },
    ],
  });
}

describe('softmax', () => {
  it('is float32 for integers', () => {
    expect(tensor([1, 2], { dtype: 'int32' }).softmax(0).dtype).toBe('float32');
  });

  it('sums to 1, and logSoftmax is its logarithm', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1 }),
        (list) => {
          const x = tensor(Float64Array.from(list));
          expect(x.softmax(0).sum().item()).toBeCloseTo(1, 10);
          expect(x.logSoftmax(0)).toBeAllclose(x.sub(x.logSumExp()), { rtol: 1e-9, atol: 1e-9 });
          expect(x.logSoftmax(0).exp()).toBeAllclose(x.softmax(0), { rtol: 1e-9 });
        },
      ),
    );
  });
});
