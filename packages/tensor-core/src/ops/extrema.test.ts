import { backward } from '@kasane/autograd';
import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

for (const name of ['max', 'min'] as const) {
  const pick = name === 'max' ? Math.max : Math.min;
  testOp(name, {
    samples: [
      // Longer than what one thread of a gpu kernel folds.
      {
        name: 'long rows',
        inputs: [values([2, 1100])],
        call: (x) => x[name](1),
        secondGradient: false,
      },
      {
        name: 'everything',
        inputs: [given([1, 5, 3, 4, -5, 6], [2, 3])],
        call: (x) => x[name](),
        expected: pick(1, 5, 3, 4, -5, 6),
      },
      {
        name: 'rows',
        inputs: [given([1, 5, 3, 4, -5, 6], [2, 3])],
        call: (x) => x[name](1),
        expected: [pick(1, 5, 3), pick(4, -5, 6)],
      },
      {
        name: 'columns, kept as a row',
        inputs: [given([1, 5, 3, 4, -5, 6], [2, 3])],
        call: (x) => x[name](0, { keepdim: true }),
        expected: [[pick(1, 4), pick(5, -5), pick(3, 6)]],
      },
      { name: 'a negative dim', inputs: [values([2, 3, 4])], call: (x) => x[name](-2) },
      { name: 'neighbouring dims', inputs: [values([2, 3, 4])], call: (x) => x[name]([1, 2]) },
      { name: 'dims apart', inputs: [values([2, 3, 4])], call: (x) => x[name]([0, 2]) },
      { name: 'an empty list of dims', inputs: [values([2, 3])], call: (x) => x[name]([]) },
      {
        name: 'many rows and columns',
        inputs: [values([5, 37, 6])],
        call: (x) => x[name](1),
        gradient: false,
      },
      { name: 'a scalar', inputs: [given([3], [])], call: (x) => x[name](), expected: 3 },
      { name: 'no results', inputs: [given([], [2, 0])], call: (x) => x[name](0), expected: [] },
      {
        name: 'an empty dim with no results',
        inputs: [given([], [0, 0])],
        call: (x) => x[name](1),
        expected: [],
      },
      {
        name: 'NaN and the infinities',
        inputs: [given([1, NaN, 2, Infinity, -Infinity, 0], [2, 3])],
        call: (x) => x[name](1),
        expected: [NaN, pick(Infinity, -Infinity)],
        gradient: false,
      },
      {
        name: 'whole numbers',
        inputs: [integers([3, -7, 5])],
        call: (x) => x[name](),
        expected: pick(3, -7, 5),
        gradient: false,
      },
      {
        name: 'truth values',
        inputs: [bools([true, false])],
        call: (x) => x[name](),
        expected: pick(0, 1),
        gradient: false,
      },
    ],
    errors: [
      {
        name: 'nothing at all',
        call: () => zeros([0])[name](),
        error: ShapeError,
        message: `${name}: needs elements, but dims [0] of [0] have none. Reduce other dims, or check .size.`,
      },
      {
        name: 'an empty dim',
        call: () => zeros([2, 0])[name](-1),
        error: ShapeError,
        message: `${name}: needs elements, but dims [1] of [2,0] have none. Reduce other dims, or check .size.`,
      },
      {
        name: 'several empty dims',
        call: () => zeros([2, 0, 3])[name]([1, 2]),
        error: ShapeError,
        message: `${name}: needs elements, but dims [1,2] of [2,0,3] have none. Reduce other dims, or check .size.`,
      },
    ],
  });
}

describe('max and min', () => {
  it('share the gradient equally among ties', () => {
    const x = tensor(
      [
        [2, 7, 7, 7],
        [1, 1, 0, 1],
      ],
      { requiresGrad: true },
    );
    backward(x.max(1).sum());
    expect(x.grad).toBeAllclose([
      [0, 1 / 3, 1 / 3, 1 / 3],
      [1 / 3, 1 / 3, 0, 1 / 3],
    ]);
  });

  it('send the gradient to NaN where there is one', () => {
    for (const name of ['max', 'min'] as const) {
      const x = tensor([1, NaN, 2, NaN], { requiresGrad: true });
      backward(x[name]());
      expect(x.grad).toBeAllclose([0, 0.5, 0, 0.5]);
    }
  });

  it('keep the dtype', () => {
    expect(tensor([true]).max().dtype).toBe('bool');
    expect(tensor([1], { dtype: 'int32' }).min().dtype).toBe('int32');
  });

  it('bound every element, and are among them', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), (list) => {
        const x = tensor(list);
        const [low, high] = [x.min(), x.max()];
        expect(x.greaterEqual(low).logicalAnd(x.lessEqual(high)).all().item()).toBe(1);
        expect(x.equal(low).any().item() && x.equal(high).any().item()).toBe(1);
      }),
    );
  });
});
