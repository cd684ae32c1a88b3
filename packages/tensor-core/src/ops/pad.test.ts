import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

testOp('pad', {
  samples: [
    {
      name: 'zeros around a vector',
      inputs: [given([1, 2])],
      call: (x) => x.pad([[1, 2]]),
      expected: [0, 1, 2, 0, 0],
    },
    {
      name: 'the last two dims with a value',
      inputs: [given([1, 2, 3, 4], [2, 2])],
      call: (x) =>
        x.pad(
          [
            [1, 0],
            [0, 1],
          ],
          { value: 9 },
        ),
      expected: [
        [9, 9, 9],
        [1, 2, 9],
        [3, 4, 9],
      ],
    },
    {
      name: 'images',
      inputs: [values([2, 2, 3, 4])],
      call: (x) =>
        x.pad([
          [1, 1],
          [2, 2],
        ]),
    },
    {
      name: 'only a leading dim',
      inputs: [values([2, 3])],
      call: (x) =>
        x.pad([
          [1, 1],
          [0, 0],
        ]),
    },
    {
      name: 'the middle',
      inputs: [values([2, 2, 2])],
      call: (x) =>
        x.pad([
          [0, 1],
          [0, 0],
        ]),
    },
    { name: 'no dim', inputs: [values([2, 3])], call: (x) => x.pad([]) },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.pad([]) },
    {
      name: 'nothing becomes border',
      inputs: [values([0, 2])],
      call: (x) =>
        x.pad(
          [
            [1, 0],
            [0, 0],
          ],
          { value: 3 },
        ),
      expected: [[3, 3]],
    },
    {
      name: 'minus infinity',
      inputs: [given([1])],
      call: (x) => x.pad([[1, 0]], { value: -Infinity }),
      expected: [-Infinity, 1],
      gradient: false,
    },
    {
      name: 'integers',
      inputs: [integers([1, 2])],
      call: (x) => x.pad([[1, 1]], { value: -1 }),
      expected: [-1, 1, 2, -1],
      gradient: false,
    },
    {
      name: 'bools',
      inputs: [bools([false])],
      call: (x) => x.pad([[1, 1]], { value: 2 }),
      expected: [1, 0, 1],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'too many pairs',
      call: () =>
        zeros([2]).pad([
          [1, 1],
          [1, 1],
        ]),
      error: ShapeError,
      message: 'pad: needs at most one [before, after] per dimension of [2], got 2.',
    },
    {
      name: 'a negative amount',
      call: () => zeros([2]).pad([[-1, 0]]),
      error: ShapeError,
      message:
        'pad: dim 0 needs [before, after] in whole numbers ≥ 0, got [-1,0]. Use slice to crop.',
    },
    {
      name: 'a mirror as long as the dim',
      call: () => zeros([2, 3]).pad([[3, 0]], { mode: 'reflect' }),
      error: ShapeError,
      message:
        "pad: reflect can add at most 2 on a side of dim 1 of size 3, got 3. Use mode 'constant'.",
    },
    {
      name: 'no edge to repeat',
      call: () => zeros([0]).pad([[1, 0]], { mode: 'replicate' }),
      error: ShapeError,
      message:
        "pad: replicate can add at most 0 on a side of dim 0 of size 0, got 1. Use mode 'constant'.",
    },
  ],
});

testOp('pad by mirroring', {
  samples: [
    {
      name: 'a vector',
      inputs: [given([1, 2, 3])],
      call: (x) => x.pad([[2, 2]], { mode: 'reflect' }),
      expected: [3, 2, 1, 2, 3, 2, 1],
    },
    {
      name: 'two dims',
      inputs: [values([2, 3, 3])],
      call: (x) =>
        x.pad(
          [
            [1, 2],
            [2, 0],
          ],
          { mode: 'reflect' },
        ),
    },
    {
      name: 'nothing to add',
      inputs: [values([0, 1])],
      call: (x) => x.pad([[0, 0]], { mode: 'reflect' }),
    },
  ],
});

testOp('pad by repeating the edge', {
  samples: [
    {
      name: 'a vector',
      inputs: [given([1, 2])],
      call: (x) => x.pad([[2, 3]], { mode: 'replicate' }),
      expected: [1, 1, 1, 2, 2, 2, 2],
    },
    {
      name: 'two dims',
      inputs: [values([2, 1, 3])],
      call: (x) =>
        x.pad(
          [
            [2, 2],
            [1, 0],
          ],
          { mode: 'replicate' },
        ),
    },
  ],
});

describe('pad', () => {
  it('keeps the tensor in the middle', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }));
    const modes = fc.constantFrom('constant', 'reflect', 'replicate');
    fc.assert(
      fc.property(pair, pair, modes, (rows, columns, mode) => {
        const x = tensor(
          Array.from({ length: 12 }, (_, i) => i + 1),
          [3, 4],
        );
        const inside = x
          .pad([rows, columns], { mode })
          .slice(0, rows[0], rows[0] + 3)
          .slice(1, columns[0], columns[0] + 4);
        expect(inside.toArray()).toEqual(x.toArray());
      }),
    );
  });
});
