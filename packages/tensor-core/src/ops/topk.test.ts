import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const nan = Number.NaN;

testOp('topk', {
  samples: [
    {
      name: 'the two largest',
      inputs: [given([1, 5, 3, 4])],
      call: (x) => x.topk(2).values,
      expected: [5, 4],
    },
    {
      name: 'the two smallest',
      inputs: [given([1, 5, 3, 4])],
      call: (x) => x.topk(2, 0, { largest: false }).values,
      expected: [1, 3],
    },
    {
      name: 'in the order they stand in',
      inputs: [given([1, 4, 3, 5])],
      call: (x) => x.topk(2, 0, { sorted: false }).values,
      expected: [4, 5],
    },
    {
      name: 'positions, the earlier one on ties',
      inputs: [given([2, 7, 7, 2, 7])],
      call: (x) => x.topk(4).indices,
      expected: [1, 2, 4, 0],
      gradient: false,
    },
    {
      name: 'NaN counts as the largest',
      inputs: [given([1, nan, Infinity])],
      call: (x) => x.topk(2).values,
      expected: [nan, Infinity],
      gradient: false,
    },
    {
      name: 'NaN is the last of the smallest',
      inputs: [given([1, nan, Infinity])],
      call: (x) => x.topk(3, 0, { largest: false }).values,
      expected: [1, Infinity, nan],
      gradient: false,
    },
    { name: 'along dim 0', inputs: [values([5, 3])], call: (x) => x.topk(2, 0).values },
    { name: 'few out of many', inputs: [values([2, 50])], call: (x) => x.topk(3).values },
    { name: 'none', inputs: [values([3, 2])], call: (x) => x.topk(0).values },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.topk(1).values },
    { name: 'of nothing', inputs: [values([0, 3])], call: (x) => x.topk(2).values },
    {
      name: 'integers',
      inputs: [integers([3, 9, 1])],
      call: (x) => x.topk(1).values,
      expected: [9],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'more than there are',
      call: () => zeros([2, 3]).topk(4),
      error: ShapeError,
      message: 'topk: k must be a whole number from 0 to 3, the size of dim 1, got 4.',
    },
    {
      name: 'half a value',
      call: () => zeros([3]).topk(0.5),
      error: ShapeError,
      message: 'topk: k must be a whole number from 0 to 3, the size of dim 0, got 0.5.',
    },
  ],
});

describe('topk', () => {
  it('is the start of sort', () => {
    const number = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Number.NaN));
    const list = fc.array(number, { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(list, fc.nat(), fc.boolean(), (data, pick, largest) => {
        const k = pick % (data.length + 1);
        const x = tensor(data);
        const { indices } = x.topk(k, 0, { largest });
        const all = x.argsort(0, { descending: largest });
        expect(indices.toArray()).toEqual(all.slice(0, 0, k).toArray());
      }),
    );
  });
});
