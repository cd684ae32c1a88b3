/** What makes a constraint of a predicate. */
import {
  formatShape,
  run,
  ShapeError,
  type OpDef,
  type Tensor,
  type TypedArray,
} from '@kasane/tensor-core';

/**
 * A set of values. Classes of one's own give one as `support`, transforms as `domain` and `codomain`.
 *
 * @example
 * import { constraints, type Constraint } from '@kasane/distributions';
 * import { tensor } from '@kasane/tensor-core';
 * const { description, check }: Constraint = constraints.positive;
 * description; // => greater than 0
 * check(tensor([-1, 2])).toArray(); // => [false,true]
 * @category Constraints
 */
export interface Constraint {
  /** What follows "must be" in errors: `greater than 0`. */
  readonly description: string;
  /** How many of the last dims make one value: 0 for numbers, 1 for vectors. */
  readonly eventDim: number;
  /** Whether it has only separate values. */
  readonly isDiscrete: boolean;
  /** Whether values belong to it, as bool, without their last `eventDim` dims. Throws ShapeError for fewer dims. */
  check(value: Tensor): Tensor;
}

/** A constraint that plain numbers can be held to, as parameters are. */
export interface PlainConstraint extends Constraint {
  /** Whether the value that starts at `start` and has `shape`, of length `eventDim`, belongs to it. */
  holds(values: TypedArray, start: number, shape: readonly number[]): boolean;
}

const checkOp: OpDef<PlainConstraint> = {
  name: 'check',
  infer([x], { eventDim, description }) {
    const { shape } = x!;
    if (shape.length >= eventDim) {
      return { shape: shape.slice(0, shape.length - eventDim), dtype: 'bool' };
    }
    throw new ShapeError(
      `check: ${description} needs at least ${eventDim} dimensions, got shape ${formatShape(shape)}.`,
    );
  },
  reference([x], constraint, { data }) {
    const event = x!.shape.slice(x!.shape.length - constraint.eventDim);
    const step = event.reduce((a, b) => a * b, 1);
    for (let i = 0; i < data.length; i++) {
      data[i] = Number(constraint.holds(x!.data, i * step, event));
    }
  },
  vjp: null,
};

/** A constraint of values of `eventDim` dims. */
export function plain(
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

/** Numbers that are such. */
export const numbers = (description: string, holds: (x: number) => boolean): PlainConstraint =>
  plain(description, 0, false, (values, i) => holds(values[i]!));

/** Whole numbers that are such. */
export const whole = (description: string, holds: (x: number) => boolean): PlainConstraint =>
  plain(description, 0, true, (values, i) => Number.isInteger(values[i]) && holds(values[i]!));

/** Vectors of n numbers from `start` on that are such. */
export const vectors = (
  description: string,
  holds: (values: TypedArray, start: number, n: number) => boolean,
  isDiscrete: boolean = false,
): PlainConstraint =>
  plain(description, 1, isDiscrete, (values, start, [n]) => holds(values, start, n!));

/** All of n numbers are such. */
export const every =
  (holds: (x: number) => boolean) =>
  (values: TypedArray, start: number, n: number): boolean => {
    for (let i = start; i < start + n; i++) if (!holds(values[i]!)) return false;
    return true;
  };
