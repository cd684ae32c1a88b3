/** What parameters may be beyond PyTorch's constraints, and supports that depend on them. */
import type { Tensor } from '@kasane/tensor-core';
import { every, numbers, vectors, type Constraint, type PlainConstraint } from './constraint.ts';
import { nonnegativeInteger } from './constraints.ts';

export const finite: PlainConstraint = numbers('finite', Number.isFinite);
export const positiveUnit: PlainConstraint = numbers(
  'greater than 0 and at most 1',
  (x) => x > 0 && x <= 1,
);
export const positiveVector: PlainConstraint = vectors(
  'a vector of numbers greater than 0',
  every((x) => x > 0),
);

/** Weights that can be made probabilities. */
export const weights: PlainConstraint = vectors(
  'a vector of finite numbers of at least 0, not all 0',
  (v, start, n) => {
    let sum = 0;
    for (let i = start; i < start + n; i++) {
      if (!(v[i]! >= 0)) return false;
      sum += v[i]!;
    }
    return sum > 0 && sum < Infinity;
  },
);

/** Logarithms of weights: -Infinity stands for a weight of 0. */
export const logWeights: PlainConstraint = vectors(
  'a vector without NaN and Infinity, not all -Infinity',
  (v, start, n) => {
    let some = false;
    for (let i = start; i < start + n; i++) {
      if (!(v[i]! < Infinity)) return false;
      some ||= v[i]! > -Infinity;
    }
    return some;
  },
);

/** Numbers from one tensor to another, both included. */
export function between(low: Tensor, high: Tensor): Constraint {
  return {
    description: 'from low to high',
    eventDim: 0,
    isDiscrete: false,
    check: (value) => value.greaterEqual(low).logicalAnd(value.lessEqual(high)),
  };
}

/** Whole numbers from 0 to a tensor. */
export function countUpTo(most: Tensor): Constraint {
  return {
    description: 'a whole number from 0 to the total count',
    eventDim: 0,
    isDiscrete: true,
    check: (value) => nonnegativeInteger.check(value).logicalAnd(value.lessEqual(most)),
  };
}

/** Where values are no counts 0, 1, 2, …; NaN is no such place. */
export function noCount(k: Tensor): Tensor {
  const fraction = k.notEqual(k.floor()).logicalAnd(k.equal(k));
  return fraction.logicalOr(k.less(0)).logicalOr(k.equal(Infinity));
}

/** Where vectors are not such; those with NaN are no such place either. */
export function notOf(constraint: Constraint, x: Tensor): Tensor {
  return constraint.check(x).logicalOr(x.isNaN().any(-1)).logicalNot();
}

/** Where numbers are not from 0 to 1; NaN is no such place. */
export const noProbability = (p: Tensor): Tensor => p.less(0).logicalOr(p.greater(1));
