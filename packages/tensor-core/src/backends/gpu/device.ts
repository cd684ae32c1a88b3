/** One gpu.js instance: builds, caches and runs kernels, and holds the arrays they make. */
import type { GpuLaunch } from '../../op.ts';
import {
  gpuJs,
  type Argument,
  type DeviceArray,
  type Gpu,
  type GpuMode,
  type Handle,
  type JsKernel,
} from './gpu-js.ts';
import { helpersOf } from './helpers.ts';

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
}

/** An array as an argument. */
export interface DeviceOperand {
  readonly handle: Handle;
  readonly size: number;
  readonly vector: boolean;
}

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
  readonly #gpu: Gpu;
  readonly #kernels = new Map<string, Cached>();
  #destroyed = false;
  #maxTextureElements: number | undefined;
  readonly #makers = new WeakMap<DeviceArray, Cached>();

  constructor(mode: GpuMode) {
    const modes = modesHere();
    if (!modes.includes(mode)) {
      throw new Error(`gpu: there is no ${mode} here. There is ${modes.join(', ')}.`);
    }
    this.mode = mode;
    this.host = mode === 'cpu' || mode === 'webasm';
    this.vectors = mode === 'webgl2' || mode === 'headlessgl';
    this.#gpu = new (gpuJs())({ mode });
  }

  /** All kernels of an instance share it; there is none before the first has run. */
  get #context(): JsKernel['context'] {
    for (const { kernel } of this.#kernels.values()) return kernel.context;
    return undefined;
  }

  /** Compiled kernels in the cache. */
  get kernels(): number {
    return this.#kernels.size;
  }

  /** True once the browser has taken the device away: nothing on it can be used or read again. */
  get isLost(): boolean {
    if (this.#destroyed) return true;
    const context = this.#context;
    return context?.isLost === true || context?.isContextLost?.() === true;
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
    const entry = this.#kernelFor(launch, size, operands, argumentType);
    entry.live++;
    const args: Argument[] = [...operands.map(({ handle }) => handle), ...(launch.scalars ?? [])];
    return chain(entry.kernel(...args), (result) => {
      if (result instanceof Float32Array) entry.live--;
      else this.#makers.set(result, entry);
      return result;
    });
  }

  read(handle: Handle): Awaitable<Float32Array> {
    return handle instanceof Float32Array ? handle : handle.toArray();
  }

  release(handle: Handle): void {
    if (handle instanceof Float32Array) return;
    handle.delete();
    const maker = this.#makers.get(handle);
    if (maker !== undefined) maker.live--;
  }

  destroy(): void {
    this.#destroyed = true;
    void this.#gpu.destroy();
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
      entry = { kernel, live: 0 };
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

  #evict(): void {
    for (const [key, { kernel, live }] of this.#kernels) {
      if (live > 0) continue;
      this.#kernels.delete(key);
      kernel.destroy();
      return;
    }
  }
}
