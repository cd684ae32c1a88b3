import { optionsOf } from '../../options.ts';
import {
  bytesPerElement,
  createArray,
  viewArray,
  type DType,
  type TypedArray,
} from '../../dtype.ts';
import { requireThat } from '../../errors.ts';
import type { OpDef } from '../../op.ts';
import { resultSize, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { noteFallback, runLoop, type Backend, type MemoryUse, type Storage } from '../backend.ts';
import { Heap, type Placement, type Slab } from './heap.ts';
import { webAssembly, type LinearMemory } from './webassembly.ts';
import type { WasmKernels } from './kernels.gen.ts';
import { isWasmAvailable, loadKernels, type LoadedKernels } from './kernels.ts';

// Room for the numbers that programs write into expressions, such as the 2 of x.mul(2).
const CONSTANTS = 1024;

/** Data in linear memory, or, past the budget, in an ordinary array with `pointer` -1. */
export class WasmStorage implements Storage, Placement {
  references = 1;
  readonly backend: WasmBackend;
  readonly dtype: DType;
  readonly length: number;
  pointer = -1;
  sizeClass = 0;
  slab: Slab | null = null;
  watched = false;
  /** The host view: made on first use, remade when the memory has grown. */
  view: TypedArray | null = null;

  constructor(backend: WasmBackend, dtype: DType, length: number) {
    this.backend = backend;
    this.dtype = dtype;
    this.length = length;
  }
}

/** The exported kernels, and the memory that matrix products pack their panels in. */
export interface Kernels extends WasmKernels {
  readonly scratch: number;
}

/** Shared where threads may be, so that helpers can be called in later. */
function makeMemory(): LinearMemory {
  const limits = { initial: 64, maximum: 65536 };
  try {
    return new webAssembly!.Memory({ ...limits, shared: true });
  } catch {
    return new webAssembly!.Memory(limits); // a page that is not cross-origin isolated
  }
}

/**
 * Runs WebAssembly SIMD kernels over one linear memory, and plain loops where there is no kernel.
 *
 * @internal
 */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly synchronous = true;
  // Copying 16 KiB takes about as long as asking the garbage collector to watch a large block.
  readonly adoptThreshold = 4096;
  readonly inPlace = true;
  readonly kernels: Kernels;
  readonly build: LoadedKernels['build'];
  readonly heap: Heap;
  /** How many threads the kernels are shared by. */
  threads = 1;
  readonly #memory: LinearMemory;
  readonly #constants: number;
  #constantCount = 0;
  #buffer: ArrayBufferLike;
  #spilled = 0;
  #spilledBytes = 0;
  readonly #spills = new FinalizationRegistry<number>((bytes) => this.#forgetSpill(bytes));

  constructor(relaxed: boolean | undefined) {
    this.#memory = makeMemory();
    const { kernels, heapBase, build } = loadKernels(this.#memory, relaxed);
    this.build = build;
    this.heap = new Heap(this.#memory, heapBase);
    this.kernels = { ...kernels, scratch: this.heap.reserve(kernels.gemmScratchBytes()) };
    this.#constants = this.heap.reserve(CONSTANTS * 16);
    this.#buffer = this.#memory.buffer;
  }

  constant(value: number, dtype: DType): Storage | null {
    if (this.#constantCount === CONSTANTS) return null;
    const storage = new WasmStorage(this, dtype, 1);
    storage.pointer = this.#constants + 16 * this.#constantCount++;
    storage.watched = true;
    this.array(storage)[0] = value;
    return storage;
  }

  upload(values: TypedArray, dtype: DType): Storage {
    const storage = this.allocate(dtype, values.length);
    this.array(storage).set(values);
    return storage;
  }

  execute<A>(
    op: OpDef<A>,
    inputs: readonly Tensor[],
    attrs: A,
    shape: Shape,
    dtype: DType,
    into?: Storage,
  ): Storage {
    // Dispatch only hands a backend the storages it made itself.
    const storage =
      (into as WasmStorage | undefined) ?? this.allocate(dtype, resultSize(op.name, shape, dtype));
    try {
      this.#fill(storage, op, inputs, attrs, shape);
    } catch (error) {
      if (into === undefined) this.free(storage);
      throw error;
    }
    return storage;
  }

  overwrite(target: Storage, source: Storage): void {
    this.readSync(target).set(this.readSync(source));
  }

  readSync(storage: Storage): TypedArray {
    // Dispatch only hands a backend the storages it made itself.
    return this.array(storage as WasmStorage);
  }

  read(storage: Storage): Promise<TypedArray> {
    return Promise.resolve(this.readSync(storage).slice());
  }

  free(storage: Storage): void {
    // Dispatch only hands a backend the storages it made itself.
    const own = storage as WasmStorage;
    const bytes = own.length * bytesPerElement[own.dtype];
    if (own.pointer >= 0) this.heap.free(own, bytes, own.watched);
    else {
      if (own.watched) this.#spills.unregister(own);
      this.#forgetSpill(bytes);
    }
    own.view = null;
  }

  watch(storage: Storage): void {
    // Dispatch only hands a backend the storages it made itself.
    const own = storage as WasmStorage;
    if (own.watched || own.slab !== null) return;
    own.watched = true;
    const bytes = own.length * bytesPerElement[own.dtype];
    if (own.pointer >= 0) this.heap.watch(own, bytes);
    else this.#spills.register(own, bytes, own);
  }

  memory(): MemoryUse {
    return {
      tensors: this.heap.tensors + this.#spilled,
      bytes: this.heap.bytes + this.#spilledBytes,
    };
  }

  /** Uninitialised storage; kernels write every element. */
  allocate(dtype: DType, length: number): WasmStorage {
    const storage = new WasmStorage(this, dtype, length);
    const bytes = length * bytesPerElement[dtype];
    if (!this.heap.allocate(bytes, storage)) {
      storage.pointer = -1;
      storage.slab = null;
      try {
        storage.view = createArray(dtype, length);
      } catch {
        throw this.#full('tensor', bytes);
      }
      this.#spilled++;
      this.#spilledBytes += bytes;
    }
    return storage;
  }

  /** Memory that is never given back, for who is named; RangeError if there is none. */
  reserve(owner: string, bytes: number): number {
    const pointer = this.heap.reserve(bytes);
    if (pointer < 0) throw this.#full(owner, bytes);
    return pointer;
  }

  /** The storage's elements as a host array. */
  array(storage: WasmStorage): TypedArray {
    const { view, pointer, length } = storage;
    if (pointer < 0) return view!;
    const buffer = this.bufferTo(pointer + 8 * length);
    if (view !== null && view.buffer === buffer) return view;
    return (storage.view = viewArray(storage.dtype, buffer, pointer, length));
  }

  /** The memory as a buffer that reaches to address `end`. */
  bufferTo(end: number): ArrayBufferLike {
    // A memory that has grown has another buffer; the old one is detached, or, if shared, too short.
    if (this.#buffer.byteLength < end) this.#buffer = this.#memory.buffer;
    return this.#buffer;
  }

  /** Computes the result into `out`: by kernel if there is one, else by plain loop. */
  #fill<A>(
    out: WasmStorage,
    op: OpDef<A>,
    inputs: readonly Tensor[],
    attrs: A,
    shape: Shape,
  ): void {
    const { dtype, length: size, pointer } = out;
    if (size === 0) return;
    if (op.wasm !== undefined) {
      if (pointer >= 0 && inputs.every(isResident)) {
        if (op.wasm(this.kernels, inputs, attrs, { shape, dtype, size, pointer })) return;
      } else if (this.#executeStaged(op, inputs, attrs, shape, out)) return;
    }
    noteFallback(this.name, op.name, dtype);
    const views = inputs.map((t) => ({
      shape: t.shape,
      dtype: t.dtype,
      size: t.size,
      data: this.array(storageOf(t)),
    }));
    runLoop(this.name, op, views, attrs, { shape, dtype, size, data: this.array(out) });
  }

  /** Past the budget: copy what lives in ordinary arrays in, run, and copy the result out. */
  #executeStaged<A>(
    op: OpDef<A>,
    inputs: readonly Tensor[],
    attrs: A,
    shape: Shape,
    out: WasmStorage,
  ): boolean {
    const { dtype, length: size } = out;
    const staged = [...new Set([...inputs.map(storageOf), out])].filter((s) => s.pointer < 0);
    const places = this.heap.stage(staged.map((s) => s.length * bytesPerElement[s.dtype]));
    if (places === null) {
      if (op.reference !== undefined) return false; // slow, but it needs no room
      throw this.#full(op.name, size * bytesPerElement[dtype]);
    }
    staged.forEach((storage, i) => {
      this.#staged(storage, places[i]!).set(storage.view!); // out may be an input
      storage.pointer = places[i]!;
    });
    try {
      const operand = { shape, dtype, size, pointer: out.pointer };
      if (!op.wasm!(this.kernels, inputs, attrs, operand)) return false;
      if (staged.includes(out)) out.view!.set(this.#staged(out, out.pointer));
      return true;
    } finally {
      for (const storage of staged) storage.pointer = -1;
    }
  }

  #staged(storage: WasmStorage, pointer: number): TypedArray {
    return viewArray(storage.dtype, this.#memory.buffer, pointer, storage.length);
  }

  /** What to throw where there is no room left: it names who has it. */
  #full(owner: string, bytes: number): RangeError {
    const { tensors, bytes: used } = this.memory();
    const largest = this.heap.largest().map(({ dtype, length }) => `${dtype} [${length}]`);
    return new RangeError(
      `${owner}: no room for ${bytes} bytes beside ${tensors} tensors of ${used}, the largest: ${largest.join(', ')}. Use scope().`,
    );
  }

  #forgetSpill(bytes: number): void {
    this.#spilled--;
    this.#spilledBytes -= bytes;
  }
}

function storageOf(tensor: Tensor): WasmStorage {
  // Dispatch checked that every input lives on this backend.
  return tensor.storage as WasmStorage;
}

function isResident(tensor: Tensor): boolean {
  return storageOf(tensor).pointer >= 0;
}

const instances = new Map<string, WasmBackend>();

/** Options of `wasm()`. */
export interface WasmOptions {
  /**
   * Use the relaxed-SIMD build, which fuses multiply and add. Default: if the engine has it. The two
   * builds may differ in the last bits.
   */
  readonly relaxed?: boolean;
}

/**
 * The default backend: WebAssembly SIMD kernels, in Node ≥ 20, Deno, Bun and every current browser.
 *
 * @throws Error where there is no WebAssembly with SIMD, or a page forbids it.
 *
 * @example
 * import { tensor, wasm, withBackend } from '@kasane/tensor-core';
 * withBackend(wasm(), () => tensor([1, 4, 9]).sqrt().toArray()); // => [1,2,3]
 */
export function wasm(options?: WasmOptions): Backend {
  const { relaxed } = optionsOf('wasm', options, ['relaxed']);
  const key = String(relaxed);
  let backend = instances.get(key);
  if (backend === undefined) {
    backend = new WasmBackend(relaxed);
    instances.set(key, backend);
  }
  return backend;
}

/**
 * Fills `out` with the words of a random stream, by the kernel of a backend that there is already; false if
 * there is none, or no room. Low and high words of seed and counter.
 */
export function philoxWords(
  out: Uint32Array,
  ...seedAndCounter: [number, number, number, number]
): boolean {
  for (const backend of instances.values()) {
    const words = backend.allocate('int32', out.length);
    const fits = words.pointer >= 0;
    if (fits) {
      backend.kernels.philoxWords(words.pointer, out.length, ...seedAndCounter);
      out.set(backend.array(words));
    }
    backend.free(words);
    return fits;
  }
  return false;
}

/**
 * Sets how many bytes of WebAssembly memory tensors may fill before new ones are placed in ordinary
 * arrays, which are slower but which the garbage collector accounts for. The default is 1 GiB, the
 * most is 4 GiB.
 *
 * @throws RangeError unless `bytes` is a number from 0.
 * @throws Error where there is no WebAssembly with SIMD.
 *
 * @example
 * import { setMemoryBudget } from '@kasane/tensor-core';
 * setMemoryBudget(512 * 2 ** 20);
 */
export function setMemoryBudget(bytes: number): void {
  requireThat(bytes >= 0, 'setMemoryBudget', 'bytes', bytes, 'at least 0');
  for (const backend of [wasm(), ...instances.values()]) {
    (backend as WasmBackend).heap.budget = Math.min(bytes, 65535 * 65536);
  }
}

export { isWasmAvailable };
