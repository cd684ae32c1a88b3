/** What values may be: the parameters of distributions, and what they give. */
import { run, type OpDef, type Tensor, type TypedArray } from '@kasane/tensor-core';

/** A set of values. */
export interface Constraint {
  /** What follows "must be" in errors: `greater than 0`. */
  readonly description: string;
  /** How many of the last dims make one value: 0 for numbers, 1 for vectors. */
  readonly eventDim: number;
  readonly isDiscrete: boolean;
  /** Whether values belong to it, as bool, without their last `eventDim` dims. */
  check(value: Tensor): Tensor;
}

/** A constraint that plain numbers can be held to, as parameters are. */
export interface PlainConstraint extends Constraint {
  /** Whether the value that starts at `start` and has `shape`, of length `eventDim`, belongs to it. */
  holds(values: TypedArray, start: number, shape: readonly number[]): boolean;
}

const checkOp: OpDef<PlainConstraint> = {
  name: 'check',
  infer: ([x], { eventDim }) => ({
    shape: x!.shape.slice(0, x!.ndim - eventDim),
    dtype: 'bool',
  }),
  reference([x], constraint, { data }) {
    const event = x!.shape.slice(x!.shape.length - constraint.eventDim);
    const step = event.reduce((a, b) => a * b, 1);
    for (let i = 0; i < data.length; i++) {
      data[i] = Number(constraint.holds(x!.data, i * step, event));
    }
  },
  vjp: null,
};

function plain(
  description: string,
  eventDim: number,
  isDiscrete: boolean,
  holds: PlainConstraint['holds'],
): PlainConstraint {
  const constraint: PlainConstraint = {
    description,
    eventDim,
    isDiscrete,
    holds,
    check: (value) => run(checkOp, [value], constraint),
  };
  return constraint;
}

const numbers = (description: string, holds: (x: number) => boolean): PlainConstraint =>
  plain(description, 0, false, (values, i) => holds(values[i]!));

const whole = (description: string, holds: (x: number) => boolean): PlainConstraint =>
  plain(description, 0, true, (values, i) => Number.isInteger(values[i]) && holds(values[i]!));

const vectors = (
  description: string,
  holds: (values: TypedArray, start: number, n: number) => boolean,
  isDiscrete: boolean = false,
): PlainConstraint =>
  plain(description, 1, isDiscrete, (values, start, [n]) => holds(values, start, n!));

/** All of n numbers are such. */
const every =
  (holds: (x: number) => boolean) =>
  (values: TypedArray, start: number, n: number): boolean => {
    for (let i = start; i < start + n; i++) if (!holds(values[i]!)) return false;
    return true;
  };

/** Every number: not NaN. */
export const real: PlainConstraint = numbers('a number other than NaN', (x) => x === x);
export const finite: PlainConstraint = numbers('finite', Number.isFinite);
export const positive: PlainConstraint = numbers('greater than 0', (x) => x > 0);
export const nonNegative: PlainConstraint = numbers('at least 0', (x) => x >= 0);
export const unitInterval: PlainConstraint = numbers('from 0 to 1', (x) => x >= 0 && x <= 1);
export const positiveUnit: PlainConstraint = numbers(
  'greater than 0 and at most 1',
  (x) => x > 0 && x <= 1,
);
/** Numbers from `low` to `high`, both included. */
export const interval = (low: number, high: number): PlainConstraint =>
  numbers(`from ${low} to ${high}`, (x) => x >= low && x <= high);
export const greaterThan = (low: number): PlainConstraint =>
  numbers(`greater than ${low}`, (x) => x > low);
/** 0 or 1. */
export const boolean: PlainConstraint = whole('0 or 1', (x) => x === 0 || x === 1);
export const nonNegativeInteger: PlainConstraint = whole(
  'a whole number of at least 0',
  (x) => x >= 0,
);
/** Whole numbers from `low` to `high`, both included. */
export const integerInterval = (low: number, high: number): PlainConstraint =>
  whole(`a whole number from ${low} to ${high}`, (x) => x >= low && x <= high);
export const realVector: PlainConstraint = vectors(
  'a vector without NaN',
  every((x) => x === x),
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
/** Probabilities: at least 0, with a sum of 1 up to rounding. */
export const simplex: PlainConstraint = vectors(
  'a vector of probabilities with sum 1',
  (v, start, n) => {
    let sum = 0;
    for (let i = start; i < start + n; i++) {
      if (!(v[i]! >= 0)) return false;
      sum += v[i]!;
    }
    return Math.abs(sum - 1) < 1e-6 * Math.max(n, 10);
  },
);
/** A vector of zeros but for a single 1. */
export const oneHot: PlainConstraint = vectors(
  'a vector of zeros with a single 1',
  (v, start, n) => {
    let ones = 0;
    for (let i = start; i < start + n; i++) {
      if (v[i] !== 0 && v[i] !== 1) return false;
      ones += v[i]!;
    }
    return ones === 1;
  },
  true,
);
/** Lower triangular matrices with a positive diagonal. */
export const lowerCholesky: PlainConstraint = plain(
  'a lower triangular matrix with a positive diagonal',
  2,
  false,
  (v, start, [n, m]) => {
    for (let i = 0; i < n!; i++) {
      for (let j = i; j < m!; j++) {
        const x = v[start + i * m! + j]!;
        if (j === i ? !(x > 0) : x !== 0) return false;
      }
    }
    return n === m;
  },
);
/** Symmetric matrices (to a millionth) whose Cholesky factor exists. */
export const positiveDefinite: PlainConstraint = plain(
  'a symmetric positive definite matrix',
  2,
  false,
  (v, start, [n, m]) => n === m && isPositiveDefinite(v, start, n!),
);

/** Values of `base` along `count` more dims at the end, all of which must belong to it. */
export function independent(base: Constraint, count: number): Constraint {
  if (count === 0) return base;
  return {
    description: base.description,
    eventDim: base.eventDim + count,
    isDiscrete: base.isDiscrete,
    check: (value) => {
      const each = base.check(value);
      return each.all(Array.from({ length: count }, (_, i) => -1 - i));
    },
  };
}

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
    check: (value) => nonNegativeInteger.check(value).logicalAnd(value.lessEqual(most)),
  };
}

function isPositiveDefinite(v: TypedArray, start: number, n: number): boolean {
  const l = new Float64Array(n * n);
  const at = (i: number, j: number): number => v[start + i * n + j]!;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      if (!(Math.abs(at(i, j) - at(j, i)) <= 1e-6 * (Math.abs(at(i, j)) + 1e-2))) return false;
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i === j && !(sum > 0)) return false;
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j]!;
    }
  }
  return true;
}
