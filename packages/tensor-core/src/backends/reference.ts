import { createArray, type DType, type TypedArray } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import { resultSize, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { runLoop, type Backend, type MemoryUse, type Storage } from './backend.ts';

interface ReferenceStorage extends Storage {
  readonly array: TypedArray;
}

/** Runs the plain loops over ordinary typed arrays, which the garbage collector owns. */
class ReferenceBackend implements Backend {
  readonly name = 'reference';
  readonly synchronous = true;
  readonly decomposes = true;
  readonly adoptThreshold = Infinity;
  readonly inPlace = true;
  readonly #use: MemoryUse = { tensors: 0, bytes: 0 };
  // Only counts: the arrays themselves need no finaliser.
  readonly #counter = new FinalizationRegistry<number>((bytes) => this.#forget(bytes));

  upload(values: TypedArray, dtype: DType): Storage {
    const array = createArray(dtype, values.length);
    array.set(values);
    return this.#track(dtype, array);
  }

  constant(value: number, dtype: DType): Storage {
    const array = createArray(dtype, 1);
    array[0] = value;
    return this.#store(dtype, array, true);
  }

  execute<A>(
    op: OpDef<A>,
    inputs: readonly Tensor[],
    attrs: A,
    shape: Shape,
    dtype: DType,
    into?: Storage,
  ): Storage {
    const size = resultSize(op.name, shape, dtype);
    const data = into === undefined ? createArray(dtype, size) : arrayOf(into);
    runLoop(this.name, op, inputs.map(viewOf), attrs, { shape, dtype, size, data });
    return into ?? this.#track(dtype, data);
  }

  overwrite(target: Storage, source: Storage): void {
    arrayOf(target).set(arrayOf(source));
  }

  readSync(storage: Storage): TypedArray {
    return arrayOf(storage);
  }

  read(storage: Storage): Promise<TypedArray> {
    return Promise.resolve(arrayOf(storage).slice());
  }

  free(storage: Storage): void {
    if (storage.watched) this.#counter.unregister(storage);
    this.#forget(arrayOf(storage).byteLength);
  }

  watch(storage: Storage): void {
    if (storage.watched) return;
    storage.watched = true;
    this.#counter.register(storage, arrayOf(storage).byteLength, storage);
  }

  memory(): MemoryUse {
    return { ...this.#use };
  }

  #track(dtype: DType, array: TypedArray): Storage {
    this.#use.tensors++;
    this.#use.bytes += array.byteLength;
    return this.#store(dtype, array, false);
  }

  #store(dtype: DType, array: TypedArray, watched: boolean): ReferenceStorage {
    return { backend: this, dtype, array, length: array.length, references: 1, watched };
  }

  #forget(bytes: number): void {
    this.#use.tensors--;
    this.#use.bytes -= bytes;
  }
}

function arrayOf(storage: Storage): TypedArray {
  // Dispatch only hands a backend the storages it made itself.
  return (storage as ReferenceStorage).array;
}

function viewOf(tensor: Tensor): { shape: Shape; dtype: DType; size: number; data: TypedArray } {
  return {
    shape: tensor.shape,
    dtype: tensor.dtype,
    size: tensor.size,
    data: arrayOf(tensor.storage),
  };
}

let instance: ReferenceBackend | undefined;

/**
 * The backend that runs every op as its plain loop: slow, exact in float64, and the standard that
 * the other backends are tested against.
 *
 * @example
 * import { reference, tensor } from '@kasane/tensor-core';
 * tensor([1, 2], { backend: reference() }).add(1).toArray(); // => [2,3]
 */
export function reference(): Backend {
  return (instance ??= new ReferenceBackend());
}
