import { concat, ShapeError, stack, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

testOp('concat', {
  samples: [
    // More than one launch of a gpu kernel takes.
    {
      name: 'twenty pieces',
      inputs: Array.from({ length: 20 }, (_, i) => values([2, (i % 3) + 1], -2, 2, i)),
      call: (...pieces) => concat(pieces, 1),
      secondGradient: false,
    },
    {
      name: 'rows',
      inputs: [given([1, 2], [1, 2]), given([3, 4, 5, 6], [2, 2])],
      call: (a, b) => concat([a, b]),
      expected: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    {
      name: 'columns',
      inputs: [given([1, 2], [2, 1]), given([3, 4, 5, 6], [2, 2])],
      call: (a, b) => concat([a, b], -1),
      expected: [
        [1, 3, 4],
        [2, 5, 6],
      ],
    },
    {
      name: 'three along the middle',
      inputs: [values([2, 1, 3]), values([2, 2, 3], -2, 2, 1), values([2, 3, 3], -2, 2, 2)],
      call: (a, b, c) => concat([a, b, c], 1),
    },
    { name: 'one alone', inputs: [values([2, 2])], call: (x) => concat([x]) },
    { name: 'one with itself', inputs: [values([2, 2])], call: (x) => concat([x, x], 1) },
    {
      name: 'an empty one',
      inputs: [values([0, 2]), values([3, 2])],
      call: (a, b) => concat([a, b]),
    },
    { name: 'only empty ones', inputs: [values([0, 2])], call: (a) => concat([a, a]) },
    {
      name: 'integers and numbers',
      inputs: [integers([1, 2]), given([0.5])],
      call: (a, b) => concat([a, b]),
      expected: [1, 2, 0.5],
    },
    {
      name: 'bytes',
      inputs: [bools([true, false]), bools([true])],
      call: (a, b) => concat([a, b]),
      expected: [1, 0, 1],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'no tensors',
      call: () => concat([]),
      error: ShapeError,
      message: 'concat: needs at least one tensor, got none.',
    },
    {
      name: 'scalars',
      call: () => concat([zeros([])]),
      error: ShapeError,
      message: 'concat: a scalar has no dimension. Use stack.',
    },
    {
      name: 'other sizes that differ',
      call: () => concat([zeros([2, 3]), zeros([2, 2])]),
      error: ShapeError,
      message: 'concat: shapes must be equal except at dim 0, got [2,3] and [2,2].',
    },
  ],
});

testOp('stack', {
  samples: [
    {
      name: 'vectors to rows',
      inputs: [given([1, 2]), given([3, 4])],
      call: (a, b) => stack([a, b]),
      expected: [
        [1, 2],
        [3, 4],
      ],
    },
    {
      name: 'vectors to columns',
      inputs: [given([1, 2]), given([3, 4])],
      call: (a, b) => stack([a, b], -1),
      expected: [
        [1, 3],
        [2, 4],
      ],
    },
    { name: 'scalars', inputs: [values([]), values([], 0, 1, 1)], call: (a, b) => stack([a, b]) },
    {
      name: 'a new dim in the middle',
      inputs: [values([2, 3]), values([2, 3], -1, 1, 1)],
      call: (a, b) => stack([a, b], 1),
    },
  ],
  errors: [
    {
      name: 'no tensors',
      call: () => stack([]),
      error: ShapeError,
      message: 'stack: needs at least one tensor, got none.',
    },
    {
      name: 'shapes that differ',
      call: () => stack([zeros([2]), zeros([3])]),
      error: ShapeError,
      message: 'stack: tensors must have one shape, got [2] and [3]. Use concat, or pad them.',
    },
    {
      name: 'a dim that does not exist',
      call: () => stack([zeros([2])], 2),
      error: ShapeError,
      message: 'stack: dim must be a whole number from -2 to 1, got 2.',
    },
  ],
});

describe('concat', () => {
  it('puts back together what split took apart', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 0, max: 2 }), (sizes, dim) => {
        const shape = [2, 2, 2];
        shape[dim] = sizes.reduce((a, b) => a + b, 0);
        const size = shape.reduce((a, b) => a * b, 1);
        const x = tensor(
          Array.from({ length: size }, (_, i) => i),
          shape,
        );
        const parts = x.split(sizes, dim);
        expect(parts.map((p) => p.shape[dim])).toEqual(sizes);
        expect(concat(parts, dim).toArray()).toEqual(x.toArray());
      }),
    );
  });
});
