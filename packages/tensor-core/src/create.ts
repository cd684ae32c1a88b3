/** Making tensors from values, patterns and sizes. */
import { optionsOf, shown } from './options.ts';
import type { Backend } from './backends/backend.ts';
import { defaultBackend } from './backends/default.ts';
import { setTensorFactory } from './dispatch.ts';
import {
  checkDType,
  checkHolds,
  createArray,
  isFloatingPoint,
  type DType,
  type NumericArray,
  type TypedArray,
} from './dtype.ts';
import { DTypeError, ShapeError } from './errors.ts';
import { requireNumber, requireTensor, sizesAndOptions } from './given.ts';
import { checkShape, formatShape, sizeOf, type Shape } from './shape.ts';
import type { NestedArray } from './tensor-base.ts';
import { fillLoop } from './ops/full.ts';
import { Tensor } from './tensor.ts';
import { fromValues } from './tensor/from-values.ts';

setTensorFactory((shape, dtype, storage) => new Tensor(shape, dtype, storage));

/** Options of every function that makes a tensor. */
export interface CreateOptions {
  /** The element type. Default float32, or that of the given values. */
  readonly dtype?: DType;
  /** Record ops on it so that `backward` can fill `.grad`. Floating dtypes only. Default false. */
  readonly requiresGrad?: boolean;
  /** Where the data lives. Default: `defaultBackend()`. */
  readonly backend?: Backend;
}

/** The names of CreateOptions. @internal */
export const createNames = ['dtype', 'requiresGrad', 'backend'] as const;

const checked = (op: string, options: CreateOptions | undefined): CreateOptions =>
  optionsOf(op, options, createNames);

/**
 * A tensor with the given values: a number, nested arrays of equal lengths, or a typed array, which
 * is copied.
 *
 * | values | dtype, unless one is given |
 * | --- | --- |
 * | numbers, whole ones too (PyTorch would make int64 of those), also among booleans | float32 |
 * | booleans only | bool |
 * | Float32Array (Float16Array too) | float32 |
 * | Float64Array | float64 |
 * | Int8Array, Int16Array, Int32Array, Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array | int32 |
 * | BigInt64Array, BigUint64Array, DataView | none: an error |
 *
 * So bytes stay the numbers they are, be they pixels or labels: the `data` of a canvas's `ImageData`
 * becomes an image by `tensor(data, [height, width, 4]).permute([2, 0, 1]).div(255)`. What `data()` gives
 * of a bool tensor, a Uint8Array, is bool again with `{ dtype: 'bool' }`, where all but 0 is true.
 *
 * @throws {@link ShapeError} if the nested arrays are ragged or the values do not fill the shape.
 * @throws {@link DTypeError} if they are no numbers, if int32 cannot hold them: NaN, and what is beyond -2^31 to 2^31 - 1,
 * and if `requiresGrad` is asked of int32 or bool.
 *
 * @example
 * import { tensor } from '@kasane/tensor-core';
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // => [2,3]
 * tensor(new Float32Array([1, 2, 3, 4]), [2, 2]).toArray(); // => [[1,2],[3,4]]
 * tensor([true, false]).dtype; // => bool
 * tensor(new Uint8ClampedArray([0, 128, 255])).toArray(); // => [0,128,255]
 */
export function tensor(values: NestedArray | NumericArray, options?: CreateOptions): Tensor;
export function tensor(
  values: NumericArray | readonly number[],
  shape: Shape,
  options?: CreateOptions,
): Tensor;
export function tensor(
  values: NestedArray | NumericArray,
  shapeOrOptions?: Shape | CreateOptions,
  lastOptions?: CreateOptions,
): Tensor {
  const givenShape = isShape(shapeOrOptions) ? shapeOrOptions : undefined;
  const options = checked('tensor', isShape(shapeOrOptions) ? lastOptions : shapeOrOptions);
  if (ArrayBuffer.isView(values)) {
    const dtype = dtypeOf(values); // an error if there is none, also where another one is given
    return make('tensor', values, givenShape ?? [values.length], {
      ...options,
      dtype: options.dtype ?? dtype,
    });
  }
  const shape = nestedShape(values);
  const flat: (number | boolean)[] = [];
  flatten(values, shape, 0, flat);
  const bool = flat.length > 0 && flat.every((v) => typeof v === 'boolean');
  const dtype = options.dtype ?? (bool ? 'bool' : 'float32');
  return make('tensor', flat.map(Number), givenShape ?? shape, { ...options, dtype });
}

/**
 * Zeros, of a shape given as an array or as sizes in a row.
 *
 * $x_i = 0$
 *
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 * @throws {@link DTypeError} if `requiresGrad` is asked of int32 or bool.
 *
 * @example
 * import { zeros } from '@kasane/tensor-core';
 * zeros([2, 2]).toArray(); // => [[0,0],[0,0]]
 * zeros(2, 2, { dtype: 'int32' }).toArray(); // => [[0,0],[0,0]]
 */
export function zeros(shape: Shape, options?: CreateOptions): Tensor;
export function zeros(...sizes: number[]): Tensor;
export function zeros(...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
export function zeros(...given: (Shape | number | CreateOptions | undefined)[]): Tensor {
  const [shape, options] = sizesAndOptions('zeros', given);
  return full(shape, 0, checked('zeros', options));
}

/**
 * Ones, of a shape given as an array or as sizes in a row.
 *
 * $x_i = 1$
 *
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 * @throws {@link DTypeError} if `requiresGrad` is asked of int32 or bool.
 *
 * @example
 * import { ones } from '@kasane/tensor-core';
 * ones([3], { dtype: 'int32' }).toArray(); // => [1,1,1]
 */
export function ones(shape: Shape, options?: CreateOptions): Tensor;
export function ones(...sizes: number[]): Tensor;
export function ones(...sizesAndOptions: [...sizes: number[], options: CreateOptions]): Tensor;
export function ones(...given: (Shape | number | CreateOptions | undefined)[]): Tensor {
  const [shape, options] = sizesAndOptions('ones', given);
  return full(shape, 1, checked('ones', options));
}

/**
 * One value everywhere; in a bool tensor whether it is other than 0, as NaN is.
 *
 * $x_i = \text{value}$
 *
 * float32 unless another dtype is given; PyTorch takes that of the value.
 *
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 * @throws {@link DTypeError} if int32 cannot hold the value, and if `requiresGrad` is asked of int32 or bool.
 *
 * @example
 * import { full } from '@kasane/tensor-core';
 * full([2], 7).toArray(); // => [7,7]
 */
export function full(shape: Shape, value: number, options?: CreateOptions): Tensor {
  const { dtype = 'float32' } = checked('full', options);
  const array = arrayFor('full', shape, dtype);
  requireNumber('full', 'the value', value);
  checkHolds('full', dtype, value);
  if (!Object.is(value, 0)) fillLoop({ data: array, dtype }, value);
  return wrap(array, shape, options);
}

/**
 * Zeros with the shape, dtype and backend of another tensor.
 *
 * $y_i = 0$
 *
 * @throws {@link DTypeError} if `requiresGrad` is asked of int32 or bool.
 *
 * @example
 * import { tensor, zerosLike } from '@kasane/tensor-core';
 * zerosLike(tensor([1, 2])).toArray(); // => [0,0]
 */
export function zerosLike(like: Tensor, options?: CreateOptions): Tensor {
  return fullLike(like, 0, checked('zerosLike', options));
}

/**
 * Ones with the shape, dtype and backend of another tensor.
 *
 * $y_i = 1$
 *
 * @throws {@link DTypeError} if `requiresGrad` is asked of int32 or bool.
 *
 * @example
 * import { onesLike, tensor } from '@kasane/tensor-core';
 * onesLike(tensor([1, 2])).toArray(); // => [1,1]
 */
export function onesLike(like: Tensor, options?: CreateOptions): Tensor {
  return fullLike(like, 1, checked('onesLike', options));
}

/**
 * One value everywhere, with the shape, dtype and backend of another tensor.
 *
 * $y_i = \text{value}$
 *
 * @throws {@link DTypeError} if int32 cannot hold the value, and if `requiresGrad` is asked of int32 or bool.
 *
 * @example
 * import { fullLike, tensor } from '@kasane/tensor-core';
 * fullLike(tensor([1, 2]), 5).toArray(); // => [5,5]
 */
export function fullLike(like: Tensor, value: number, options?: CreateOptions): Tensor {
  requireTensor('fullLike', 'the other', like);
  const { dtype = like.dtype, backend = like.backend } = checked('fullLike', options);
  return full(like.shape, value, { ...options, dtype, backend });
}

/**
 * Numbers from `start` (0 if only the end is given) up to, but without, `end`, `step` apart.
 *
 * $$ x_i = \text{start} + i \cdot \text{step}, \quad i = 0, \dots, \lceil (\text{end} - \text{start}) / \text{step} \rceil - 1 $$
 *
 * float32 unless another dtype is given; PyTorch makes int64 of whole numbers.
 *
 * @throws {@link ShapeError} if `step` is 0 or leads away from `end`.
 * @throws {@link DTypeError} if int32 cannot hold a number.
 *
 * @example
 * import { arange } from '@kasane/tensor-core';
 * arange(4).toArray(); // => [0,1,2,3]
 * arange(1, 0, -0.5).toArray(); // => [1,0.5]
 */
export function arange(end: number, options?: CreateOptions): Tensor;
export function arange(start: number, end: number, step?: number, options?: CreateOptions): Tensor;
export function arange(
  first: number,
  second?: number | CreateOptions,
  step: number = 1,
  lastOptions?: CreateOptions,
): Tensor {
  const [start, end] = typeof second === 'number' ? [first, second] : [0, first];
  const options = checked(
    'arange',
    typeof second === 'number' ? lastOptions : (second ?? undefined),
  );
  for (const number of [start, end, step]) requireNumber('arange', 'each bound', number);
  const count = Math.ceil((end - start) / step);
  if (!Number.isFinite(count) || count < 0) {
    throw new ShapeError(
      `arange: step ${step} does not lead from ${start} to ${end}. Give it the sign of end - start.`,
    );
  }
  checkShape('arange', [count], 'float64');
  const values = Float64Array.from({ length: count }, (_, i) => start + i * step);
  return make('arange', values, [count], options);
}

/**
 * `steps` numbers from `start` to `end`, both included, evenly apart; one is `start`.
 *
 * $$ x_i = \text{start} + i \, \frac{\text{end} - \text{start}}{\text{steps} - 1}, \quad i = 0, \dots, \text{steps} - 1 $$
 *
 * @throws {@link ShapeError} unless `steps` is a whole number ≥ 0.
 * @throws {@link DTypeError} if int32 cannot hold a number.
 *
 * @example
 * import { linspace } from '@kasane/tensor-core';
 * linspace(0, 1, 5).toArray(); // => [0,0.25,0.5,0.75,1]
 */
export function linspace(
  start: number,
  end: number,
  steps: number,
  options?: CreateOptions,
): Tensor {
  checkShape('linspace', [steps], 'float64');
  for (const number of [start, end]) requireNumber('linspace', 'each end', number);
  const gap = steps > 1 ? (end - start) / (steps - 1) : 0;
  // Counting the second half from the end makes the last value exactly `end`.
  const values = Float64Array.from({ length: steps }, (_, i) =>
    i < steps / 2 ? start + i * gap : end - (steps - 1 - i) * gap,
  );
  return make('linspace', values, [steps], checked('linspace', options));
}

/**
 * The identity matrix, or one with ones on the diagonal and `columns` columns.
 *
 * $x_{ij} = [i = j]$, of the shape (rows, columns)
 *
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 *
 * @example
 * import { eye } from '@kasane/tensor-core';
 * eye(2).toArray(); // => [[1,0],[0,1]]
 */
export function eye(rows: number, columns: number = rows, options?: CreateOptions): Tensor {
  const values = arrayFor('eye', [rows, columns], checked('eye', options).dtype ?? 'float32');
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return wrap(values, [rows, columns], options);
}

/** A tensor of values in row-major order, which the dtype must hold. */
function make(
  op: string,
  values: NumericArray | readonly number[],
  shape: Shape,
  options: CreateOptions = {},
): Tensor {
  const { dtype = 'float32' } = options;
  let array = values;
  if (dtype === 'bool') {
    array = new Uint8Array(values.length);
    for (let i = 0; i < values.length; i++) array[i] = Number(values[i] !== 0);
  } else if (dtype === 'int32' && !(values instanceof Int32Array)) {
    for (const v of values) checkHolds(op, dtype, v);
  }
  // Whatever has numbers can be copied into the array of any dtype.
  return wrap(array as TypedArray, shape, options);
}

/** A zeroed array for a tensor of a checked shape. @internal */
export function arrayFor(op: string, shape: Shape, dtype: DType): TypedArray {
  checkShape(op, shape, dtype);
  return createArray(dtype, sizeOf(shape));
}

/** A tensor of values that its dtype holds, with the common options applied. @internal */
export function wrap(values: TypedArray, shape: Shape, options: CreateOptions = {}): Tensor {
  const { dtype = 'float32', backend = defaultBackend(), requiresGrad = false } = options;
  checkShape('tensor', shape);
  checkDType(dtype);
  if (requiresGrad && !isFloatingPoint(dtype)) {
    throw new DTypeError(`tensor: requiresGrad needs float32 or float64, got ${dtype}.`);
  }
  const made = fromValues(values, shape, dtype, backend);
  made.requiresGrad = requiresGrad;
  return made;
}

const isShape: (value: Shape | CreateOptions | undefined) => value is Shape = Array.isArray;

function dtypeOf(values: NumericArray): DType {
  if (values instanceof Float32Array) return 'float32';
  if (values instanceof Float64Array) return 'float64';
  const name = values[Symbol.toStringTag];
  if (/^(Big|Data)/.test(name)) throw notNumbers(name);
  return name.startsWith('F') ? 'float32' : 'int32'; // Float16Array, where there is one
}

function notNumbers(got: string): DTypeError {
  return new DTypeError(
    `tensor: values must be numbers or booleans, got ${got}. Convert them with Number.`,
  );
}

/** The shape along the first values. */
function nestedShape(values: NestedArray): number[] {
  const shape: number[] = [];
  let inner: NestedArray | undefined = values;
  while (isNested(inner)) {
    shape.push(inner.length);
    inner = inner[0];
  }
  return shape;
}

function flatten(
  values: NestedArray,
  shape: Shape,
  depth: number,
  out: (number | boolean)[],
): void {
  if (depth === shape.length && !isNested(values)) {
    if (typeof values !== 'number' && typeof values !== 'boolean') {
      throw notNumbers(shown(values));
    }
    out.push(values);
  } else if (isNested(values) && values.length === shape[depth]) {
    for (const inner of values) flatten(inner, shape, depth + 1, out);
  } else {
    throw new ShapeError(
      `tensor: nested arrays must have equal lengths; at depth ${depth} expected ${shape[depth] ?? 'a number'}, got ${isNested(values) ? `${values.length} values` : String(values)} for shape ${formatShape(shape)}. Pad the rows.`,
    );
  }
}

// Array.isArray alone widens readonly arrays to any[].
const isNested: (values: NestedArray | undefined) => values is readonly NestedArray[] =
  Array.isArray;
