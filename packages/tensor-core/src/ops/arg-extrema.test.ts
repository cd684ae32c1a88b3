import { ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

for (const name of ['argmax', 'argmin'] as const) {
  const pick = (max: number, min: number): number => (name === 'argmax' ? max : min);
  testOp(name, {
    noGradient: 'a position moves in steps',
    samples: [
      // Longer than what one thread of a gpu kernel folds.
      { name: 'long rows', inputs: [values([3, 2500])], call: (x) => x[name](1) },
      {
        name: 'long, NaN',
        inputs: [given(Array.from({ length: 2500 }, (_, i) => (i === 2001 ? NaN : i % 7)))],
        call: (x) => x[name](),
        expected: 2001,
      },
      {
        name: 'everything, in row-major order',
        inputs: [given([1, 5, 3, 4, -5, 6], [2, 3])],
        call: (x) => x[name](),
        expected: pick(5, 4),
      },
      {
        name: 'rows',
        inputs: [given([1, 5, 3, 4, -5, 6], [2, 3])],
        call: (x) => x[name](1),
        expected: [pick(1, 0), pick(2, 1)],
      },
      {
        name: 'columns, kept as a row',
        inputs: [given([1, 5, 3, 4, -5, 6], [2, 3])],
        call: (x) => x[name](0, { keepdim: true }),
        expected: [[pick(1, 0), pick(0, 1), pick(1, 0)]],
      },
      {
        name: 'the first of equals',
        inputs: [given([1, 7, 1, 7, 7, 1, 7, 1, 7], [9])],
        call: (x) => x[name](0),
        expected: pick(1, 0),
      },
      {
        name: 'the first of equals in columns',
        inputs: [given([1, 7, 7, 7, 1, 1, 7, 7], [4, 2])],
        call: (x) => x[name](0),
        expected: [pick(1, 0), pick(0, 2)],
      },
      {
        name: 'the first NaN wins',
        inputs: [given([Infinity, NaN, -Infinity, NaN, 1, 2], [6])],
        call: (x) => x[name](),
        expected: 1,
      },
      {
        name: 'the first NaN of every column',
        inputs: [given([NaN, 1, 2, NaN, Infinity, NaN], [3, 2])],
        call: (x) => x[name](0),
        expected: [0, 1],
      },
      {
        name: 'infinities',
        inputs: [given([-Infinity, Infinity, Infinity, -Infinity])],
        call: (x) => x[name](),
        expected: pick(1, 0),
      },
      { name: 'a middle dim', inputs: [values([2, 9, 5])], call: (x) => x[name](-2) },
      { name: 'long rows', inputs: [values([3, 101])], call: (x) => x[name](1) },
      { name: 'a scalar', inputs: [given([3], [])], call: (x) => x[name](), expected: 0 },
      { name: 'no results', inputs: [given([], [2, 0])], call: (x) => x[name](0), expected: [] },
      {
        name: 'whole numbers',
        inputs: [integers([3, -7, 5])],
        call: (x) => x[name](),
        expected: pick(2, 1),
      },
      {
        name: 'truth values',
        inputs: [bools([false, true, false])],
        call: (x) => x[name](),
        expected: pick(1, 0),
      },
    ],
    errors: [
      {
        name: 'an empty dim',
        call: () => zeros([2, 0])[name](1),
        error: ShapeError,
        message: `${name}: needs elements, but dims [1] of [2,0] have none. Reduce other dims, or check .size.`,
      },
    ],
  });
}

describe('argmax and argmin', () => {
  it('are int32, with a shape of ones where everything is kept', () => {
    const at = tensor([
      [1, 2],
      [4, 3],
    ]).argmax(undefined, { keepdim: true });
    expect(at.dtype).toBe('int32');
    expect(at.toArray()).toEqual([[2]]);
  });

  it('point at the extremum', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), (list) => {
        const x = tensor(list);
        const read = x.dataSync();
        expect(read[x.argmax().item()]).toBe(x.max().item());
        expect(read[x.argmin().item()]).toBe(x.min().item());
      }),
    );
  });
});
