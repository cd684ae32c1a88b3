import { DTypeError, tensor, type Tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

type ComparisonName =
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual'
  | 'logicalAnd'
  | 'logicalOr'
  | 'logicalXor';

// f(1, 2), f(2, 2), f(3, 2), f(NaN, 2), f(0, Infinity)
const facts: Record<ComparisonName, readonly boolean[]> = {
  equal: [false, true, false, false, false],
  notEqual: [true, false, true, true, true],
  less: [true, false, false, false, true],
  lessEqual: [true, true, false, false, true],
  greater: [false, false, true, false, false],
  greaterEqual: [false, true, true, false, false],
  logicalAnd: [true, true, true, true, false],
  logicalOr: [true, true, true, true, true],
  logicalXor: [false, false, false, false, true],
};

for (const [key, expected] of Object.entries(facts)) {
  const name = key as ComparisonName; // Object.entries widens the keys of a record to string
  const call = (a: Tensor, b: Tensor): Tensor => a[name](b);
  testOp(name, {
    noGradient: 'the result is bool',
    samples: [
      {
        name: 'less, equal, greater, NaN, Infinity',
        inputs: [given([1, 2, 3, NaN, 0]), given([2, 2, 2, 2, Infinity])],
        call,
        expected,
      },
      { name: 'a row and a column', inputs: [values([1, 4]), values([3, 1])], call },
      { name: 'a stretched middle', inputs: [values([2, 3, 4]), values([2, 1, 4])], call },
      { name: 'a number', inputs: [given([1, 2, 3, NaN])], call: (a) => a[name](2) },
      { name: 'whole numbers', inputs: [integers([1, 2]), integers([2, 2])], call },
      { name: 'truth values', inputs: [bools([true, false]), bools([true, true])], call },
      { name: 'no elements', inputs: [given([], [0])], call: (a) => a[name](1), expected: [] },
    ],
  });
}

describe('tests of one tensor', () => {
  const x = tensor([0, 1, NaN, Infinity, -Infinity]);
  it('logicalNot holds for 0 only', () => {
    expect(x.logicalNot().toArray()).toEqual([true, false, false, false, false]);
  });
  it('isNaN holds for NaN only', () => {
    expect(x.isNaN().toArray()).toEqual([false, false, true, false, false]);
  });
  it('isFinite fails for NaN and the infinities', () => {
    expect(x.isFinite().toArray()).toEqual([true, true, false, false, false]);
  });
});

testOp('where', {
  samples: [
    {
      name: 'equal shapes',
      inputs: [bools([true, false, true]), given([1, 2, 3]), given([4, 5, 6])],
      call: (c, a, b) => c.where(a, b),
      expected: [1, 5, 3],
    },
    {
      name: 'everything stretches',
      inputs: [bools([true, false], [2, 1]), values([1, 3]), values([2, 2, 1], 0, 1, 3)],
      call: (c, a, b) => c.where(a, b),
    },
    {
      name: 'numbers',
      inputs: [values([2, 3])],
      call: (x) => x.greater(0).where(x, 0),
    },
    {
      name: 'two numbers',
      inputs: [bools([true, false])],
      call: (c) => c.where(1, -1),
      expected: [1, -1],
      gradient: false,
    },
    {
      name: 'NaN on the other side',
      inputs: [bools([true, false]), given([1, NaN]), given([NaN, 2])],
      call: (c, a, b) => c.where(a, b),
      expected: [1, 2],
      gradient: false,
    },
    {
      name: 'no elements',
      inputs: [bools([]), given([]), given([])],
      call: (c, a, b) => c.where(a, b),
      expected: [],
    },
  ],
  errors: [
    {
      name: 'a condition that is not bool',
      call: () => tensor([1, 0]).where(1, 2),
      error: DTypeError,
      message: 'where: the condition must be bool, got float32. Compare, as in x.less(0).',
    },
  ],
});
