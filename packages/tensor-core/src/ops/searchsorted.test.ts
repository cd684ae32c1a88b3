import { searchsorted, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { given, integers, testOp } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

testOp('searchsorted', {
  samples: [
    {
      name: 'before equal elements',
      inputs: [given([1, 3, 3, 5]), given([0, 1, 3, 4, 9])],
      call: (s, v) => searchsorted(s, v),
      expected: [0, 0, 1, 3, 4],
    },
    {
      name: 'after equal elements',
      inputs: [given([1, 3, 3, 5]), given([0, 1, 3, 4, 9])],
      call: (s, v) => searchsorted(s, v, { right: true }),
      expected: [0, 1, 3, 3, 4],
    },
    {
      name: 'a sequence for every row',
      inputs: [given([1, 2, 3, 10, 20, 30], [2, 3]), given([2, 9, 20, 40], [2, 2])],
      call: (s, v) => searchsorted(s, v),
      expected: [
        [1, 3],
        [1, 3],
      ],
    },
    {
      name: 'values of another shape',
      inputs: [given([1, 2]), given([1.5, 0, 3, 2], [2, 2])],
      call: (s, v) => searchsorted(s, v),
      expected: [
        [1, 0],
        [2, 1],
      ],
    },
    {
      name: 'NaN, which is last',
      inputs: [given([1, Infinity, Number.NaN]), given([Number.NaN, Infinity])],
      call: (s, v) =>
        searchsorted(s, v)
          .mul(10)
          .add(searchsorted(s, v, { right: true })),
      expected: [23, 12],
    },
    {
      name: 'integers among numbers',
      inputs: [integers([1, 3]), given([1.5])],
      call: (s, v) => searchsorted(s, v),
      expected: [1],
    },
    {
      name: 'a scalar',
      inputs: [given([1, 3]), given([2], [])],
      call: (s, v) => searchsorted(s, v),
      expected: 1,
    },
    {
      name: 'an empty sequence',
      inputs: [given([], [0]), given([2])],
      call: (s, v) => searchsorted(s, v),
      expected: [0],
    },
    { name: 'no values', inputs: [given([1]), given([], [0])], call: (s, v) => searchsorted(s, v) },
  ],
  noGradient: 'its result is an integer',
  errors: [
    {
      name: 'leading dims that differ',
      call: () => searchsorted(zeros([2, 3]), zeros([3, 3])),
      error: ShapeError,
      message:
        'searchsorted: the sequence must be a vector, or agree with the values in all but the last dimension, got [2,3] and [3,3].',
    },
    {
      name: 'a scalar sequence',
      call: () => searchsorted(zeros([]), zeros([3])),
      error: ShapeError,
      message:
        'searchsorted: the sequence must be a vector, or agree with the values in all but the last dimension, got [] and [3].',
    },
  ],
});

describe('searchsorted', () => {
  it('counts the elements below, or not above, the value', () => {
    const small = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(fc.array(small, { maxLength: 12 }), small, (list, value) => {
        list.sort((a, b) => a - b);
        const [s, v] = [tensor(list, [list.length]), tensor([value])];
        expect(searchsorted(s, v).item()).toBe(list.filter((x) => x < value).length);
        const right = searchsorted(s, v, { right: true }).item();
        expect(right).toBe(list.filter((x) => x <= value).length);
      }),
    );
  });
});
