/** Runs ops as gpu.js kernels, or as plain loops on the host where there is no kernel. */
import { createArray, type DType, type TypedArray } from '../../dtype.ts';
import { DTypeError, ShapeError } from '../../errors.ts';
import type { GpuLaunch, OpDef, View } from '../../op.ts';
import { formatShape, sizeOf, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { noteFallback, runLoop, type Backend, type MemoryUse, type Storage } from '../backend.ts';
import { chain, Device, type Awaitable } from './device.ts';
import type { GpuMode, Handle } from './gpu-js.ts';
import { DeviceLostError } from './device-lost.ts';
import { kernelOf } from './kernels.ts';
import { launchAll } from './launch.ts';
import { selfTest } from './self-test.ts';
import { fromFloats, GpuStorage, Slot, type Holding } from './storage.ts';

/** Elements, and whole numbers, are counted in float32 on the device: exact below this. */
const EXACT = 2 ** 24;

// Room for the numbers that programs write into expressions, such as the 2 of x.mul(2).
const CONSTANTS = 1024;

/** What a gpu backend has done and holds, for tests and curiosity. */
export interface GpuStats {
  /** Arrays brought to the device. */
  readonly uploads: number;
  /** Arrays brought back from the device. */
  readonly readBacks: number;
  /** Kernel runs. */
  readonly launches: number;
  /** Compiled kernels in the cache. */
  readonly kernels: number;
}

/**
 * The backend that runs gpu.js kernels; made by `gpu()`.
 *
 * @example
 * import { tensor } from '@kasane/tensor-core';
 * import { gpu, type GpuBackend } from '@kasane/tensor-core/gpu';
 * const backend: GpuBackend = gpu({ mode: 'webasm' });
 * await backend.ready();
 * const before = backend.stats().readBacks;
 * tensor([1, 2], { backend }).exp().sum().toArray();
 * backend.stats().readBacks - before; // => 1
 */
export class GpuBackend implements Backend {
  readonly name: string;
  readonly synchronous: boolean;
  readonly inPlace = false;
  readonly decomposes = true;
  readonly adoptThreshold: number = Infinity; // overwrite copies nothing here
  /** Where the kernels run. */
  readonly mode: GpuMode;
  readonly #keepHostCopy: boolean;
  #device: Device;
  #ready: Awaitable<void>;
  /** The last of the jobs that wait for the device; settled ones cost nothing. */
  #last: Promise<void> = Promise.resolve();
  #constants = 0;
  #uploads = 0;
  #readBacks = 0;
  readonly #use: MemoryUse = { tensors: 0, bytes: 0 };
  readonly #finalizer = new FinalizationRegistry<Holding>((holding) => this.#forget(holding));
  /** Storages whose values come back after a loss; only with `keepHostCopy`, and constants. */
  readonly #kept = new Set<WeakRef<GpuStorage>>();

  /** Use `gpu()`. @internal */
  constructor(mode: GpuMode, keepHostCopy: boolean) {
    this.mode = mode;
    this.name = `gpu(${mode})`;
    this.#keepHostCopy = keepHostCopy;
    this.#device = new Device(mode);
    this.synchronous = this.#device.host;
    this.#ready = this.#start();
  }

  /** Resolves when the device is there and its self-test has passed; rejects if either fails. */
  async ready(): Promise<void> {
    await this.#ready;
  }

  /** What it has done so far. */
  stats(): GpuStats {
    const { launches, kernels } = this.#device;
    return { uploads: this.#uploads, readBacks: this.#readBacks, launches, kernels };
  }

  upload(values: TypedArray, dtype: DType): Storage {
    this.#checkDType('tensor', dtype);
    this.#checkSize('tensor', values.length, [values.length]);
    // What the dtype makes of the values, as numbers that float32 can hold.
    const typed = createArray(dtype, values.length);
    typed.set(values);
    if (dtype === 'int32') this.#checkExact('tensor', typed);
    const floats = Float32Array.from(typed);
    const storage = this.#make(dtype, floats.length);
    if (this.#keepHostCopy) this.#keepHost(storage, floats);
    this.#fill(storage.holding.slot, floats);
    return storage;
  }

  constant(value: number, dtype: DType): Storage | null {
    if (this.#constants === CONSTANTS) return null;
    const storage = this.upload(Float64Array.of(value), dtype) as GpuStorage; // upload made it
    this.#constants++;
    storage.watched = true;
    this.#use.tensors--;
    this.#use.bytes -= storage.holding.bytes;
    if (storage.host === null) this.#keepHost(storage, Float32Array.of(value));
    return storage;
  }

  execute<A>(
    op: OpDef<A>,
    inputs: readonly Tensor[],
    attrs: A,
    shape: Shape,
    dtype: DType,
  ): Storage {
    this.#checkDType(op.name, dtype);
    const size = sizeOf(shape);
    this.#checkSize(op.name, size, shape);
    const storage = this.#make(dtype, size);
    if (size === 0) return storage;
    try {
      this.#compute(storage, op, inputs, attrs, shape);
    } catch (error) {
      this.free(storage);
      throw error;
    }
    return storage;
  }

  overwrite(target: Storage, source: Storage): void {
    // Dispatch only hands a backend the storages it made itself.
    const to = target as GpuStorage;
    const from = source as GpuStorage;
    from.holding.slot.holders++;
    this.#drop(to.holding.slot);
    to.holding.slot = from.holding.slot;
    if (!this.#keepHostCopy || to.length === 0) return;
    void this.#readSlot(to.holding.slot).then(
      (values) => {
        if (to.references > 0) this.#keepHost(to, values);
      },
      () => {}, // whoever reads the tensor hears of it
    );
  }

  readSync(storage: Storage): TypedArray {
    // Dispatch only hands a backend the storages it made itself.
    const { holding, dtype, length } = storage as GpuStorage;
    if (length === 0) return createArray(dtype, 0);
    this.#checkLost([holding.slot]);
    this.#readBacks++;
    return this.#typed(holding.slot.handle as Float32Array, dtype); // only host modes are synchronous
  }

  async read(storage: Storage): Promise<TypedArray> {
    // Dispatch only hands a backend the storages it made itself.
    const { holding, dtype, length } = storage as GpuStorage;
    if (length === 0) return createArray(dtype, 0);
    const values = await this.#readSlot(holding.slot);
    return this.#typed(values, dtype).slice();
  }

  free(storage: Storage): void {
    if (storage.watched) this.#finalizer.unregister(storage);
    this.#forget((storage as GpuStorage).holding); // dispatch only hands over its own
  }

  watch(storage: Storage): void {
    if (storage.watched) return;
    storage.watched = true;
    this.#finalizer.register(storage, (storage as GpuStorage).holding, storage); // as above
  }

  memory(): MemoryUse {
    return { ...this.#use };
  }

  /**
   * Takes a new device after a loss and brings back what has a host copy: with `keepHostCopy` every
   * tensor that was made from values and every tensor that was assigned to, such as parameters and
   * optimizer state. Results of ops stay lost; compute them again.
   */
  async restore(): Promise<void> {
    this.#device.destroy();
    this.#device = new Device(this.mode);
    this.#last = Promise.resolve();
    this.#ready = this.#start();
    for (const kept of this.#kept) {
      const storage = kept.deref();
      if (storage === undefined) continue; // its finaliser is about to forget it
      storage.holding.slot = new Slot(this.#device);
      this.#fill(storage.holding.slot, storage.host!.slice());
    }
    await this.ready();
  }

  #start(): Awaitable<void> {
    const test = selfTest(this.#device);
    if (!(test instanceof Promise)) return test;
    // Jobs wait for it; who never asks ready() finds the error in the first tensor it reads.
    this.#last = test.catch(() => {});
    test.catch(() => {});
    return test;
  }

  /** By kernel if there is one, else by plain loop on the host. */
  #compute<A>(
    { holding: { slot }, dtype, length: size }: GpuStorage,
    op: OpDef<A>,
    inputs: readonly Tensor[],
    attrs: A,
    shape: Shape,
  ): void {
    const operands = inputs.map(slotOf);
    const device = this.#device;
    const launches = kernelOf(op)?.(inputs, attrs, { shape, dtype, size }, device.vectors) ?? null;
    if (launches !== null) {
      const list = Array.isArray(launches) ? launches : [launches as GpuLaunch];
      const sizes = inputs.map((t) => t.size);
      this.#schedule(slot, operands, (handles) =>
        launchAll(device, op.name, list, handles, sizes, size),
      );
      return;
    }
    noteFallback(this.name, op.name, dtype);
    // The tensors may be gone when the job's turn comes; their data is not.
    const specs = inputs.map((t) => ({ shape: t.shape, dtype: t.dtype, size: t.size }));
    this.#schedule(slot, operands, (handles) =>
      chain(this.#readAll(handles), (arrays) => {
        const views: View[] = specs.map((spec, i) => ({
          ...spec,
          data: fromFloats(arrays[i]!, spec.dtype),
        }));
        const out = { shape, dtype, size, data: createArray(dtype, size) };
        runLoop(this.name, op, views, attrs, out);
        if (dtype === 'int32') this.#checkExact(op.name, out.data);
        return this.#uploadNow(Float32Array.from(out.data));
      }),
    );
  }

  #make(dtype: DType, length: number): GpuStorage {
    const storage = new GpuStorage(this, dtype, length, new Slot(this.#device));
    this.#use.tensors++;
    this.#use.bytes += storage.holding.bytes;
    return storage;
  }

  #forget({ slot, bytes, kept }: Holding): void {
    if (kept !== null) this.#kept.delete(kept);
    this.#use.tensors--;
    this.#use.bytes -= bytes;
    this.#drop(slot);
  }

  /** One holder less; the last one frees the array, after the jobs that still use it. */
  #drop(slot: Slot): void {
    if (--slot.holders > 0) return;
    const { device } = slot;
    this.#enqueue(() => {
      if (slot.handle !== null && !device.isLost) device.release(slot.handle);
      slot.handle = null;
    });
  }

  #keepHost(storage: GpuStorage, values: Float32Array): void {
    storage.host = values.slice();
    if (storage.holding.kept !== null) return;
    storage.holding.kept = new WeakRef(storage);
    this.#kept.add(storage.holding.kept);
  }

  #fill(slot: Slot, values: Float32Array): void {
    if (values.length > 0) this.#schedule(slot, [], () => this.#uploadNow(values));
  }

  #uploadNow(values: Float32Array): Awaitable<Handle> {
    this.#uploads++;
    return this.#device.upload(values);
  }

  /**
   * Computes into `slot` from the arrays in `inputs`: now, or on `webgpu` when the jobs before it are
   * done. There an error is kept in the slot, to be thrown where somebody waits for the values.
   */
  #schedule(
    slot: Slot,
    inputs: readonly Slot[],
    work: (handles: readonly (Handle | null)[]) => Awaitable<Handle>,
  ): void {
    this.#enqueue(() => {
      const poisoned = inputs.find((input) => input.error !== null);
      if (poisoned !== undefined) throw poisoned.error!;
      this.#checkLost(inputs);
      return chain(work(inputs.map((input) => input.handle)), (handle) => {
        slot.handle = handle;
      });
    }, slot);
  }

  #enqueue(job: () => Awaitable<void>, slot?: Slot): void {
    if (this.mode !== 'webgpu') {
      void job();
      return;
    }
    const ready = this.#ready;
    this.#last = this.#last.then(async () => {
      try {
        await ready;
        await job();
      } catch (error) {
        if (slot !== undefined) slot.error = this.#explain(error);
      }
    });
  }

  #readAll(handles: readonly (Handle | null)[]): Awaitable<Float32Array[]> {
    const arrays = handles.map((handle) => {
      if (handle === null) return new Float32Array(0);
      this.#readBacks++;
      return this.#device.read(handle);
    });
    return arrays.some((array) => array instanceof Promise)
      ? Promise.all(arrays)
      : (arrays as Float32Array[]); // none is a promise
  }

  #readSlot(slot: Slot): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      this.#enqueue(() => {
        if (slot.error !== null) return reject(slot.error);
        try {
          this.#checkLost([slot]);
          this.#readBacks++;
          // Not awaited: the copy is ordered after the jobs before it, and later ones need not wait.
          Promise.resolve(this.#device.read(slot.handle!)).then(
            (values) => (this.#device.isLost ? reject(this.#lost()) : resolve(values)),
            (error: unknown) => reject(this.#explain(error)),
          );
        } catch (error) {
          reject(this.#explain(error));
        }
      });
    });
  }

  #typed(values: Float32Array, dtype: DType): TypedArray {
    if (dtype === 'int32') this.#checkExact('data', values);
    return fromFloats(values, dtype);
  }

  #explain(error: unknown): Error {
    if (this.#device.isLost) return this.#lost();
    return error as Error; // gpu.js and we throw nothing else
  }

  #lost(): DeviceLostError {
    return new DeviceLostError(
      `${this.name}: the device was lost, and what it held with it. Call await backend.restore() and ${
        this.#keepHostCopy ? 'go on from the last step' : 'load the parameters again'
      }.`,
    );
  }

  #checkLost(used: readonly Slot[]): void {
    const gone = this.#device.isLost || used.some(({ device }) => device !== this.#device);
    if (gone) throw this.#lost();
  }

  #checkDType(op: string, dtype: DType): void {
    if (dtype !== 'float64') return;
    throw new DTypeError(
      `${op}: ${this.name} has no float64. Use float32, or compute on wasm() or reference().`,
    );
  }

  #checkSize(op: string, size: number, shape: Shape): void {
    const limit = Math.min(EXACT, this.#device.maxTextureElements);
    if (size <= limit) return;
    throw new ShapeError(
      `${op}: a tensor on ${this.name} holds at most ${limit} elements, ${formatShape(shape)} has ${size}. Split it.`,
    );
  }

  #checkExact(op: string, values: TypedArray): void {
    const value = values.find((v) => !(Math.abs(v) < EXACT));
    if (value === undefined) return;
    throw new DTypeError(
      `${op}: int32 on ${this.name} is exact below ${EXACT} only, got ${value}. Compute such numbers on wasm() or reference().`,
    );
  }
}

function slotOf(tensor: Tensor): Slot {
  return (tensor.storage as GpuStorage).holding.slot; // dispatch only hands over its own
}
