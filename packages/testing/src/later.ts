import {
  reference,
  type Backend,
  type MemoryUse,
  type OpDef,
  type Storage,
  type Tensor,
  type TypedArray,
} from '@kasane/tensor-core';

/** The plain loops on a device that answers later, as `gpu()` does in a browser: for tests in Node. */
class LaterBackend implements Backend {
  readonly name = 'later';
  readonly synchronous = false;
  readonly decomposes = true;
  readonly inPlace = false;
  readonly adoptThreshold: number = Infinity;
  readonly #inner: Backend = reference();
  /** How often it was read. */
  reads = 0;

  upload(...call: Parameters<Backend['upload']>): Storage {
    return this.#own(this.#inner.upload(...call));
  }

  constant(): null {
    return null;
  }

  execute<A>(op: OpDef<A>, inputs: readonly Tensor[], ...rest: readonly unknown[]): Storage {
    const [attrs, shape, dtype] = rest as [A, readonly number[], 'float32']; // as Backend has them
    return this.#own(this.#inner.execute(op, inputs, attrs, shape, dtype));
  }

  overwrite(target: Storage, source: Storage): void {
    this.#inner.overwrite(target, source);
  }

  readSync(): never {
    throw new Error('internal: a device that answers later was read at once');
  }

  async read(storage: Storage): Promise<TypedArray> {
    this.reads++;
    const values = this.#inner.read(storage); // as they are now
    await new Promise((done) => setTimeout(done));
    return values;
  }

  free(storage: Storage): void {
    this.#inner.free(storage);
  }

  watch(storage: Storage): void {
    this.#inner.watch(storage);
  }

  memory(): MemoryUse {
    return this.#inner.memory();
  }

  #own(storage: Storage): Storage {
    return Object.assign(storage, { backend: this });
  }
}

let instance: LaterBackend | undefined;

/** The backend `later`, which runs plain loops and has to be awaited. */
export function later(): LaterBackend {
  return (instance ??= new LaterBackend());
}
