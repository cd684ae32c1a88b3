import { tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

testOp('unique', {
  skip: {
    on: 'device',
    why: 'the result has a size that only the values tell, and they answer later',
  },
  samples: [
    {
      name: 'values',
      inputs: [given([3, 1, 3, 2, 1])],
      call: (x) => x.unique().values,
      expected: [1, 2, 3],
    },
    {
      name: 'inverse, in the shape of the tensor',
      inputs: [given([3, 1, 3, 1], [2, 2])],
      call: (x) => x.unique().inverse,
      expected: [
        [1, 0],
        [1, 0],
      ],
    },
    {
      name: 'counts',
      inputs: [integers([3, 1, 3, 2, 3])],
      call: (x) => x.unique().counts,
      expected: [1, 1, 3],
    },
    {
      name: 'every NaN by itself, last',
      inputs: [given([Number.NaN, 1, Number.NaN, Infinity])],
      call: (x) => x.unique().values,
      expected: [1, Infinity, Number.NaN, Number.NaN],
    },
    {
      name: 'zero of either sign is one value',
      inputs: [given([0, -0, 0])],
      call: (x) => x.unique().counts,
      expected: [3],
    },
    {
      name: 'bools',
      inputs: [bools([true, true])],
      call: (x) => x.unique().values,
      expected: [1],
    },
    { name: 'a scalar', inputs: [given([4], [])], call: (x) => x.unique().values, expected: [4] },
    { name: 'nothing', inputs: [values([0, 2])], call: (x) => x.unique().inverse },
  ],
  noGradient: 'the number of values jumps',
});

describe('unique', () => {
  it('puts the tensor together again from values and inverse', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 40 }), (list) => {
        const { values: distinct, inverse, counts } = tensor(list, [list.length]).unique();
        expect(distinct.indexSelect(0, inverse).toArray()).toEqual(list);
        expect(distinct.toArray()).toEqual([...new Set(list)].sort((a, b) => a - b));
        expect(counts.sum().item()).toBe(list.length);
      }),
    );
  });
  it('of nothing is nothing', () => {
    const { values: distinct, counts } = zeros([0]).unique();
    expect([distinct.shape, counts.shape]).toEqual([[0], [0]]);
  });
});
