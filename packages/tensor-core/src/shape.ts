/** Shape arithmetic: pure functions over lists of dimensions, shared by every op. */
import { bytesPerElement, type DType } from './dtype.ts';
import { ShapeError } from './errors.ts';
import { isList } from './given.ts';
import { shown } from './options.ts';

/** The sizes of a tensor's dimensions; `[]` is a scalar. */
export type Shape = readonly number[];

/**
 * A shape as error messages print it.
 *
 * @example
 * import { formatShape } from '@kasane/tensor-core';
 * formatShape([2, 3]); // => [2,3]
 */
export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

/**
 * The number of elements: the product of the dimensions, $\prod_d \text{shape}_d$; 1 for a scalar.
 *
 * @example
 * import { sizeOf } from '@kasane/tensor-core';
 * sizeOf([2, 3]); // => 6
 */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i]!;
  return size;
}

/**
 * True if two shapes agree in every dimension.
 *
 * @example
 * import { sameShape } from '@kasane/tensor-core';
 * sameShape([2, 3], [3, 2]); // => false
 */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Throws ShapeError unless two shapes agree, naming who wants it, what has the shape, and the way out.
 *
 * @example
 * import { requireShape } from '@kasane/tensor-core';
 * let message = '';
 * try {
 *   requireShape('backward', 'the gradient', [2], [3]);
 * } catch (error) {
 *   message = String(error);
 * }
 * message; // => ShapeError: backward: the gradient must have shape [2], got [3].
 */
export function requireShape(
  owner: string,
  what: string,
  wanted: Shape,
  got: Shape,
  way: string = '',
): void {
  if (sameShape(wanted, got)) return;
  throw new ShapeError(
    `${owner}: ${what} must have shape ${formatShape(wanted)}, got ${formatShape(got)}.${way}`,
  );
}

/** Throws unless every dimension is a whole number ≥ 0 and the elements take at most 4 GiB. */
export function checkShape(op: string, shape: Shape, dtype: DType = 'float32'): void {
  if (!isList(shape)) {
    throw new ShapeError(`${op}: the shape must be an array of sizes, got ${shown(shape)}.`);
  }
  let bytes = bytesPerElement[dtype];
  for (let i = 0; i < shape.length; i++) {
    const d = shape[i]!;
    if (!(d >= 0 && Number.isInteger(d))) {
      throw new ShapeError(
        `${op}: dimensions must be whole numbers ≥ 0, got ${formatShape(shape)}.`,
      );
    }
    bytes *= d;
  }
  if (bytes > 2 ** 32) {
    throw new ShapeError(
      `${op}: ${dtype} ${formatShape(shape)} would take ${(bytes / 2 ** 30).toFixed(1)} GiB; the most is 4. Work on parts of it.`,
    );
  }
}

/** The number of elements of a result; ShapeError if they would take more than 4 GiB. */
export function resultSize(op: string, shape: Shape, dtype: DType): number {
  const size = sizeOf(shape);
  if (!(size < 2 ** 29)) checkShape(op, shape, dtype); // less fits, whatever the dtype
  return size;
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

/** The common shape of two operands: aligned at the last dimension, 1 stretches to any size. */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (b.length === 0 || sameShape(a, b)) return a;
  if (a.length === 0) return b;
  const ndim = Math.max(a.length, b.length);
  const out = new Array<number>(ndim);
  for (let i = 1; i <= ndim; i++) {
    const da = a[a.length - i] ?? 1;
    const db = b[b.length - i] ?? 1;
    if (da !== db && da !== 1 && db !== 1) {
      throw new ShapeError(
        `${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast: dimension ${ndim - i} is ${da} and ${db}. Sizes must be equal or 1. Reshape one side.`,
      );
    }
    out[ndim - i] = da === 1 ? db : da;
  }
  return out;
}

/** Element strides of `shape` read as `target`: 0 along every stretched dimension. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const lead = target.length - shape.length;
  const strides = new Array<number>(target.length);
  let stride = 1;
  for (let i = target.length - 1; i >= 0; i--) {
    const d = i < lead ? 1 : shape[i - lead]!;
    strides[i] = i < lead || (d === 1 && target[i] !== 1) ? 0 : stride;
    stride *= d;
  }
  return strides;
}

/** `dim` counted from the front; negative dims count from the end. */
export function normalizeDim(op: string, dim: number, ndim: number): number {
  const count = Math.max(ndim, 1);
  const d = dim < 0 ? dim + count : dim;
  if (!Number.isInteger(dim) || d < 0 || d >= count) {
    throw new ShapeError(
      `${op}: dim must be a whole number from ${-count} to ${count - 1}, got ${shown(dim)}.`,
    );
  }
  return d;
}

/** Sorted, distinct, non-negative dims; `undefined` means all of them. */
export function normalizeDims(
  op: string,
  dims: number | readonly number[] | undefined,
  ndim: number,
): number[] {
  if (dims === undefined) {
    const every: number[] = [];
    for (let d = 0; d < ndim; d++) every.push(d);
    return every;
  }
  // Whatever is no list is one dim, or the error of one.
  if (!isList(dims)) {
    if (Object(dims) === dims) {
      throw new TypeError(
        `${op}: dims must be a number or an array, got ${shown(dims)}. Options come behind them: (undefined, { … }).`,
      );
    }
    const d = normalizeDim(op, dims, ndim);
    return ndim === 0 ? [] : [d];
  }
  const out = dims.map((d) => normalizeDim(op, d, ndim)).sort((x, y) => x - y);
  for (let i = 1; i < out.length; i++) {
    if (out[i] === out[i - 1]) {
      throw new ShapeError(
        `${op}: dim ${out[i]} appears twice in [${dims.join(',')}]. Name it once.`,
      );
    }
  }
  // A scalar has no dimensions, yet dim 0 and -1 name its only value, as in PyTorch.
  return ndim === 0 ? [] : out;
}

/** The shape left when `dims` (normalised) are reduced. */
export function reducedShape(shape: Shape, dims: readonly number[], keepdim: boolean): number[] {
  return keepdim
    ? shape.map((d, i) => (dims.includes(i) ? 1 : d))
    : shape.filter((_, i) => !dims.includes(i));
}

/** Calls `visit(offsetA, offsetB, flat)` for every element of `shape`, in row-major order. */
export function forEachPair(
  shape: Shape,
  stridesA: readonly number[],
  stridesB: readonly number[],
  visit: (a: number, b: number, flat: number) => void,
): void {
  const size = sizeOf(shape);
  const ndim = shape.length;
  const index = new Array<number>(ndim).fill(0);
  let a = 0;
  let b = 0;
  for (let flat = 0; flat < size; flat++) {
    visit(a, b, flat);
    for (let d = ndim - 1; d >= 0; d--) {
      a += stridesA[d]!;
      b += stridesB[d]!;
      if (++index[d]! < shape[d]!) break;
      a -= stridesA[d]! * shape[d]!;
      b -= stridesB[d]! * shape[d]!;
      index[d] = 0;
    }
  }
}

/**
 * Two walks over the elements of `shape`, given by strides, in as few loops as they allow: neighbouring
 * dimensions that both walk evenly are merged, sizes of 1 vanish.
 */
export function foldLoops(
  shape: Shape,
  fullA: readonly number[],
  fullB: readonly number[],
): { sizes: number[]; stridesA: number[]; stridesB: number[] } {
  const sizes: number[] = [];
  const stridesA: number[] = [];
  const stridesB: number[] = [];
  for (let d = 0; d < shape.length; d++) {
    const size = shape[d]!;
    if (size === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && stridesA[last] === fullA[d]! * size && stridesB[last] === fullB[d]! * size) {
      sizes[last]! *= size;
      stridesA[last] = fullA[d]!;
      stridesB[last] = fullB[d]!;
    } else {
      sizes.push(size);
      stridesA.push(fullA[d]!);
      stridesB.push(fullB[d]!);
    }
  }
  return { sizes, stridesA, stridesB };
}
