import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

testOp('roll', {
  samples: [
    {
      name: 'a vector',
      inputs: [integers([1, 2, 3, 4])],
      call: (x) => x.roll(1, 0),
      expected: [4, 1, 2, 3],
      gradient: false,
    },
    {
      name: 'the other way',
      inputs: [integers([1, 2, 3, 4])],
      call: (x) => x.roll(-1, 0),
      expected: [2, 3, 4, 1],
      gradient: false,
    },
    {
      name: 'without dims, as if flat',
      inputs: [integers([1, 2, 3, 4], [2, 2])],
      call: (x) => x.roll(1),
      expected: [
        [4, 1],
        [2, 3],
      ],
      gradient: false,
    },
    { name: 'a middle dim', inputs: [values([2, 5, 3])], call: (x) => x.roll(2, 1) },
    { name: 'two dims', inputs: [values([3, 4])], call: (x) => x.roll([1, -1], [0, -1]) },
    { name: 'one dim twice', inputs: [values([5])], call: (x) => x.roll([1, 1], [0, 0]) },
    { name: 'several turns', inputs: [values([3])], call: (x) => x.roll(-7, 0) },
    { name: 'a whole turn', inputs: [values([3])], call: (x) => x.roll(3, 0) },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.roll(1, 0) },
    { name: 'nothing', inputs: [values([0, 2])], call: (x) => x.roll(1, 0) },
    {
      name: 'bytes',
      inputs: [bools([true, false, false])],
      call: (x) => x.roll(1, 0),
      expected: [0, 1, 0],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'two shifts for one dim',
      call: () => zeros([2]).roll([1, 1], [0]),
      error: ShapeError,
      message: 'roll: needs a whole shift per dim, got shifts [1,1] for dims [0].',
    },
    {
      name: 'half a shift',
      call: () => zeros([2]).roll(0.5, 0),
      error: ShapeError,
      message: 'roll: needs a whole shift per dim, got shifts [0.5] for dims [0].',
    },
  ],
});

describe('roll', () => {
  it('puts element i at i + shift, modulo the size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -30, max: 30 }), (n, shift) => {
        const rolled = tensor(Array.from({ length: n }, (_, i) => i))
          .roll(shift, 0)
          .dataSync();
        for (let i = 0; i < n; i++) expect(rolled[(((i + shift) % n) + n) % n]).toBe(i);
      }),
    );
  });
});
