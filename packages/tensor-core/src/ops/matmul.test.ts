import { DTypeError, ShapeError, ones, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values, type Sample } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const product = (a: Tensor, b: Tensor): Tensor => a.matmul(b);
const [a, b] = [given([1, 2, 3, 4], [2, 2]), given([5, 6, 7, 8], [2, 2])];

const shapes: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['matrix × matrix', [3, 4], [4, 2]],
  ['one row × one column', [1, 5], [5, 1]],
  ['one column × one row', [5, 1], [1, 3]],
  ['vector × vector', [4], [4]],
  ['vector × matrix', [4], [4, 3]],
  ['matrix × vector', [3, 4], [4]],
  ['batch × batch', [2, 3, 4], [2, 4, 2]],
  ['batch × matrix', [2, 3, 4], [4, 2]],
  ['matrix × batch', [3, 4], [2, 4, 2]],
  ['batch × vector', [2, 3, 4], [4]],
  ['vector × batch', [4], [2, 4, 3]],
  ['a batch of 1 stretches', [1, 3, 4], [2, 4, 2]],
  ['two batch dims that stretch crosswise', [2, 1, 2, 3], [1, 3, 3, 2]],
];

const transposed: Sample[] = [
  [true, false, [4, 3], [4, 2]],
  [false, true, [3, 4], [2, 4]],
  [true, true, [4, 3], [2, 4]],
  [true, false, [2, 4, 3], [2, 4, 2]],
  [false, true, [2, 3, 4], [2, 2, 4]],
  [true, true, [2, 4, 3], [2, 4]],
  [false, true, [2, 3, 4], [5, 4]],
  [true, false, [2, 4, 3], [4, 5]],
  [true, false, [4], [4, 2]],
  [false, true, [3, 4], [4]],
].map(([transposeA, transposeB, x, y]) => ({
  name: `${JSON.stringify(x)}${transposeA ? 'ᵀ' : ''} × ${JSON.stringify(y)}${transposeB ? 'ᵀ' : ''}`,
  inputs: [values(x as number[], -2, 2, 1), values(y as number[], -2, 2, 2)], // rows mix booleans and shapes
  call: (p, q) =>
    p.matmul(q, { transposeA: transposeA as boolean, transposeB: transposeB as boolean }), // as above
}));

testOp('matmul', {
  products: true,
  samples: [
    {
      name: 'by hand',
      inputs: [a, b],
      call: product,
      expected: [
        [19, 22],
        [43, 50],
      ],
    },
    {
      name: 'by hand, left transposed',
      inputs: [a, b],
      call: (x, y) => x.matmul(y, { transposeA: true }),
      expected: [
        [26, 30],
        [38, 44],
      ],
    },
    {
      name: 'by hand, right transposed',
      inputs: [a, b],
      call: (x, y) => x.matmul(y, { transposeB: true }),
      expected: [
        [17, 23],
        [39, 53],
      ],
    },
    ...shapes.map(([name, x, y]) => ({
      name,
      inputs: [values(x, -2, 2, 1), values(y, -2, 2, 2)],
      call: product,
    })),
    ...transposed,
    {
      name: 'sizes beyond one register block',
      inputs: [values([13, 70], -1, 1, 1), values([70, 19], -1, 1, 2)],
      call: product,
      gradient: false,
    },
    {
      name: 'an empty inner dim gives zeros',
      inputs: [given([], [2, 0]), given([], [0, 3])],
      call: product,
      expected: [0, 0, 0, 0, 0, 0],
    },
    {
      name: 'empty vectors give zero',
      inputs: [given([], [0]), given([], [0])],
      call: product,
      expected: 0,
    },
    {
      name: 'an empty inner dim in a batch gives zeros',
      inputs: [given([], [2, 1, 0]), given([], [2, 0, 2])],
      call: product,
      expected: [0, 0, 0, 0],
    },
    { name: 'no rows', inputs: [given([], [0, 3]), values([3, 2])], call: product, expected: [] },
    {
      name: 'no batch',
      inputs: [given([], [0, 2, 3]), values([3, 2])],
      call: product,
      expected: [],
    },
    {
      name: 'NaN and Infinity',
      inputs: [given([NaN, 1, Infinity, 0], [2, 2]), given([1, 1], [2, 1])],
      call: product,
      expected: [NaN, Infinity],
      gradient: false,
    },
    {
      name: 'whole numbers',
      inputs: [integers([1, 2, 3, 4], [2, 2]), integers([5, 6, 7, 8], [2, 2])],
      call: product,
      expected: [
        [19, 22],
        [43, 50],
      ],
      gradient: false,
    },
    {
      name: 'truth values select',
      inputs: [bools([true, false, true], [1, 3]), given([1, 2, 4], [3, 1])],
      call: product,
      expected: [[5]],
    },
  ],
  errors: [
    {
      name: 'inner dimensions that differ, equal rows',
      call: () => zeros([3, 4]).matmul(zeros([3, 2])),
      error: ShapeError,
      message:
        'matmul: inner dimensions must match, got 4 and 3 for [3,4] × [3,2]. Did you mean { transposeA: true }?',
    },
    {
      name: 'inner dimensions that differ, equal columns',
      call: () => zeros([3, 4]).matmul(zeros([2, 4])),
      error: ShapeError,
      message:
        'matmul: inner dimensions must match, got 4 and 2 for [3,4] × [2,4]. Did you mean { transposeB: true }?',
    },
    {
      name: 'inner dimensions that differ for no visible reason',
      call: () => zeros([3, 4]).matmul(zeros([5, 6])),
      error: ShapeError,
      message:
        'matmul: inner dimensions must match, got 4 and 5 for [3,4] × [5,6]. Reshape one side.',
    },
    {
      name: 'vectors of different lengths',
      call: () => zeros([3]).matmul(zeros([4])),
      error: ShapeError,
      message: 'matmul: inner dimensions must match, got 3 and 4 for [3] × [4]. Reshape one side.',
    },
    {
      name: 'a transposed operand that does not fit',
      call: () => zeros([3, 4]).matmul(zeros([4, 5]), { transposeA: true }),
      error: ShapeError,
      message:
        'matmul: inner dimensions must match, got 3 and 4 for [3,4]ᵀ × [4,5]. Did you mean { transposeA: false }?',
    },
    {
      name: 'a batch of matrices, equal rows',
      call: () => zeros([2, 3, 4]).matmul(zeros([2, 3, 5])),
      error: ShapeError,
      message:
        'matmul: inner dimensions must match, got 4 and 3 for [2,3,4] × [2,3,5]. Did you mean { transposeA: true }?',
    },
    {
      name: 'batches that do not broadcast',
      call: () => zeros([2, 3, 4]).matmul(zeros([3, 4, 5])),
      error: ShapeError,
      message:
        'matmul: shapes [2] and [3] do not broadcast: dimension 0 is 2 and 3. Sizes must be equal or 1. Reshape one side.',
    },
    {
      name: 'a scalar',
      call: () => tensor(2).matmul(zeros([2, 2])),
      error: ShapeError,
      message: 'matmul: needs dimensions on both sides, got [] × [2,2]. Use mul for scalars.',
    },
    {
      name: 'two bool matrices',
      call: () => tensor([[true]]).matmul(tensor([[true]])),
      error: DTypeError,
      message: 'matmul: bool matrices have no product. Use .cast("float32").',
    },
  ],
});

describe('matmul', () => {
  it.each([
    [[4], [4], []],
    [[4], [4, 3], [3]],
    [[3, 4], [4], [3]],
    [[2, 3, 4], [4], [2, 3]],
    [[4], [2, 4, 3], [2, 3]],
    [
      [5, 1, 3, 4],
      [2, 4, 6],
      [5, 2, 3, 6],
    ],
    [
      [1, 4],
      [4, 1],
      [1, 1],
    ],
  ])('%j × %j has the shape %j', (a, b, shape) => {
    expect(zeros(a).matmul(zeros(b)).shape).toEqual(shape);
  });

  it('multiplies in the higher dtype', () => {
    const [x, y] = [ones([2, 2], { dtype: 'int32' }), ones([2, 2], { dtype: 'float64' })];
    expect(x.matmul(x).dtype).toBe('int32');
    expect(x.matmul(y).dtype).toBe('float64');
  });

  it('obeys (A·B)ᵀ = Bᵀ·Aᵀ for whole numbers of any size', () => {
    const size = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(size, size, size, (m, k, n) => {
        const x = tensor(
          Float32Array.from({ length: m * k }, (_, i) => (i % 7) - 3),
          [m, k],
        );
        const y = tensor(
          Float32Array.from({ length: k * n }, (_, i) => (i % 5) - 2),
          [k, n],
        );
        const left = x.matmul(y).t();
        const right = y.matmul(x, { transposeA: true, transposeB: true });
        expect(right.shape).toEqual([n, m]);
        expect(right.dataSync()).toEqual(left.dataSync());
      }),
    );
  });
});
