/** Runs ops as gpu.js kernels, or as plain loops on the host where there is no kernel. */
import type { FixedArgument } from '../../compile/fixed.ts';
import type { Plan } from '../../compile/plan.ts';
import type { Trace } from '../../compile/trace.ts';
import { createArray, type DType, type TypedArray } from '../../dtype.ts';
import type { GpuOperand, OpDef } from '../../op.ts';
import { full, type FullAttrs } from '../../ops/full.ts';
import { optionsOf } from '../../options.ts';
import { refusePromise } from '../../scope.ts';
import { sizeOf, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { tracer } from '../../tracing.ts';
import type { Backend, Finished, MemoryUse, Storage } from '../backend.ts';
import { Device, type Awaitable } from './device.ts';
import type { GpuMode } from './gpu-js.ts';
import { anotherDevice } from './another-device.ts';
import { lostError } from './device-lost.ts';
import { HostCopies } from './host-copies.ts';
import { hostLoop } from './host-loop.ts';
import { Jobs } from './jobs.ts';
import { launchesFor } from './kernels.ts';
import { launchAll } from './launch.ts';
import { GpuPlan } from './plan/plan.ts';
import { checkDType, checkExact, checkSize } from './limits.ts';
import { Postponed } from './postponed.ts';
import type { PrepareOptions } from './preparation.ts';
import { refused } from './refused.ts';
import { selfTest } from './self-test.ts';
import type { GpuStats } from './stats.ts';
import { fromFloats, GpuStorage, Slot, slotOf, type Holding } from './storage.ts';

// Room for the numbers that programs write into expressions, such as the 2 of x.mul(2).
const CONSTANTS = 1024;

/**
 * The backend that runs gpu.js kernels; made by `gpu()`.
 *
 * @throws {@link DTypeError} for float64, and for int32 values from 2^24 on.
 * @throws {@link ShapeError} for more elements than the device can count, 2^24 at most.
 * @throws {@link DeviceLostError} by rejecting, if the device is gone.
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
  readonly launches = true;
  readonly adoptThreshold: number = Infinity; // overwrite copies nothing here
  /** Where the kernels run. */
  readonly mode: GpuMode;
  readonly keepsCopies: boolean;
  #ready!: Awaitable<void>; // #start sets it
  #jobs: Jobs;
  #restoring: Promise<void> | null = null;
  #destroyed = false;
  /** What storages hold, so that an error can name the largest and `destroy` frees all. */
  readonly #holdings = new Set<Holding>();
  #constants = 0;
  readonly #use: MemoryUse = { tensors: 0, bytes: 0 };
  readonly #finalizer = new FinalizationRegistry<Holding>((holding) => this.#forget(holding));
  /** What comes back after a loss; only with `keepHostCopy`, and constants. */
  readonly #copies = new HostCopies();
  readonly #postponed: Postponed = new Postponed(this);

  /** Use `gpu()`. @internal */
  constructor(mode: GpuMode, keepHostCopy: boolean) {
    this.mode = mode;
    this.name = `gpu(${mode})`;
    this.keepsCopies = keepHostCopy;
    this.#jobs = this.#start();
    this.synchronous = this.#device.host;
  }

  get #device(): Device {
    return this.#jobs.device;
  }

  /** Resolves when the device is there and its self-test has passed; rejects if either fails. */
  async ready(): Promise<void> {
    await this.#ready;
  }

  /** What it has done so far. */
  stats(): GpuStats {
    const { device, uploads, readBacks } = this.#jobs;
    const { launches, kernels } = device;
    return { uploads, readBacks, launches, kernels };
  }

  upload(values: TypedArray, dtype: DType): Storage {
    return this.#upload(values, dtype, (storage, fill) => this.#soon(storage, [], fill));
  }

  #upload(
    values: TypedArray,
    dtype: DType,
    soon: (storage: GpuStorage, fill: () => void) => void,
  ): GpuStorage {
    checkDType(this.name, 'tensor', dtype);
    const { length } = values;
    checkSize(this.name, 'tensor', length, [length], this.#device.maxTextureElements);
    // What the dtype makes of the values, as numbers that float32 can hold.
    const typed = createArray(dtype, values.length);
    typed.set(values);
    if (dtype === 'int32') checkExact(this.name, 'tensor', typed);
    const floats = Float32Array.from(typed);
    const storage = this.#make(dtype, floats.length);
    const { slot } = storage.holding;
    if (this.keepsCopies) this.#copies.keep(storage, floats, slot);
    soon(storage, () => this.#fill(slot, floats));
    return storage;
  }

  constant(value: number, dtype: DType): Storage | null {
    if (this.#constants === CONSTANTS) return null;
    const storage = this.#upload(Float64Array.of(value), dtype, (_, fill) => fill());
    this.#constants++;
    storage.watched = true;
    this.#use.tensors--;
    this.#use.bytes -= storage.holding.bytes;
    if (storage.host === null)
      this.#copies.keep(storage, Float32Array.of(value), storage.holding.slot);
    return storage;
  }

  execute<A>(
    op: OpDef<A>,
    inputs: readonly Tensor[],
    attrs: A,
    shape: Shape,
    dtype: DType,
  ): Storage {
    checkDType(this.name, op.name, dtype);
    const size = sizeOf(shape);
    checkSize(this.name, op.name, size, shape, this.#device.maxTextureElements);
    const storage = this.#make(dtype, size);
    const { slot } = storage.holding;
    try {
      // Zeros are brought there when they have to be, which takes no kernel that is not there already.
      const operands = inputs.map(slotOf);
      const isZero = op === (full as unknown) && (attrs as FullAttrs).value === 0;
      this.#soon(storage, operands, (isLate) => {
        if (size === 0) return;
        if (isLate && isZero) this.#fill(slot, new Float32Array(size));
        else this.#compute(slot, operands, op, inputs, attrs, { shape, dtype, size });
      });
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
    this.#jobs.drop(to.holding.slot);
    to.holding.slot = from.holding.slot;
  }

  successor(storage: Storage, before: Storage): Storage {
    if (!this.keepsCopies) return storage;
    const { holding, dtype, length } = storage as GpuStorage; // as above
    holding.slot.holders++;
    const own = this.storageFor(holding.slot, dtype, length);
    own.references = 0;
    if (before.backend === this) this.#copies.inherit(own, before as GpuStorage); // as it made it
    return own;
  }

  readSync(storage: Storage): TypedArray {
    // Dispatch only hands a backend the storages it made itself.
    const { holding, dtype, length } = storage as GpuStorage;
    if (length === 0) return createArray(dtype, 0);
    this.#postponed.need([holding.slot]);
    return this.#typed(this.#jobs.readSync(holding.slot), dtype);
  }

  async read(storage: Storage): Promise<TypedArray> {
    // Dispatch only hands a backend the storages it made itself.
    const { holding, dtype, length } = storage as GpuStorage;
    if (length === 0) return createArray(dtype, 0);
    this.#postponed.need([holding.slot]);
    const values = await this.#jobs.read(holding.slot);
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
   * tensor that was made from values, every parameter, and every tensor that was assigned to, such as
   * optimizer state. Results of ops stay lost; compute them again. Rejects with DeviceLostError if there is no new device.
   */
  restore(): Promise<void> {
    return (this.#restoring ??= this.#restore().finally(() => {
      this.#restoring = null;
    }));
  }

  /**
   * Gives the device back: of WebGL contexts a page may have 16. What tensors hold there is gone, as after a loss, and
   * `gpu()` makes another backend.
   */
  async destroy(): Promise<void> {
    this.#destroyed = true;
    const device = this.#device;
    if (!device.isLost) {
      // WebGL's go with the context, but the page goes on with the device of WebGPU.
      const slots = new Set([...this.#holdings].map(({ slot }) => slot));
      for (const { handle } of slots) if (handle !== null) device.release(handle);
    }
    await device.destroy();
  }

  /** True once `destroy` was called, until `restore`. */
  get isDestroyed(): boolean {
    return this.#destroyed;
  }

  kept(): Promise<void> {
    return this.#copies.kept();
  }

  lasts(storage: Storage): void {
    const own = storage as GpuStorage; // dispatch only hands over its own
    const { slot } = own.holding;
    if (!this.keepsCopies || own.length === 0 || own.hostOf === slot) return;
    if (!this.#postponed.isLasting(own)) this.#copies.expect(own, this.#jobs.read(slot), slot);
  }

  async #restore(): Promise<void> {
    await this.#device.destroy().catch(() => {}); // what is gone has nothing to free
    const device = await anotherDevice(this.name, this.mode);
    this.#destroyed = false;
    this.#copies.failed = null;
    this.#ready = undefined;
    this.#jobs = this.#jobsOf(device);
    for (const storage of this.#copies.storages()) this.#refill(storage);
  }

  /**
   * Runs `work`, such as a step of training, and resolves with what it gave when the device has done it. Where kernels run
   * on a device, they are built between turns of the event loop, so that a page stays alive and can show how far it is: the
   * first call of a compiled function builds the kernels of its plan, any other function a kernel for each of its ops.
   * Throws ScopeError if `work` returns a promise, and DeviceLostError if the device is gone.
   */
  async prepare<T>(work: () => T, options: PrepareOptions = {}): Promise<T> {
    const { onProgress } = optionsOf('prepare', options, ['onProgress']);
    await this.ready();
    return this.#jobs.prepare(() => refusePromise('prepare', work()), onProgress);
  }

  /**
   * Waits until the device has done all but what was asked of it since the last `most` calls of this, and that: for a loop
   * of steps that reads nothing, which would run ahead of the device without end. `fit` reads every loss, which does the same.
   * Throws DeviceLostError if the device is gone, RangeError unless `most` is a number from 0.
   */
  async keepUp(most: number = 2): Promise<void> {
    if (!(most >= 0)) throw new RangeError(`keepUp: most must be a number from 0, got ${most}.`);
    await this.#jobs.keepUp(most);
  }

  /** @internal */
  plan(trace: Trace, fixed: readonly FixedArgument[]): Plan {
    return new GpuPlan(this, trace, fixed);
  }

  /** Where plans compute; another one after a loss. @internal */
  get jobs(): Jobs {
    return this.#jobs;
  }

  /** Takes a device and tests it. */
  #start(): Jobs {
    const device = new Device(this.mode);
    const test = selfTest(device);
    if (test instanceof Promise) test.catch(() => {}); // who waits for it hears of it
    this.#ready = test;
    return this.#jobsOf(device);
  }

  #jobsOf(device: Device): Jobs {
    return new Jobs(device, this.#ready, {
      lost: () => lostError(this.name, this.#destroyed, this.keepsCopies),
      refused: (failure) => {
        this.#mend();
        return refused(this.name, failure, this.#use, this.#holdings);
      },
    });
  }

  /** By kernel if there is one, else by plain loop on the host. */
  #compute<A>(
    slot: Slot,
    operands: readonly Slot[],
    op: OpDef<A>,
    inputs: readonly GpuOperand[],
    attrs: A,
    output: GpuOperand,
  ): void {
    const device = this.#device;
    const launches = launchesFor(op, inputs, attrs, output, device.vectors);
    const sizes = inputs.map((t) => t.size);
    this.#jobs.schedule(
      slot,
      operands,
      launches === null
        ? hostLoop(this, op, inputs, attrs, output)
        : (handles) => launchAll(device, op.name, launches, handles, sizes, output.size),
    );
  }

  /** Fills the storage by `act`: now, or when the function is over that is being traced. */
  #soon(storage: GpuStorage, operands: readonly Slot[], act: (isLate: boolean) => void): void {
    if (tracer?.waits(this) === true) {
      this.#jobs.requireDevice();
      this.#postponed.add(storage, operands, () => act(true));
      return;
    }
    this.#postponed.need(operands);
    act(false);
  }

  settle(finished: Finished | null, plan: Plan | null): void {
    this.#postponed.settle(finished, plan);
  }

  /** Storage for what the slot will hold. @internal */
  storageFor(slot: Slot, dtype: DType, length: number): GpuStorage {
    const storage = new GpuStorage(this, dtype, length, slot);
    this.#use.tensors++;
    this.#use.bytes += storage.holding.bytes;
    this.#holdings.add(storage.holding);
    return storage;
  }

  #make(dtype: DType, length: number): GpuStorage {
    return this.storageFor(new Slot(this.#device, length), dtype, length);
  }

  #forget(holding: Holding): void {
    this.#copies.forget(holding);
    this.#holdings.delete(holding);
    this.#use.tensors--;
    this.#use.bytes -= holding.bytes;
    this.#jobs.drop(holding.slot);
  }

  #fill(slot: Slot, values: Float32Array): void {
    if (values.length > 0) this.#jobs.schedule(slot, [], () => this.#jobs.upload(values));
  }

  #typed(values: Float32Array, dtype: DType): TypedArray {
    if (dtype === 'int32') checkExact(this.name, 'data', values);
    return fromFloats(values, dtype);
  }

  /** Brings the host copy of a storage to the device. */
  #refill(storage: GpuStorage): void {
    const { holding } = storage;
    storage.hostOf = holding.slot = new Slot(this.#device, holding.length);
    this.#fill(holding.slot, storage.host!.slice());
  }

  /** Brings back what was refused and is known on the host, as constants are, which others go on to use. */
  #mend(): void {
    for (const storage of this.#copies.storages()) {
      const { slot } = storage.holding;
      if (storage.hostOf !== slot || !this.#jobs.isRefused(slot)) continue;
      this.#refill(storage);
      this.#jobs.drop(slot);
    }
  }
}
