import { ShapeError, tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

for (const name of ['cumsum', 'cumprod'] as const) {
  const both = <T>(sum: T, product: T): T => (name === 'cumsum' ? sum : product);
  testOp(name, {
    samples: [
      {
        name: 'a long line, parts of which overflow where the whole does not',
        inputs: [given([0, ...Array<number>(199).fill(name === 'cumprod' ? 3 : 1)])],
        call: (x) => x[name](0),
        gradient: false,
      },
      // Longer than what one thread of a gpu kernel walks.
      {
        name: 'long lines',
        inputs: [values([2, 70, 2], 0.8, 1.2)],
        call: (x) => x[name](1),
        secondGradient: false,
      },
      {
        name: 'a vector',
        inputs: [given([1, 2, 3, 4])],
        call: (x) => x[name](0),
        expected: both([1, 3, 6, 10], [1, 2, 6, 24]),
      },
      {
        name: 'rows',
        inputs: [given([1, 2, 3, 4, 5, 6], [2, 3])],
        call: (x) => x[name](1),
        expected: both(
          [
            [1, 3, 6],
            [4, 9, 15],
          ],
          [
            [1, 2, 6],
            [4, 20, 120],
          ],
        ),
      },
      {
        name: 'columns',
        inputs: [given([1, 2, 3, 4, 5, 6], [2, 3])],
        call: (x) => x[name](0),
        expected: both(
          [
            [1, 2, 3],
            [5, 7, 9],
          ],
          [
            [1, 2, 3],
            [4, 10, 18],
          ],
        ),
      },
      { name: 'a middle dim', inputs: [values([2, 4, 3])], call: (x) => x[name](-2) },
      { name: 'one zero', inputs: [given([2, 0, 3, 4])], call: (x) => x[name](0) },
      { name: 'two zeros', inputs: [given([2, 0, 3, 0, 5])], call: (x) => x[name](-1) },
      { name: 'only zeros', inputs: [given([0, 0, 0])], call: (x) => x[name](0) },
      { name: 'a dim of size 1', inputs: [values([3, 1, 2])], call: (x) => x[name](1) },
      { name: 'a scalar', inputs: [given([3], [])], call: (x) => x[name](0), expected: 3 },
      { name: 'nothing', inputs: [given([], [0])], call: (x) => x[name](0), expected: [] },
      { name: 'an empty dim', inputs: [given([], [2, 0])], call: (x) => x[name](0), expected: [] },
      {
        name: 'NaN and Infinity',
        inputs: [given([1, Infinity, -Infinity, 2, NaN, 3], [2, 3])],
        call: (x) => x[name](1),
        expected: both([1, Infinity, NaN, 2, NaN, NaN], [1, Infinity, -Infinity, 2, NaN, NaN]),
        gradient: false,
      },
      {
        name: 'whole numbers',
        inputs: [integers([3, -2, 4])],
        call: (x) => x[name](0),
        expected: both([3, 1, 5], [3, -6, -24]),
        gradient: false,
      },
      {
        name: 'truth values',
        inputs: [bools([true, true, false, true])],
        call: (x) => x[name](0),
        expected: both([1, 2, 2, 3], [1, 1, 0, 0]),
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

describe('cumsum and cumprod', () => {
  it('count bool as int32', () => {
    expect(tensor([true]).cumsum(0).dtype).toBe('int32');
    expect(tensor([true]).cumprod(0).dtype).toBe('int32');
  });

  it('end in the sum and the product', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 12 }),
        (list) => {
          const x = tensor(Float64Array.from(list));
          expect(x.cumsum(0).slice(0, -1).item()).toBe(x.sum().item());
          expect(x.cumprod(0).slice(0, -1).item()).toBe(x.prod().item());
        },
      ),
    );
  });
});
