/** What values may be, under PyTorch's names: supports, and what transforms take and give. */
import { requireWhole, shown, type TypedArray } from '@kasane/tensor-core';
import {
  every,
  numbers,
  plain,
  vectors,
  whole,
  type Constraint,
  type PlainConstraint,
} from './constraint.ts';

/**
 * Every number, infinities included: not NaN.
 *
 * $$ \lbrace x : x = x \rbrace $$
 *
 * Same as `torch.distributions.constraints.real`.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.real.check(tensor([1, Number.NaN, Infinity])).toArray(); // => [true,false,true]
 * @category Constraints
 */
export const real: PlainConstraint = numbers('a number other than NaN', (x) => x === x);

/**
 * Numbers greater than 0.
 *
 * $$ \lbrace x : x > 0 \rbrace $$
 *
 * Same as `torch.distributions.constraints.positive`.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.positive.check(tensor([0, 0.5, Infinity])).toArray(); // => [false,true,true]
 * @category Constraints
 */
export const positive: PlainConstraint = numbers('greater than 0', (x) => x > 0);

/**
 * Numbers of at least 0.
 *
 * $$ \lbrace x : x \ge 0 \rbrace $$
 *
 * Same as `torch.distributions.constraints.nonnegative`.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.nonnegative.check(tensor([-1, 0, 2])).toArray(); // => [false,true,true]
 * @category Constraints
 */
export const nonnegative: PlainConstraint = numbers('at least 0', (x) => x >= 0);

/**
 * Numbers from 0 to 1, both included.
 *
 * $$ \lbrace x : 0 \le x \le 1 \rbrace $$
 *
 * Same as `torch.distributions.constraints.unit_interval`.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.unitInterval.check(tensor([0, 0.5, 1.5])).toArray(); // => [true,true,false]
 * @category Constraints
 */
export const unitInterval: PlainConstraint = numbers('from 0 to 1', (x) => x >= 0 && x <= 1);

/**
 * Numbers from `low` to `high`, both included.
 *
 * $$ \lbrace x : \mathrm{low} \le x \le \mathrm{high} \rbrace $$
 *
 * Same as `torch.distributions.constraints.interval`.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.interval(-1, 1).check(tensor([-1, 0, 2])).toArray(); // => [true,true,false]
 * @category Constraints
 */
export const interval = (low: number, high: number): PlainConstraint =>
  numbers(`from ${low} to ${high}`, (x) => x >= low && x <= high);

/**
 * Numbers greater than `low`.
 *
 * $$ \lbrace x : x > \mathrm{low} \rbrace $$
 *
 * Same as `torch.distributions.constraints.greater_than`.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.greaterThan(1).check(tensor([1, 2])).toArray(); // => [false,true]
 * @category Constraints
 */
export const greaterThan = (low: number): PlainConstraint =>
  numbers(`greater than ${low}`, (x) => x > low);

/**
 * 0 or 1.
 *
 * $$ \lbrace 0, 1 \rbrace $$
 *
 * Same as `torch.distributions.constraints.boolean`.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.boolean.check(tensor([0, 1, 0.5])).toArray(); // => [true,true,false]
 * @category Constraints
 */
export const boolean: PlainConstraint = whole('0 or 1', (x) => x === 0 || x === 1);

/**
 * Counts: 0, 1, 2, …
 *
 * $$ \lbrace 0, 1, 2, \dots \rbrace $$
 *
 * Same as `torch.distributions.constraints.nonnegative_integer`.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.nonnegativeInteger.check(tensor([-1, 0, 1.5, 3])).toArray(); // => [false,true,false,true]
 * @category Constraints
 */
export const nonnegativeInteger: PlainConstraint = whole(
  'a whole number of at least 0',
  (x) => x >= 0,
);

/**
 * Whole numbers from `low` to `high`, both included.
 *
 * $$ \lbrace k \in \mathbb Z : \mathrm{low} \le k \le \mathrm{high} \rbrace $$
 *
 * Same as `torch.distributions.constraints.integer_interval`.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.integerInterval(0, 3).check(tensor([0, 3, 4])).toArray(); // => [true,true,false]
 * @category Constraints
 */
export const integerInterval = (low: number, high: number): PlainConstraint =>
  whole(`a whole number from ${low} to ${high}`, (x) => x >= low && x <= high);

/**
 * Vectors of numbers other than NaN, along the last dim.
 *
 * $$ \lbrace x \in \mathbb R^n \rbrace $$
 *
 * Same as `torch.distributions.constraints.real_vector`. `check` throws ShapeError for what is no batch of vectors.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.realVector.check(tensor([[1, 2], [3, Number.NaN]])).toArray(); // => [true,false]
 * @category Constraints
 */
export const realVector: PlainConstraint = vectors(
  'a vector without NaN',
  every((x) => x === x),
);

/**
 * Vectors of probabilities: at least 0, with a sum of 1 up to rounding.
 *
 * $$ \Big\lbrace x \in \mathbb R^n : x_i \ge 0, \; \sum_i x_i = 1 \Big\rbrace $$
 *
 * Same as `torch.distributions.constraints.simplex`. `check` throws ShapeError for what is no batch of vectors.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.simplex.check(tensor([[0.3, 0.7], [0.5, 0.6]])).toArray(); // => [true,false]
 * @category Constraints
 */
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

/**
 * Vectors of zeros but for a single 1.
 *
 * $$ \Big\lbrace x \in \lbrace 0, 1 \rbrace^n : \sum_i x_i = 1 \Big\rbrace $$
 *
 * Same as `torch.distributions.constraints.one_hot`. `check` throws ShapeError for what is no batch of vectors.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.oneHot.check(tensor([[0, 1], [1, 1]])).toArray(); // => [true,false]
 * @category Constraints
 */
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

/**
 * Lower triangular matrices with a positive diagonal.
 *
 * $$ \lbrace L \in \mathbb R^{n \times n} : L_{ij} = 0 \text{ for } i < j, \; L_{ii} > 0 \rbrace $$
 *
 * Same as `torch.distributions.constraints.lower_cholesky`. `check` throws ShapeError for what is no batch of matrices.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.lowerCholesky.check(tensor([[[1, 0], [5, 2]], [[1, 2], [0, 1]]])).toArray(); // => [true,false]
 * @category Constraints
 */
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

/**
 * Symmetric matrices (to a millionth) whose Cholesky factor exists.
 *
 * $$ \lbrace A \in \mathbb R^{n \times n} : A = A^\top, \; x^\top A x > 0 \text{ for } x \ne 0 \rbrace $$
 *
 * Same as `torch.distributions.constraints.positive_definite`. `check` throws ShapeError for what is no batch of
 * matrices.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * constraints.positiveDefinite.check(tensor([[[2, 1], [1, 2]], [[1, 2], [2, 1]]])).toArray(); // => [true,false]
 * @category Constraints
 */
export const positiveDefinite: PlainConstraint = plain(
  'a symmetric positive definite matrix',
  2,
  false,
  (v, start, [n, m]) => n === m && isPositiveDefinite(v, start, n!),
);

/**
 * Values of `base` along `count` more dims at the end, all of which must belong to it.
 *
 * $$ \lbrace x : x_i \in \mathrm{base} \text{ for all } i \rbrace $$
 *
 * Same as `torch.distributions.constraints.independent`.
 *
 * @throws RangeError unless count is a whole number; `check` throws ShapeError for too few dims.
 *
 * @example
 * import { constraints } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const vectors = constraints.independent(constraints.positive, 1);
 * vectors.check(tensor([[1, 2], [0, 1]])).toArray(); // => [true,false]
 * @category Constraints
 */
export function independent(base: Constraint, count: number): Constraint {
  if (typeof (base as Constraint | undefined | null)?.check !== 'function') {
    throw new TypeError(
      `independent: base must be a constraint such as constraints.real, got ${shown(base)}.`,
    );
  }
  requireWhole('independent', 'count', count);
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
