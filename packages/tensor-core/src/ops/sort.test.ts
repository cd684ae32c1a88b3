import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const nan = Number.NaN;

testOp('argsort', {
  samples: [
    {
      name: 'a vector',
      inputs: [given([3, 1, 2])],
      call: (x) => x.argsort(),
      expected: [1, 2, 0],
    },
    {
      name: 'descending',
      inputs: [given([3, 1, 2])],
      call: (x) => x.argsort(-1, { descending: true }),
      expected: [0, 2, 1],
    },
    {
      name: 'equal values in their order, both ways',
      inputs: [given([1, 0, 1, -0, 1])],
      call: (x) =>
        x
          .argsort()
          .mul(10)
          .add(x.argsort(0, { descending: true })),
      expected: [10, 32, 4, 21, 43],
    },
    {
      name: 'NaN last, and first if descending',
      inputs: [given([nan, 1, nan, -Infinity, Infinity])],
      call: (x) =>
        x
          .argsort()
          .mul(10)
          .add(x.argsort(0, { descending: true })),
      expected: [30, 12, 44, 1, 23],
    },
    {
      name: 'rows',
      inputs: [given([3, 1, 2, 0, 5, 4], [2, 3])],
      call: (x) => x.argsort(0),
      expected: [
        [1, 0, 0],
        [0, 1, 1],
      ],
    },
    { name: 'a middle dim', inputs: [values([2, 40, 3])], call: (x) => x.argsort(1) },
    { name: 'a scalar', inputs: [given([4], [])], call: (x) => x.argsort(), expected: 0 },
    { name: 'nothing', inputs: [values([2, 0])], call: (x) => x.argsort() },
    { name: 'no rows', inputs: [values([0, 2])], call: (x) => x.argsort() },
    {
      name: 'integers',
      inputs: [integers([5, -7, 0])],
      call: (x) => x.argsort(),
      expected: [1, 2, 0],
    },
    {
      name: 'bools',
      inputs: [bools([true, false, true])],
      call: (x) => x.argsort(),
      expected: [1, 0, 2],
    },
  ],
  noGradient: 'its result is an integer',
  errors: [
    {
      name: 'a dim that does not exist',
      call: () => zeros([2]).argsort(1),
      error: ShapeError,
      message: 'argsort: dim must be a whole number from -1 to 0, got 1.',
    },
  ],
});

testOp('sort', {
  samples: [
    {
      name: 'a vector',
      inputs: [given([3, 1, 2])],
      call: (x) => x.sort().values,
      expected: [1, 2, 3],
    },
    { name: 'rows', inputs: [values([4, 3])], call: (x) => x.sort(0, { descending: true }).values },
    { name: 'a middle dim', inputs: [values([2, 5, 2])], call: (x) => x.sort(1).values },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.sort().values },
    { name: 'nothing', inputs: [values([0])], call: (x) => x.sort().values },
    {
      name: 'NaN and Infinity',
      inputs: [given([nan, Infinity, 0, -Infinity])],
      call: (x) => x.sort().values,
      expected: [-Infinity, 0, Infinity, nan],
      gradient: false,
    },
  ],
});

describe('sort', () => {
  it("orders any numbers as the language's own stable sort does", () => {
    const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.float(), fc.constant(Number.NaN));
    // NaN above everything; the language sorts -0 and 0 as equal with a comparison by value.
    const compare = (a: number, b: number): number =>
      Number.isNaN(a)
        ? Number.isNaN(b)
          ? 0
          : 1
        : Number.isNaN(b)
          ? -1
          : a < b
            ? -1
            : Number(a > b);
    fc.assert(
      fc.property(fc.array(number, { maxLength: 200 }), fc.boolean(), (list, descending) => {
        const order = list.map((_, i) => i);
        order.sort((i, j) => (descending ? -1 : 1) * compare(list[i]!, list[j]!));
        const { values: sorted, indices } = tensor(list, [list.length]).sort(0, { descending });
        expect(indices.toArray()).toEqual(order);
        expect(Array.from(sorted.dataSync())).toEqual(order.map((i) => list[i]));
      }),
    );
  });
});
