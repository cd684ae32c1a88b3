/** One gpu.js instance: builds, caches and runs kernels, and holds the arrays they make. */
import type { GpuLaunch } from '../../op.ts';
import type { Batches } from './batches.ts';
import {
  gpuJs,
  type Argument,
  type Context,
  type DeviceArray,
  type Gpu,
  type GpuMode,
  type Handle,
  type JsKernel,
} from './gpu-js.ts';
import { Gatherer } from './gatherer.ts';
import { helpersOf } from './helpers.ts';
import { Part, shifted, type Whole } from './part.ts';
import { requireAllowed } from './policy.ts';
import { certain, GlProof, WebGpuProof, type Proof } from './proof.ts';

/** A value now, or from a device that answers later. */
export type Awaitable<T> = T | Promise<T>;

/** Calls `next` with the value: at once if it is there. */
export function chain<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

// Compiled kernels hold their program and, on a device, their last result.
const CACHED_KERNELS = 1024;

interface Cached {
  readonly kernel: JsKernel;
  /** Arrays it made that are still held: gpu.js frees those with the kernel. */
  live: number;
  /** True if it will not run again, and goes with the last of them. */
  isRetired: boolean;
}

/** An array as an argument. */
export interface DeviceOperand {
  readonly handle: Handle;
  readonly size: number;
  readonly vector: boolean;
}

// WebGL's names for the state of a fence.
const SYNC_GPU_COMMANDS_COMPLETE = 0x9117;
const SYNC_FLUSH_COMMANDS = 1;
const TIMEOUT_EXPIRED = 0x911b;

const copy: GpuLaunch = { source: 'function (uploaded) { return uploaded[this.thread.x]; }' };
const common = { precision: 'single', pipeline: true, immutable: true } as const;

/** The modes of this machine, the fastest first, but `webgpu`, which may yet lack an adapter. */
export function modesHere(): GpuMode[] {
  const { isWebGL2Supported, isHeadlessGLSupported } = gpuJs();
  const { navigator } = globalThis as { navigator?: { gpu?: unknown } }; // Node has none, or no gpu
  return [
    ...(isWebGL2Supported ? (['webgl2'] as const) : []),
    ...(isHeadlessGLSupported ? (['headlessgl'] as const) : []),
    'webasm',
    'cpu',
    ...(navigator?.gpu === undefined ? [] : (['webgpu'] as const)),
  ];
}

export class Device {
  readonly mode: GpuMode;
  /** True where arrays are ordinary ones in this process's memory. */
  readonly host: boolean;
  /** True where one launch may hand vectors to the next. */
  readonly vectors: boolean;
  /** How often kernels ran. */
  launches = 0;
  /** Kernels that were built so far. */
  built = 0;
  readonly #gpu: Gpu;
  readonly #kernels = new Map<string, Cached>();
  /** True once it is known to be gone, which a context says late. */
  #gone = false;
  #proof: Proof | null = null;
  #asked: Promise<void> | null = null;
  #found: Context | undefined;
  /** Batches that were refused in part: what was held since before may be bad. */
  failures = 0;
  #maxTextureElements: number | undefined;
  #gatherer: Gatherer | null = null;
  readonly #makers = new WeakMap<DeviceArray, Cached>();

  constructor(mode: GpuMode) {
    const modes = modesHere();
    if (!modes.includes(mode)) {
      throw new Error(`gpu: there is no ${mode} here. There is ${modes.join(', ')}.`);
    }
    requireAllowed(mode);
    this.mode = mode;
    this.host = mode === 'cpu' || mode === 'webasm';
    this.vectors = mode === 'webgl2' || mode === 'headlessgl';
    this.#gpu = new (gpuJs())({ mode });
  }

  /** All kernels of an instance share it; there is none before the first has run. */
  get #context(): Context | undefined {
    if (this.#found === undefined) {
      for (const { kernel } of this.#kernels.values()) this.#found ??= kernel.context;
    }
    return this.#found;
  }

  /** Compiled kernels in the cache. */
  get kernels(): number {
    return this.#kernels.size;
  }

  /** True once the browser has taken the device away: nothing on it can be used or read again. */
  get isLost(): boolean {
    if (this.#gone) return true;
    const context = this.#context;
    return context?.isLost === true || context?.isContextLost?.() === true;
  }

  /** The batches in which arrays are made. */
  get batches(): Batches {
    return this.#prover.batches;
  }

  get #prover(): Proof {
    if (this.#proof !== null) return this.#proof;
    if (this.host) return (this.#proof = certain);
    if (this.mode !== 'webgpu') {
      // WebGL answers at once.
      const upload = (values: Float32Array): DeviceArray => this.upload(values) as DeviceArray;
      return (this.#proof = new GlProof(() => this.#context, upload));
    }
    const device = this.#context?.device;
    return device === undefined ? certain : (this.#proof = WebGpuProof.of(device)); // nothing is made yet
  }

  /** Asks how the batch of what was made until now went, and ends it. Throws if the device is gone. */
  ask(): Awaitable<void> {
    const { batches } = this;
    try {
      return chain(this.#prover.ask(), () => {
        if (this.failures === batches.failures) return;
        this.failures = batches.failures;
        this.#retireKernels();
      });
    } catch (error) {
      this.#gone = true;
      throw error;
    }
  }

  /** Asks once for all who want to know before others have their turn. */
  proven(): Promise<void> {
    return (this.#asked ??= Promise.resolve().then(() => {
      this.#asked = null;
      return this.ask();
    }));
  }

  /** True if the device is gone, also if it does not say so yet. */
  isDead(): boolean {
    return this.isLost || (this.#gone = this.#prover.isDead());
  }

  /** The most elements one array may have, or Infinity where only memory sets a limit. */
  get maxTextureElements(): number {
    const context = this.#context;
    if (context?.getParameter === undefined) return Infinity;
    return (this.#maxTextureElements ??= context.getParameter(context.MAX_TEXTURE_SIZE!) ** 2);
  }

  /** Takes over `values`, which the caller does not touch again. */
  upload(values: Float32Array): Awaitable<Handle> {
    if (this.host) return values;
    // Compiled for each length: gpu.js mixes lengths up where one kernel serves several.
    const operand = { handle: values, size: values.length, vector: false };
    return this.#call(copy, values.length, [operand], 'Array');
  }

  /** Launches what `work` launches, on WebGPU all of it together. */
  gathered<T>(work: () => Awaitable<T>): Awaitable<T> {
    const queue = this.#context?.device?.queue;
    if (queue === undefined || this.#gatherer !== null) return work();
    const gatherer = new Gatherer(queue);
    this.#gatherer = gatherer;
    return Promise.resolve()
      .then(work)
      .finally(() => {
        this.#gatherer = null;
        gatherer.flush();
      });
  }

  /** Resolves when the device has done what it was given. */
  async finished(): Promise<void> {
    const context = this.#context;
    if (context?.device !== undefined) return context.device.queue.onSubmittedWorkDone();
    const fence = context?.fenceSync?.(SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (fence === undefined) return;
    for (let flags = SYNC_FLUSH_COMMANDS; !this.isLost; flags = 0) {
      if (context!.clientWaitSync!(fence, flags, 0) !== TIMEOUT_EXPIRED) break;
      await new Promise((resume) => setTimeout(resume, 1));
    }
    context!.deleteSync!(fence);
  }

  /** Runs one launch in `size` threads. */
  run(launch: GpuLaunch, size: number, operands: readonly DeviceOperand[]): Awaitable<Handle> {
    this.launches++;
    return this.#call(launch, size, operands);
  }

  #call(
    launch: GpuLaunch,
    size: number,
    operands: readonly DeviceOperand[],
    argumentType?: string,
  ): Awaitable<Handle> {
    const [whole, arrays] = wholes(launch, operands);
    const entry = this.#kernelFor(whole, size, arrays, argumentType);
    entry.live++;
    const { scalars = [] } = launch;
    this.#gatherer?.starts(entry.kernel, argumentType === undefined ? scalars : null, size);
    const args: Argument[] = [...arrays.map(({ handle }) => handle), ...scalars];
    const call = (): Awaitable<Handle> => entry.kernel(...args);
    return chain(this.#gatherer?.keeps(call) ?? call(), (result) => {
      if (result instanceof Float32Array) entry.live--;
      else this.#makers.set(result, entry);
      return result;
    });
  }

  /** What is in an array one after the other, as arrays of these lengths; it goes with the last of them. */
  parts(handle: Handle, lengths: readonly number[]): Handle[] {
    if (lengths.length === 1) return [handle];
    let end = 0;
    const starts = lengths.map((length) => (end += length) - length);
    if (handle instanceof Float32Array) {
      return starts.map((start, i) => handle.subarray(start, start + lengths[i]!));
    }
    const whole: Whole = { array: handle, size: end, parts: 0 };
    const read = (part: Part): Awaitable<Float32Array> => {
      const operand = { handle: part, size: part.size, vector: false };
      return chain(this.run(copy, part.size, [operand]), (alone) =>
        chain(this.read(alone), (values) => {
          this.release(alone);
          return values;
        }),
      );
    };
    return starts.map((start, i) => {
      return new Part(whole, start, lengths[i]!, read, (array) => this.release(array));
    });
  }

  /** The values of an array; they are what was made only if `ask` or `proven` says so after it. */
  read(handle: Handle): Awaitable<Float32Array> {
    this.#gatherer?.flush();
    return handle instanceof Float32Array ? handle : handle.toArray();
  }

  release(handle: Handle): void {
    if (handle instanceof Float32Array) return;
    if (this.#gatherer === null) handle.delete();
    else this.#gatherer.releases(() => handle.delete());
    const maker = this.#makers.get(handle);
    if (maker !== undefined && --maker.live === 0 && maker.isRetired) maker.kernel.destroy();
  }

  /** Frees what kernels hold, and the context, of which a page may have 16. */
  async destroy(): Promise<void> {
    const extension = this.#context?.getExtension?.('WEBGL_lose_context');
    this.#gone = true;
    try {
      await this.#gpu.destroy();
    } finally {
      extension?.loseContext(); // gpu.js does so unless a kernel of its fails to go
    }
  }

  #kernelFor(
    launch: GpuLaunch,
    size: number,
    operands: readonly DeviceOperand[],
    argumentType: string | undefined,
  ): Cached {
    const { source, constants = {}, scalars = [] } = launch;
    const sizes = operands.map((operand) => operand.size);
    const key = `${size} ${sizes.join()} ${scalars.length} ${JSON.stringify(constants)} ${source}`;
    let entry = this.#kernels.get(key);
    if (entry === undefined) {
      this.built++;
      if (this.#kernels.size >= CACHED_KERNELS) this.#evict();
      const kernel = this.#gpu.createKernel(source, {
        ...common,
        output: [size],
        constants,
        functions: helpersOf(source),
        argumentTypes: [
          ...operands.map(({ vector }) => argumentType ?? this.#argumentType(vector)),
          ...scalars.map(() => 'Float'),
        ],
        // Loops whose bounds are not constants stop after a thousand rounds otherwise.
        loopMaxIterations: 2 ** 24,
      });
      entry = { kernel, live: 0, isRetired: false };
    } else {
      this.#kernels.delete(key); // and back in at the end: the first of the map is the oldest
    }
    this.#kernels.set(key, entry);
    return entry;
  }

  /** What gpu.js calls an array that is already where its kernels run. */
  #argumentType(vector: boolean): string {
    if (this.host) return 'Array';
    return this.mode === 'webgpu' ? 'WebGPUBuffer' : `ArrayTexture(${vector ? 4 : 1})`;
  }

  /** Kernels fill again what they alone hold, be it an array that was refused: new ones take the place of all. */
  #retireKernels(): void {
    for (const entry of this.#kernels.values()) {
      entry.isRetired = true;
      if (entry.live === 0) entry.kernel.destroy();
    }
    this.#kernels.clear();
  }

  #evict(): void {
    for (const [key, { kernel, live }] of this.#kernels) {
      if (live > 0) continue;
      this.#kernels.delete(key);
      kernel.destroy();
      return;
    }
  }
}

/** A launch that reads parts of arrays, as one that reads the arrays. */
function wholes(
  launch: GpuLaunch,
  operands: readonly DeviceOperand[],
): readonly [GpuLaunch, readonly DeviceOperand[]] {
  if (!operands.some(({ handle }) => handle instanceof Part)) return [launch, operands];
  const offsets = operands.map(({ handle }) => (handle instanceof Part ? handle.offset : 0));
  const arrays = operands.map((operand) => {
    const { handle } = operand;
    if (!(handle instanceof Part)) return operand;
    return { ...operand, handle: handle.whole.array, size: handle.whole.size };
  });
  return [{ ...launch, source: shifted(launch.source, offsets) }, arrays];
}
