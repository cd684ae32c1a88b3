import { tensor, zeros, type Tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const names = [
  ...(['sum', 'mean', 'prod', 'max', 'min', 'all', 'any'] as const),
  ...(['logSumExp', 'variance', 'std', 'norm'] as const),
];

describe.each(names)('the shape of %s', (name) => {
  it.each([
    [undefined, [], [1, 1, 1]],
    [[], [2, 3, 4], [2, 3, 4]],
    [0, [3, 4], [1, 3, 4]],
    [-1, [2, 3], [2, 3, 1]],
    [[1, -3], [4], [1, 1, 4]],
    [[0, 1, 2], [], [1, 1, 1]],
  ])('over %j of [2,3,4] is %j, or %j kept', (dims, shape, kept) => {
    const x = zeros([2, 3, 4]);
    expect(x[name](dims).shape).toEqual(shape);
    expect(x[name](dims, { keepdim: true }).shape).toEqual(kept);
  });
});

describe.each(['argmax', 'argmin'] as const)('the shape of %s', (name) => {
  it('is that of a reduction over one dim, or over all', () => {
    const x = zeros([2, 3, 4]);
    expect(x[name]().shape).toEqual([]);
    expect(x[name](1).shape).toEqual([2, 4]);
    expect(x[name](-1, { keepdim: true }).shape).toEqual([2, 3, 1]);
  });
});

describe('a reduction', () => {
  const oneByOne: readonly ((x: Tensor, dims: number | number[]) => Tensor)[] = [
    (x, dims) => x.sum(dims, { keepdim: true }),
    (x, dims) => x.mean(dims, { keepdim: true }),
    (x, dims) => x.prod(dims, { keepdim: true }),
    (x, dims) => x.max(dims, { keepdim: true }),
    (x, dims) => x.min(dims, { keepdim: true }),
    (x, dims) => x.logSumExp(dims, { keepdim: true }),
    (x, dims) => x.norm(dims, { keepdim: true }),
  ];

  it('over several dims is one over each in turn, neighbours or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 4 }),
        fc.subarray([0, 1, 2], { minLength: 1 }),
        fc.constantFrom(...oneByOne),
        (shape, dims, reduce) => {
          const size = shape.reduce((a, b) => a * b, 1);
          const x = tensor(
            Float32Array.from({ length: size }, (_, i) => Math.sin(3 * i) + 0.1),
            shape,
          );
          const inTurn = dims.reduce<Tensor>((t, d) => reduce(t, d), x);
          expect(reduce(x, dims)).toBeAllclose(inTurn, { rtol: 1e-4, atol: 1e-5 });
        },
      ),
    );
  });
});
