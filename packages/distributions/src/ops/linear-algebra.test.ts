import { eye, tensor, zeros, ShapeError } from '@kasane/tensor-core';
import { testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { cholesky, diagonal, solveTriangular } from './linear-algebra.ts';

const skip = { on: 'gpu', why: 'it is computed on the host, in float64' } as const;

testOp('cholesky', {
  skip,
  samples: [
    {
      name: 'two matrices',
      inputs: [values([2, 3, 3])],
      // x xᵀ + 1 is positive definite
      call: (x) =>
        cholesky(
          x.matmul(x, { transposeB: true }).add(eye(3, 3, { dtype: x.dtype, backend: x.backend })),
        ),
      tolerance: { rtol: 1e-4, atol: 1e-4 },
    },
    { name: 'no matrices', inputs: [values([0, 2, 2])], call: cholesky, gradient: false },
  ],
  errors: [
    {
      name: 'not square',
      call: () => cholesky(zeros([2, 3])),
      error: ShapeError,
      message: 'cholesky: needs square matrices (…, n, n), got [2,3].',
    },
  ],
});

testOp('solveTriangular', {
  skip,
  samples: [false, true].map((transpose) => ({
    name: transpose ? 'transposed, one matrix for two right sides' : 'two matrices',
    inputs: [values(transpose ? [3, 3] : [2, 3, 3], 1, 2), values([2, 3, 2])],
    call: (l, b) => solveTriangular(l, b, { transpose }),
    tolerance: { rtol: 1e-4, atol: 1e-4 },
  })),
});

describe('linear algebra', () => {
  it('cholesky and solveTriangular undo each other', () => {
    const x = tensor(
      [
        [4, 2],
        [2, 5],
      ],
      { dtype: 'float64' },
    );
    const l = cholesky(x);
    expect(l.matmul(l, { transposeB: true })).toBeAllclose(x);
    expect(solveTriangular(l, l)).toBeAllclose(eye(2, 2, { dtype: 'float64' }));
    expect(diagonal(l)).toBeAllclose([2, 2]);
  });

  it('cholesky gives NaN where a matrix is not positive definite', () => {
    expect(
      cholesky(
        tensor([
          [1, 2],
          [2, 1],
        ]),
      ).toArray(),
    ).toEqual([
      [1, 0],
      [2, Number.NaN],
    ]);
  });
});
