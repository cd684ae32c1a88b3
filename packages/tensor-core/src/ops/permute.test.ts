import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

testOp('permute', {
  samples: [
    { name: 'three dims', inputs: [values([2, 3, 4])], call: (x) => x.permute([2, 0, 1]) },
    { name: 'negative dims', inputs: [values([2, 3, 4])], call: (x) => x.permute([-1, -3, -2]) },
    {
      name: 'more loops than the kernel has',
      inputs: [values([2, 2, 2, 2, 3])],
      call: (x) => x.permute([4, 3, 2, 1, 0]),
    },
    {
      name: 'two loops around those of the kernel',
      inputs: [values([3, 2, 2, 1, 2, 2, 3])],
      call: (x) => x.permute([5, 6, 4, 2, 3, 1, 0]),
    },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.permute([]) },
    { name: 'nothing', inputs: [values([2, 0])], call: (x) => x.permute([1, 0]) },
    {
      name: 'bytes',
      inputs: [bools([true, false, false, true, true, false], [2, 3])],
      call: (x) => x.permute([1, 0]),
      expected: [
        [1, 1],
        [0, 1],
        [0, 0],
      ],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'too few dims',
      call: () => zeros([2, 3]).permute([0]),
      error: ShapeError,
      message: 'permute: dims must name each of the 2 dimensions of [2,3] once, got [0].',
    },
    {
      name: 'a dim named twice',
      call: () => zeros([2, 3]).permute([0, -2]),
      error: ShapeError,
      message: 'permute: dim 0 appears twice in [0,-2]. Name it once.',
    },
    {
      name: 'a dim that does not exist',
      call: () => zeros([2, 3]).permute([0, 2]),
      error: ShapeError,
      message: 'permute: dim must be a whole number from -2 to 1, got 2.',
    },
  ],
});

testOp('transpose and t', {
  samples: [
    {
      name: 'two dims of three',
      inputs: [values([2, 3, 4])],
      call: (x) => x.transpose(-1, 0),
    },
    {
      name: 'a matrix',
      inputs: [integers([1, 2, 3, 4, 5, 6], [2, 3])],
      call: (x) => x.t(),
      expected: [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
      gradient: false,
    },
    { name: 'a vector', inputs: [values([3])], call: (x) => x.t() },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.transpose(0, -1) },
  ],
  errors: [
    {
      name: 'a dim that a scalar does not have',
      call: () => zeros([]).transpose(0, 1),
      error: ShapeError,
      message: 'transpose: dim must be a whole number from -1 to 0, got 1.',
    },
    {
      name: 'three dims',
      call: () => zeros([1, 2, 3]).t(),
      error: ShapeError,
      message: 't: needs at most 2 dimensions, got [1,2,3]. Use transpose or permute.',
    },
  ],
});

describe('permute', () => {
  it('is undone by the inverse order', () => {
    const dims = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        dims.chain((shape) =>
          fc.tuple(
            fc.constant(shape),
            fc.shuffledSubarray(
              shape.map((_, i) => i),
              { minLength: shape.length },
            ),
          ),
        ),
        ([shape, order]) => {
          const size = shape.reduce((a, b) => a * b, 1);
          const x = tensor(
            Array.from({ length: size }, (_, i) => i),
            shape,
          );
          const inverse = order.map((_, i) => order.indexOf(i));
          const there = x.permute(order);
          expect(there.shape).toEqual(order.map((d) => shape[d]));
          expect(there.permute(inverse).toArray()).toEqual(x.toArray());
        },
      ),
    );
  });
});
