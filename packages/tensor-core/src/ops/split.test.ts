import { ShapeError, stack, tensor, zeros } from '@kasane/tensor-core';
import { integers, testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

testOp('split, chunk, unbind and select', {
  samples: [
    {
      name: 'one piece of given sizes',
      inputs: [values([5, 2])],
      call: (x) => x.split([1, 3, 1])[1]!,
    },
    {
      name: 'pieces that meet again',
      inputs: [values([2, 6])],
      call: (x) => {
        const [i, f, o] = x.chunk(3, -1);
        return i!.mul(f!).add(o!);
      },
    },
    {
      name: 'a row',
      inputs: [integers([1, 2, 3, 4], [2, 2])],
      call: (x) => x.select(0, 1),
      expected: [3, 4],
      gradient: false,
    },
    { name: 'the last column', inputs: [values([2, 3])], call: (x) => x.select(1, -1) },
    { name: 'an element', inputs: [values([3])], call: (x) => x.select(0, 2) },
    {
      name: 'unbound and stacked',
      inputs: [values([2, 3, 2])],
      call: (x) => stack(x.unbind(1), 0),
    },
  ],
  errors: [
    {
      name: 'sizes that do not add up',
      call: () => zeros([5]).split([2, 2]),
      error: ShapeError,
      message:
        'split: sizes must be whole numbers ≥ 0 that add up to 5, the size of dim 0, got [2,2].',
    },
    {
      name: 'pieces of 0',
      call: () => zeros([5]).split(0),
      error: ShapeError,
      message:
        'split: the size of a piece must be a whole number ≥ 1, got 0. Use chunk for their number.',
    },
    {
      name: 'no pieces',
      call: () => zeros([5]).chunk(0),
      error: RangeError,
      message: 'chunk: the number of pieces must be a whole number ≥ 1, got 0.',
    },
    {
      name: 'a scalar',
      call: () => zeros([]).unbind(),
      error: ShapeError,
      message: 'unbind: a scalar has no dimension. Unsqueeze it.',
    },
    {
      name: 'a position that does not exist',
      call: () => zeros([2, 3]).select(1, 3),
      error: ShapeError,
      message: 'select: index must be a whole number from -3 to 2, got 3 for dim 1 of [2,3].',
    },
  ],
});

const x = tensor([0, 1, 2, 3, 4, 5, 6]);

describe('split', () => {
  it('by size leaves what remains to the last piece', () => {
    expect(x.split(3).map((p) => p.toArray())).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  });
  it('by sizes takes empty pieces too', () => {
    expect(x.split([0, 7]).map((p) => p.shape)).toEqual([[0], [7]]);
  });
  it('of nothing is one empty piece', () => {
    expect(
      zeros([0, 2])
        .split(3)
        .map((p) => p.shape),
    ).toEqual([[0, 2]]);
  });
});

describe('chunk', () => {
  it('gives equal pieces and a shorter last one', () => {
    expect(x.chunk(3).map((p) => p.toArray())).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  });
  it('gives fewer pieces where the size runs out, as in PyTorch', () => {
    expect(x.chunk(5).map((p) => p.shape)).toEqual([[2], [2], [2], [1]]);
  });
});

describe('unbind', () => {
  it('gives one tensor for every position', () => {
    expect(
      tensor([
        [1, 2],
        [3, 4],
      ])
        .unbind(-1)
        .map((p) => p.toArray()),
    ).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });
  it('of an empty dim gives nothing', () => {
    expect(zeros([0, 2]).unbind()).toEqual([]);
  });
});
