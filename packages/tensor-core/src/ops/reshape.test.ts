import { memory, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

testOp('reshape', {
  samples: [
    {
      name: 'another shape',
      inputs: [values([2, 3])],
      call: (x) => x.reshape([3, 2]),
    },
    {
      name: 'a size left open',
      inputs: [{ shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }],
      call: (x) => x.reshape([3, -1]),
      expected: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    { name: 'a scalar to a matrix', inputs: [values([])], call: (x) => x.reshape([1, 1]) },
    { name: 'one element to a scalar', inputs: [values([1, 1])], call: (x) => x.reshape([]) },
    { name: 'nothing', inputs: [values([0, 3])], call: (x) => x.reshape([3, 0, 2]) },
    {
      name: 'integers',
      inputs: [{ shape: [4], values: [1, 2, 3, 4], dtype: 'int32' }],
      call: (x) => x.reshape([2, 2]),
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'sizes that do not fit',
      call: () => zeros([2, 3]).reshape([4, 2]),
      error: ShapeError,
      message:
        'reshape: [2,3] cannot become [4,2]. The sizes must multiply to 6; at most one may be -1.',
    },
    {
      name: 'two open sizes',
      call: () => zeros([2, 3]).reshape([-1, -1]),
      error: ShapeError,
      message:
        'reshape: [2,3] cannot become [-1,-1]. The sizes must multiply to 6; at most one may be -1.',
    },
    {
      name: 'an open size beside 0',
      call: () => zeros([0]).reshape([0, -1]),
      error: ShapeError,
      message:
        'reshape: [0] cannot become [0,-1]. The sizes must multiply to 0; at most one may be -1.',
    },
  ],
});

testOp('flatten', {
  samples: [
    { name: 'all dims', inputs: [values([2, 3, 2])], call: (x) => x.flatten() },
    { name: 'the last two', inputs: [values([2, 3, 2])], call: (x) => x.flatten(1) },
    { name: 'the first two', inputs: [values([2, 3, 2])], call: (x) => x.flatten(-3, -2) },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.flatten() },
    { name: 'nothing', inputs: [values([2, 0])], call: (x) => x.flatten() },
  ],
  errors: [
    {
      name: 'dims in the wrong order',
      call: () => zeros([2, 3]).flatten(1, 0),
      error: ShapeError,
      message: 'flatten: startDim 1 lies after endDim 0 for [2,3]. Swap them.',
    },
  ],
});

describe('squeeze', () => {
  it('drops every dim of size 1', () => {
    expect(zeros([1, 2, 1]).squeeze().shape).toEqual([2]);
  });
  it('drops only the named dims, and only those of size 1', () => {
    expect(zeros([1, 2, 1]).squeeze(0).shape).toEqual([2, 1]);
    expect(zeros([1, 2, 1]).squeeze([-1, 1]).shape).toEqual([1, 2]);
  });
  it('leaves a scalar a scalar', () => {
    expect(zeros([]).squeeze().shape).toEqual([]);
    expect(zeros([]).squeeze(-1).shape).toEqual([]);
  });
  it('names a dim that does not exist', () => {
    expect(() => zeros([1, 2]).squeeze(2)).toThrow(
      'squeeze: dim must be a whole number from -2 to 1, got 2.',
    );
  });
});

describe('unsqueeze', () => {
  it('puts a dim of size 1 before the named one', () => {
    expect(zeros([2, 3]).unsqueeze(0).shape).toEqual([1, 2, 3]);
    expect(zeros([2, 3]).unsqueeze(1).shape).toEqual([2, 1, 3]);
  });
  it('counts negative dims in the result, so that -1 is last', () => {
    expect(zeros([2, 3]).unsqueeze(-1).shape).toEqual([2, 3, 1]);
    expect(zeros([]).unsqueeze(-1).shape).toEqual([1]);
  });
  it('names a dim that does not exist', () => {
    expect(() => zeros([2]).unsqueeze(2)).toThrow(
      'unsqueeze: dim must be a whole number from -2 to 1, got 2.',
    );
  });
});

describe('reshape as a view', () => {
  it('shares its data', () => {
    const x = zeros([1000]);
    const before = memory().wasm.bytes;
    const y = x.reshape([10, 100]);
    expect(memory().wasm.bytes).toBe(before);
    x.dispose();
    expect(y.sum().item()).toBe(0);
  });
  it('keeps its own copy of the shape it was given', () => {
    const shape = [2, 2];
    const x = zeros([4]).reshape(shape);
    shape[0] = 4;
    expect(x.shape).toEqual([2, 2]);
  });
  it('comes back to the same values by any way', () => {
    const dims = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(dims, fc.nat(), (shape, pick) => {
        const size = shape.reduce((a, b) => a * b, 1);
        const divisors = Array.from({ length: size }, (_, i) => i + 1).filter(
          (d) => size % d === 0,
        );
        const x = tensor(
          Array.from({ length: size }, (_, i) => i),
          shape,
        );
        const there = x.reshape([divisors[pick % divisors.length]!, -1]);
        expect(there.reshape(shape).toArray()).toEqual(x.toArray());
        expect(there.flatten().toArray()).toEqual(x.flatten().toArray());
      }),
    );
  });
});
