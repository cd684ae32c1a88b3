/** What one call of a function did, as data: the ops it ran, and what flowed between them. */
import type { Backend } from '../backends/backend.ts';
import { createArray, type DType, type TypedArray } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Where a value comes from. */
export type Origin =
  | { readonly kind: 'argument'; readonly index: number }
  /** A tensor that the function closes over: a parameter, the state of an optimizer. */
  | { readonly kind: 'captured'; readonly tensor: Tensor }
  /** The gradient that an argument or a captured tensor had before the call. */
  | { readonly kind: 'gradient'; readonly owner: Value }
  /** The same numbers in every call, unless `filled`: then `replay` has filled `data` anew. */
  | { readonly kind: 'constant'; readonly data: TypedArray; readonly filled: boolean }
  | { readonly kind: 'op'; readonly step: OpStep };

/** Numbers that are written once: static single assignment, whatever the tensors did. */
export interface Value {
  /** Counts in order of appearance, so that equal calls have equal numbers. */
  readonly id: number;
  readonly dtype: DType;
  readonly length: number;
  readonly origin: Origin;
}

/** A value as an op sees it. */
export interface Operand {
  readonly value: Value;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly size: number;
}

export interface OpStep {
  readonly kind: 'op';
  readonly op: OpDef<unknown>;
  readonly inputs: readonly Operand[];
  readonly attrs: unknown;
  /** Makes the attributes anew, if they may change from call to call. */
  readonly refresh: (() => unknown) | null;
  /** True if the shape rule looked at values, as the check of indices does. */
  readonly checked: boolean;
  /** The op of which this is what remained. */
  readonly whole?: OpStep;
  output: Operand;
}

/** Plain JavaScript that happens again in every call. */
export interface HostStep {
  readonly kind: 'host';
  act(): void;
}

/** A constant that `replay` has filled. */
export interface UploadStep {
  readonly kind: 'upload';
  readonly value: Value;
}

export type Step = OpStep | HostStep | UploadStep;

/** A question that decided what was computed, and its answer. */
export interface Observation {
  read(): unknown;
  readonly value: unknown;
}

/** What became of the gradient of an argument or a captured tensor. */
export interface GradientRecord {
  readonly owner: Value;
  readonly before: boolean;
  /** Nothing, the gradient, or the indices and values of its rows. */
  readonly after: readonly Operand[];
}

/** A part of what a function returned. */
export type Returned =
  | { readonly kind: 'made'; readonly operand: Operand }
  | { readonly kind: 'argument'; readonly index: number }
  | { readonly kind: 'static'; readonly value: unknown }
  | { readonly kind: 'array'; readonly items: readonly Returned[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Returned])[] };

export interface Trace {
  readonly backend: Backend;
  readonly steps: readonly Step[];
  readonly values: readonly Value[];
  /** Argument values, by position among the tensors of the arguments. */
  readonly inputs: readonly Value[];
  /** The tensors that they were. */
  readonly given: readonly WeakRef<Tensor>[];
  /** Whether the tensor of an argument or a captured value required gradients. */
  readonly requiresGrad: ReadonlyMap<Value, boolean>;
  /** What arguments and captured tensors were assigned, and how often. */
  readonly assigned: ReadonlyMap<Value, { readonly value: Value; readonly times: number }>;
  /** Of tensors that were made and assigned to inside, and are kept: the first value of each, and the last. */
  readonly renewed: ReadonlyMap<Value, Value>;
  readonly gradients: readonly GradientRecord[];
  readonly observations: readonly Observation[];
  /** How many ops had only constants to compute with, so that their results are constants. */
  readonly folded: number;
  readonly returned: Returned;
  /** What made a tensor that outlives the call without being returned; null if nothing did. */
  readonly kept: string | null;
}

/** Numbers that are the same in every call. */
export const constant = (data: TypedArray): Extract<Origin, { kind: 'constant' }> => ({
  kind: 'constant',
  data,
  filled: false,
});

/** The values as an array of the dtype. */
export function typed(values: TypedArray, dtype: DType): TypedArray {
  const array = createArray(dtype, values.length);
  array.set(values);
  return array;
}

/** What decided what a call did, beside its arguments. */
export function conditions({ observations, requiresGrad, gradients }: Trace): unknown {
  return [
    observations.map(({ value }) => value),
    [...requiresGrad].map(([{ id }, needed]) => [id, needed]),
    gradients.map(({ owner, before }) => [owner.id, before]),
  ];
}

/** Equality of numbers, strings, arrays and plain objects through and through, of others by identity. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) {
    const [x, y] = [a as TypedArray, b as TypedArray]; // no DataView is ever compared
    return x.length === y.length && x.every((v, i) => Object.is(v, y[i]));
  }
  const prototype: unknown = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b)) return false;
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  // Both are plain; their fields are compared by name.
  const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return keys.every((key) => Object.hasOwn(y, key) && same(x[key], y[key]));
}
