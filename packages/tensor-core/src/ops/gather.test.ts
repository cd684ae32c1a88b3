import { backendReport, DTypeError, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const int = (list: number[]): ReturnType<typeof tensor> => tensor(list, { dtype: 'int32' });

testOp('gather', {
  samples: [
    {
      name: 'along the last dim',
      inputs: [given([1, 2, 3, 4, 5, 6], [2, 3]), integers([2, 0, 1, 1], [2, 2])],
      call: (x, i) => x.gather(1, i),
      expected: [
        [3, 1],
        [5, 5],
      ],
    },
    {
      name: 'along dim 0',
      inputs: [given([1, 2, 3, 4, 5, 6], [2, 3]), integers([1, 0, 1], [1, 3])],
      call: (x, i) => x.gather(-2, i),
      expected: [[4, 2, 6]],
    },
    {
      name: 'a vector, with repeats',
      inputs: [values([4]), integers([3, 3, 0, 1, 3])],
      call: (x, i) => x.gather(0, i),
    },
    {
      name: 'a middle dim',
      inputs: [values([2, 3, 2]), integers([0, 2, 1, 1, 2, 0, 0, 0], [2, 2, 2])],
      call: (x, i) => x.gather(1, i),
    },
    {
      name: 'an index smaller than the input in the other dims',
      inputs: [values([3, 4]), integers([3, 0, 1, 2], [2, 2])],
      call: (x, i) => x.gather(1, i),
    },
    {
      name: 'a scalar',
      inputs: [given([7], []), integers([0], [])],
      call: (x, i) => x.gather(0, i),
      expected: 7,
    },
    {
      name: 'no index',
      inputs: [values([2, 3]), integers([], [2, 0])],
      call: (x, i) => x.gather(1, i),
    },
    {
      name: 'integers',
      inputs: [integers([5, 6, 7]), integers([2, 1])],
      call: (x, i) => x.gather(0, i),
      expected: [7, 6],
      gradient: false,
    },
    {
      name: 'bools',
      inputs: [bools([true, false]), integers([1, 0, 0])],
      call: (x, i) => x.gather(0, i),
      expected: [0, 1, 1],
      gradient: false,
    },
    {
      name: 'NaN and Infinity',
      inputs: [given([Number.NaN, Infinity]), integers([1, 0])],
      call: (x, i) => x.gather(0, i),
      expected: [Infinity, Number.NaN],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'an index past the end',
      call: () => zeros([3]).gather(0, int([0, 3])),
      error: ShapeError,
      message: 'gather: index 3 is out of range for dim 0 of size 3. Count from 0.',
    },
    {
      name: 'a negative index',
      call: () => zeros([3]).gather(0, int([-1])),
      error: ShapeError,
      message: 'gather: index -1 is out of range for dim 0 of size 3. Count from 0.',
    },
    {
      name: 'nothing to index',
      call: () => zeros([0]).gather(0, int([0])),
      error: ShapeError,
      message: 'gather: index 0 is out of range for dim 0 of size 0. Count from 0.',
    },
    {
      name: 'indices that are not int32',
      call: () => zeros([3]).gather(0, tensor([1])),
      error: DTypeError,
      message: 'gather: indices must be int32, got float32. Use .cast("int32").',
    },
    {
      name: 'an index larger than the input',
      call: () => zeros([1, 3]).gather(1, tensor([[0], [0]], { dtype: 'int32' })),
      error: ShapeError,
      message:
        'gather: index must be no larger than input except along dim 1, got [2,1] and [1,3]. Slice or broadcast one.',
    },
    {
      name: 'another number of dims',
      call: () => zeros([2, 3]).gather(1, int([0])),
      error: ShapeError,
      message:
        'gather: index must be no larger than input except along dim 1, got [1] and [2,3]. Slice or broadcast one.',
    },
  ],
});

testOp('scatterAdd', {
  samples: [
    {
      name: 'repeats add up',
      inputs: [given([1, 1, 1]), integers([0, 2, 0]), given([10, 20, 30])],
      call: (x, i, s) => x.scatterAdd(0, i, s),
      expected: [41, 1, 21],
    },
    {
      name: 'along the last dim',
      inputs: [values([2, 3]), integers([2, 0, 1, 1], [2, 2]), values([2, 2], -1, 1, 1)],
      call: (x, i, s) => x.scatterAdd(1, i, s),
    },
    {
      name: 'along dim 0',
      inputs: [values([3, 2]), integers([2, 0, 1, 1], [2, 2]), values([2, 2], -1, 1, 1)],
      call: (x, i, s) => x.scatterAdd(0, i, s),
    },
    {
      name: 'a source larger than the index',
      inputs: [values([3, 3]), integers([2, 0], [1, 2]), values([2, 4], -1, 1, 1)],
      call: (x, i, s) => x.scatterAdd(1, i, s),
    },
    {
      name: 'a scalar',
      inputs: [given([1], []), integers([0], []), given([2], [])],
      call: (x, i, s) => x.scatterAdd(0, i, s),
      expected: 3,
    },
    {
      name: 'nothing',
      inputs: [values([2]), integers([], [0]), values([0])],
      call: (x, i, s) => x.scatterAdd(0, i, s),
    },
    {
      name: 'integers',
      inputs: [integers([1, 2]), integers([1, 1]), integers([5, 6])],
      call: (x, i, s) => x.scatterAdd(0, i, s),
      expected: [1, 13],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'an index past the end',
      call: () => zeros([2]).scatterAdd(0, int([2]), zeros([1])),
      error: ShapeError,
      message: 'scatterAdd: index 2 is out of range for dim 0 of size 2. Count from 0.',
    },
    {
      name: 'a source smaller than the index',
      call: () => zeros([2]).scatterAdd(0, int([0, 1]), zeros([1])),
      error: ShapeError,
      message:
        'scatterAdd: index must be no larger than src, got [2] and [1]. Slice or broadcast one.',
    },
    {
      name: 'dtypes that differ',
      call: () => zeros([2]).scatterAdd(0, int([0]), int([1])),
      error: DTypeError,
      message:
        'scatterAdd: input and src must have one numeric dtype, got float32 and int32. Use .cast(dtype).',
    },
    {
      name: 'bools',
      call: () => tensor([true]).scatterAdd(0, int([0]), tensor([true])),
      error: DTypeError,
      message:
        'scatterAdd: input and src must have one numeric dtype, got bool and bool. Use .cast(dtype).',
    },
  ],
});

testOp('takeAlongDim', {
  samples: [
    {
      name: 'what argmax found',
      inputs: [given([1, 9, 3, 4, 2, 6], [2, 3])],
      call: (x) => x.takeAlongDim(x.argmax(1, { keepdim: true }), 1),
      expected: [[9], [6]],
    },
    {
      name: 'an index that broadcasts',
      inputs: [values([3, 4]), integers([3, 0], [1, 2])],
      call: (x, i) => x.takeAlongDim(i, -1),
    },
    {
      name: 'an input that broadcasts',
      inputs: [values([1, 4]), integers([3, 0, 1], [3, 1])],
      call: (x, i) => x.takeAlongDim(i, 1),
    },
  ],
  errors: [
    {
      name: 'another number of dims',
      call: () => zeros([2, 3]).takeAlongDim(int([0]), 1),
      error: ShapeError,
      message:
        'takeAlongDim: input and index must have one ndim, got [2,3] and [1]. Unsqueeze one.',
    },
    {
      name: 'other dims that do not broadcast',
      call: () => zeros([2, 3]).takeAlongDim(zeros([3, 1], { dtype: 'int32' }), 1),
      error: ShapeError,
      message:
        'takeAlongDim: shapes [2,1] and [3,1] do not broadcast: dimension 0 is 2 and 3. Sizes must be equal or 1. Reshape one side.',
    },
  ],
});

describe('gather and scatterAdd', () => {
  it('are adjoint: ⟨gather(x), y⟩ = ⟨x, scatterAdd(0, y)⟩', () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
    );
    fc.assert(
      fc.property(
        sizes,
        fc.array(fc.nat(), { minLength: 16, maxLength: 16 }),
        ([a, n, m], picks) => {
          const index = tensor(
            picks.slice(0, a * m).map((p) => p % n),
            [a, m],
            { dtype: 'int32' },
          );
          const ramp = (rows: number, columns: number): ReturnType<typeof tensor> =>
            tensor(
              Array.from({ length: rows * columns }, (_, i) => i + 1),
              [rows, columns],
            );
          const x = ramp(a, n);
          const y = ramp(a, m);
          const left = x.gather(1, index).mul(y).sum().item();
          expect(
            x
              .mul(zeros([a, n]).scatterAdd(1, index, y))
              .sum()
              .item(),
          ).toBe(left);
        },
      ),
    );
  });
  it('along the last dim of float32 run as kernels', () => {
    const calls = (): number =>
      backendReport().reduce((n, r) => (/^(gather|scatterAdd)$/.test(r.op) ? n + r.calls : n), 0);
    const before = calls();
    const index = tensor(
      [
        [0, 1],
        [1, 1],
      ],
      { dtype: 'int32' },
    );
    zeros([2, 3]).gather(1, index);
    zeros([2, 3]).scatterAdd(1, index, zeros([2, 2]));
    expect(calls()).toBe(before);
  });
});
