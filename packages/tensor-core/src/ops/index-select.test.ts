import { backendReport, DTypeError, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import { expect, it } from 'vitest';

const int = (list: number[]): ReturnType<typeof tensor> => tensor(list, { dtype: 'int32' });

testOp('indexSelect', {
  samples: [
    {
      name: 'rows of a table',
      inputs: [given([1, 2, 3, 4, 5, 6], [3, 2]), integers([2, 0, 2])],
      call: (x, i) => x.indexSelect(0, i),
      expected: [
        [5, 6],
        [1, 2],
        [5, 6],
      ],
    },
    {
      name: 'columns',
      inputs: [given([1, 2, 3, 4, 5, 6], [2, 3]), integers([2, 0])],
      call: (x, i) => x.indexSelect(-1, i),
      expected: [
        [3, 1],
        [6, 4],
      ],
    },
    {
      name: 'a middle dim',
      inputs: [values([2, 3, 5]), integers([1, 1, 0, 2])],
      call: (x, i) => x.indexSelect(1, i),
    },
    {
      name: 'no index',
      inputs: [values([2, 3]), integers([])],
      call: (x, i) => x.indexSelect(0, i),
    },
    {
      name: 'of empty rows',
      inputs: [values([2, 0]), integers([1])],
      call: (x, i) => x.indexSelect(0, i),
    },
    {
      name: 'bools in rows of whole words',
      inputs: [
        bools([true, false, true, true, false, true, false, false], [2, 4]),
        integers([1, 0]),
      ],
      call: (x, i) => x.indexSelect(0, i),
      expected: [
        [0, 1, 0, 0],
        [1, 0, 1, 1],
      ],
      gradient: false,
    },
    {
      name: 'bools in odd rows',
      inputs: [bools([true, false, true], [3, 1]), integers([1, 0])],
      call: (x, i) => x.indexSelect(0, i),
      expected: [[0], [1]],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'an index past the end',
      call: () => zeros([3, 2]).indexSelect(0, int([3])),
      error: ShapeError,
      message: 'indexSelect: index 3 is out of range for dim 0 of size 3. Count from 0.',
    },
    {
      name: 'a negative index',
      call: () => zeros([3, 2]).indexSelect(1, int([-2])),
      error: ShapeError,
      message: 'indexSelect: index -2 is out of range for dim 1 of size 2. Count from 0.',
    },
    {
      name: 'a matrix of indices',
      call: () => zeros([3]).indexSelect(0, zeros([1, 1], { dtype: 'int32' })),
      error: ShapeError,
      message: 'indexSelect: index must be a vector, got [1,1]. Flatten it, or use gather.',
    },
    {
      name: 'a scalar',
      call: () => zeros([]).indexSelect(0, int([0])),
      error: ShapeError,
      message: 'indexSelect: a scalar has no dimension. Unsqueeze it.',
    },
    {
      name: 'indices that are not int32',
      call: () => zeros([3]).indexSelect(0, tensor([1])),
      error: DTypeError,
      message: 'indexSelect: indices must be int32, got float32. Use .cast("int32").',
    },
  ],
});

testOp('indexAdd', {
  samples: [
    {
      name: 'rows, with repeats',
      inputs: [given([1, 1, 1, 1], [2, 2]), integers([1, 1]), given([1, 2, 3, 4], [2, 2])],
      call: (x, i, s) => x.indexAdd(0, i, s),
      expected: [
        [1, 1],
        [5, 7],
      ],
    },
    {
      name: 'a middle dim',
      inputs: [values([2, 3, 5]), integers([2, 0]), values([2, 2, 5], -1, 1, 1)],
      call: (x, i, s) => x.indexAdd(1, i, s),
    },
    {
      name: 'nothing',
      inputs: [values([2, 3]), integers([]), values([0, 3])],
      call: (x, i, s) => x.indexAdd(0, i, s),
    },
    {
      name: 'integers',
      inputs: [integers([1, 2]), integers([0]), integers([5])],
      call: (x, i, s) => x.indexAdd(0, i, s),
      expected: [6, 2],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'a source that does not fit',
      call: () => zeros([3, 2]).indexAdd(0, int([0]), zeros([2, 2])),
      error: ShapeError,
      message: 'indexAdd: src must have shape [1,2] for dim 0 of [3,2], got [2,2].',
    },
    {
      name: 'an index past the end',
      call: () => zeros([3, 2]).indexAdd(0, int([9]), zeros([1, 2])),
      error: ShapeError,
      message: 'indexAdd: index 9 is out of range for dim 0 of size 3. Count from 0.',
    },
    {
      name: 'dtypes that differ',
      call: () => zeros([2]).indexAdd(0, int([0]), int([1])),
      error: DTypeError,
      message:
        'indexAdd: input and src must have one numeric dtype, got float32 and int32. Use .cast(dtype).',
    },
  ],
});

it('indexSelect and its gradient run as kernels in float32', () => {
  const calls = (): number =>
    backendReport().reduce((n, r) => (r.op.startsWith('index') ? n + r.calls : n), 0);
  const before = calls();
  const index = int([0, 1, 1]);
  zeros([2, 3]).indexSelect(0, index);
  zeros([2, 3]).indexAdd(0, index, zeros([3, 3]));
  expect(calls()).toBe(before);
});
