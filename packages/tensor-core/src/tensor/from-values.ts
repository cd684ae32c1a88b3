import type { Backend } from '../backends/backend.ts';
import { makeTensor } from '../dispatch.ts';
import type { DType, TypedArray } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { requireBackend } from '../given.ts';
import { observers, tell } from '../observer.ts';
import { track } from '../scope.ts';
import { formatShape, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** A tensor of `values` and `shape`, which are copied: the caller may change its own. */
export function fromValues(
  values: TypedArray,
  shape: Shape,
  dtype: DType,
  backend: Backend,
): Tensor {
  if (sizeOf(shape) !== values.length) {
    throw new ShapeError(
      `tensor: shape ${formatShape(shape)} needs ${sizeOf(shape)} values, got ${values.length}.`,
    );
  }
  requireBackend('tensor', backend);
  if (observers !== null) tell('starts');
  const storage = backend.upload(values, dtype);
  if (observers !== null) tell('uploaded', values, storage);
  const made = makeTensor([...shape], dtype, storage);
  track(made);
  return made;
}
