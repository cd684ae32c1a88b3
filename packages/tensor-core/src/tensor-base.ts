/// <reference lib="esnext.disposable" preserve="true" />
import type { Backend, Storage } from './backends/backend.ts';
import type { DType, TypedArray } from './dtype.ts';
import { DTypeError, ScopeError, ShapeError } from './errors.ts';
import { formatTensor, showAs } from './format.ts';
import { requireTensor } from './given.ts';
import { observers, tell } from './observer.ts';
import type { Provenance } from './op.ts';
import { partsOf, SparseGradient } from './sparse-gradient.ts';
import { keep, type Frame } from './scope.ts';
import { formatShape, requireShape, sameShape, stridesOf, type Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';

// Remembering where each tensor was disposed takes longer than disposing it.
const development = ((): boolean => {
  try {
    // `process` is Node's; elsewhere there is none, or one that a bundler put there.
    const { process } = globalThis as { process?: { env?: Record<string, string> } };
    return process?.env?.['NODE_ENV'] !== 'production';
  } catch {
    return true; // Deno asks before it tells
  }
})();

const READING = 'tensor.data(), or tensor.toAsync(wasm()) for a function that reads it';

/** Values as nested arrays, as `toArray` gives and `tensor` takes them. */
export type NestedArray = number | boolean | readonly NestedArray[];

/**
 * What a tensor is without its ops: shape, dtype, data, history, life. Use `Tensor`.
 *
 * @example
 * import { tensor, type TensorBase } from '@kasane/tensor-core';
 * const describe = (x: TensorBase): string => `${x.dtype} of ${x.size} elements`;
 * describe(tensor([[1, 2], [3, 4]])); // => float32 of 4 elements
 */
export class TensorBase {
  /** The sizes of the dimensions; `[]` for a scalar. */
  readonly shape: Shape;
  /** The element type. */
  readonly dtype: DType;
  /** The number of elements. */
  readonly size: number;
  /** True if gradients flow into or through this tensor. Set it on tensors you made, not on results. */
  requiresGrad: boolean = false;
  /** How this tensor was computed; null for tensors you made. @internal */
  provenance: Provenance | null = null;
  /** Counts in-place writes. @internal */
  version = 0;
  /** The scope that will free it. @internal */
  frame: Frame | null = null;

  #storage: Storage | null;
  #grad: Tensor | SparseGradient | null = null;
  #gradShown = false;
  #freed: string | Error = '';

  /** Use `tensor`, `zeros` and their relatives. @internal */
  constructor(shape: Shape, dtype: DType, storage: Storage) {
    this.shape = shape;
    this.dtype = dtype;
    this.size = storage.length;
    this.#storage = storage;
  }

  // ——— About the tensor ———

  /** The number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** The backend the data lives on. */
  get backend(): Backend {
    return this.storage.backend;
  }

  /** True once the tensor was disposed or its scope has ended. */
  get isDisposed(): boolean {
    return this.#storage === null;
  }

  /** True for tensors that are not the recorded result of an op. */
  get isLeaf(): boolean {
    return this.provenance === null;
  }

  /** The data. @internal */
  get storage(): Storage {
    if (this.#storage === null) this.#throwDisposed();
    return this.#storage!;
  }

  /** The byte address of the data in WebAssembly memory. @internal */
  get pointer(): number {
    return (this.storage as { pointer?: number }).pointer ?? -1; // WasmStorage has a number there
  }

  /**
   * The gradient that `backward` accumulated, or null. Setting it replaces it.
   *
   * @throws {@link ShapeError} if what it is set to has another shape.
   */
  get grad(): Tensor | null {
    const grad = this.peekGrad();
    this.#gradShown = true;
    return grad;
  }

  set grad(grad: Tensor | null) {
    if (grad !== null) requireTensor('grad', 'the gradient', grad);
    this.putGrad(grad);
    this.#gradShown = true; // whoever set it may hold it
  }

  /** Sets a gradient that nobody else holds, so that the next one frees it. @internal */
  putGrad(grad: Tensor | SparseGradient | null): void {
    if (observers !== null) tell('gradient', this, grad);
    if (grad !== null) requireShape('grad', 'the gradient', this.shape, grad.shape);
    const old = this.#grad;
    // What user code has read it may still hold; the rest is freed now.
    if (old !== grad && !this.#gradShown)
      for (const part of partsOf(old)) part.release('when its tensor got another gradient.');
    this.#grad = grad;
    for (const part of partsOf(grad)) keep(part);
    this.#gradShown = false;
  }

  /** The gradient, for code that does not keep it: optimizers and backward. @internal */
  peekGrad(): Tensor | null {
    const grad = this.heldGrad();
    if (!(grad instanceof SparseGradient)) return grad;
    const dense = grad.dense();
    this.putGrad(dense);
    return dense;
  }

  /** The gradient as it is, be it of rows. @internal */
  heldGrad(): Tensor | SparseGradient | null {
    if (observers !== null) tell('gradient', this);
    return this.#grad;
  }

  // ——— Reading ———

  /**
   * A copy of the values in row-major order, from any backend. That of bool is a Uint8Array, which
   * `tensor` takes back with `{ dtype: 'bool' }`. Rejects if the device was lost.
   */
  async data(): Promise<TypedArray> {
    if (observers !== null) tell('reads', this, 'data');
    return this.storage.backend.read(this.storage);
  }

  /**
   * A copy of the values in row-major order.
   *
   * @throws {@link DTypeError} on a backend that answers later: await `data()`.
   */
  dataSync(): TypedArray {
    return this.read('dataSync').slice();
  }

  /**
   * The only value of a one-element tensor: a number also of bool, 0 or 1, where PyTorch gives a truth value.
   *
   * @throws {@link ShapeError} for other than one element.
   * @throws {@link DTypeError} on a backend that answers later: await `data()`.
   */
  item(): number {
    const values = this.read('item');
    if (this.size !== 1) {
      throw new ShapeError(
        `item: needs one element, got ${formatShape(this.shape)}. Reduce it, or use toArray().`,
      );
    }
    return values[0]!;
  }

  /**
   * The values as nested arrays: a number (or boolean) for a scalar, `number[][]` for a matrix.
   *
   * @throws {@link DTypeError} on a backend that answers later: await `data()`.
   */
  toArray(): NestedArray {
    const data = this.read('toArray');
    const strides = stridesOf(this.shape);
    const bool = this.dtype === 'bool';
    const build = (dim: number, offset: number): NestedArray => {
      if (dim === this.shape.length) return bool ? data[offset] !== 0 : data[offset]!;
      return Array.from({ length: this.shape[dim]! }, (_, i) =>
        build(dim + 1, offset + i * strides[dim]!),
      );
    };
    return build(0, 0);
  }

  /**
   * The values as NumPy prints them, with shape and dtype where they are not obvious.
   *
   * @throws {@link DTypeError} on a backend that answers later: await `data()`.
   */
  toString(): string {
    return formatTensor(this, this.read('toString'));
  }

  /** The live values, for `method` to copy; `way` is what to await where they are not at hand. @internal */
  protected read(method: string, way: string = READING): TypedArray {
    const { storage } = this;
    if (!storage.backend.synchronous) {
      throw new DTypeError(`${method}: the data is on ${storage.backend.name}. Use await ${way}.`);
    }
    if (observers !== null) tell('reads', this, method);
    return storage.backend.readSync(storage);
  }

  // ——— Life ———

  /**
   * Replaces the values by those of `value`, which must have the same shape and dtype. For optimizers
   * and buffers; tensors that shared the old data keep it. Graphs that were recorded with the old
   * values refuse to run backward. A value on another backend takes the tensor there.
   *
   * `copy_` of PyTorch, without its broadcasting and casting.
   *
   * @throws {@link ScopeError} for the recorded result of an op.
   * @throws {@link ShapeError} for another shape or dtype.
   */
  assign(value: Tensor): void {
    if (this.provenance !== null) {
      throw new ScopeError('assign: needs a leaf, not the result of an op.');
    }
    requireTensor('assign', 'the value', value);
    if (!sameShape(value.shape, this.shape) || value.dtype !== this.dtype) {
      throw new ShapeError(
        `assign: needs ${this.dtype} ${formatShape(this.shape)}, got ${value.dtype} ${formatShape(value.shape)}.`,
      );
    }
    if (observers !== null) tell('assigns', this, value);
    const old = this.storage;
    let { storage } = value;
    this.version++;
    const { backend } = storage;
    if (old.references === 1 && old.backend === backend && this.size < backend.adoptThreshold) {
      // Nobody else looks: the data stays where it is, beside its model's other parameters.
      backend.overwrite(old, storage);
      if (observers !== null) tell('overwrote', old);
    } else {
      this.#storage = storage = backend.successor?.(storage, old) ?? storage;
      storage.references++;
      backend.watch(storage);
      if (--old.references === 0) old.backend.free(old);
    }
    this.lasts();
  }

  /** Tells the backend that what the tensor has now is to last, even if a device does not. @internal */
  lasts(): void {
    this.backend.lasts?.(this.storage);
  }

  /**
   * Frees the data now, unless another tensor shares it. Never needed. Errors about later use say
   * where this was called, unless NODE_ENV is `production`.
   */
  dispose(): void {
    if (this.#storage !== null) this.release(development ? new Error('here') : 'by dispose().');
  }

  /** `using x = ...` disposes at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Frees the data and remembers why. @internal */
  release(reason: string | Error): void {
    const storage = this.#storage;
    if (storage === null) return;
    this.#storage = null;
    this.#freed = reason;
    this.frame = null;
    this.provenance = null;
    if (--storage.references === 0) storage.backend.free(storage);
  }

  #throwDisposed(): never {
    const freed = this.#freed;
    // The first line of the stack names the error, the next dispose itself; the caller follows.
    const at =
      typeof freed === 'string'
        ? freed
        : (
            (freed.stack ?? '')
              .split('\n')
              .slice(1)
              .find((line) => !/\.dispose/.test(line)) ?? ''
          ).trim();
    const what = `${this.dtype} ${formatShape(this.shape)}`;
    const how = typeof freed === 'string' ? `freed ${at}` : `disposed ${at}. Read it before.`;
    throw new ScopeError(`this tensor (${what}) was ${how}`);
  }
}

// Values, dtype and shape; where they are, if not here.
showAs(TensorBase, (tensor) => {
  const notes = `${tensor.dtype}, shape=${formatShape(tensor.shape)}`;
  if (tensor.isDisposed) return `tensor(disposed, ${notes})`;
  const { name, synchronous } = tensor.backend;
  return synchronous
    ? formatTensor(tensor, tensor.dataSync(), true)
    : `tensor(on ${name}: await data(), ${notes})`;
});
