/**
 * The one door to gpu.js: what Kasane uses of it, typed here because its own declarations lag behind
 * its code. Version 3 will make every kernel call return a promise; that ends in this folder.
 */

/** Where gpu.js runs kernels. */
export type GpuMode = 'webgpu' | 'webgl2' | 'headlessgl' | 'webasm' | 'cpu';

/** A texture or buffer that holds a result on the device. */
export interface DeviceArray {
  toArray(): Float32Array | Promise<Float32Array>;
  delete(): void;
}

/** A result: host modes answer with the values themselves. */
export type Handle = Float32Array | DeviceArray;

/** What a kernel may be given. */
export type Argument = Handle | number;

/** A compiled kernel; its first call builds it. */
export interface JsKernel {
  (...args: Argument[]): Handle | Promise<Handle>;
  destroy(): void;
  /** Absent before the first call. */
  readonly context?: Context;
}

/** The WebGL context, or gpu.js's record of the WebGPU device. */
export interface Context {
  readonly isLost?: boolean;
  readonly device?: ScopedDevice;
  isContextLost?(): boolean;
  getParameter?(name: number): number;
  getError?(): number;
  getExtension?(name: 'WEBGL_lose_context'): { loseContext(): void } | null;
  readonly MAX_TEXTURE_SIZE?: number;
  // Of WebGL 2.
  fenceSync?(condition: number, flags: 0): object;
  clientWaitSync?(fence: object, flags: number, timeout: 0): number;
  deleteSync?(fence: object): void;
}

/** What is used of the queue of a WebGPU device. */
export interface GpuQueue {
  submit(commands: readonly unknown[]): void;
  onSubmittedWorkDone(): Promise<void>;
}

/** What is used of a WebGPU device. */
export interface ScopedDevice {
  readonly queue: GpuQueue;
  pushErrorScope(filter: 'out-of-memory' | 'validation' | 'internal'): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
}

export interface KernelSettings {
  readonly output: readonly number[];
  readonly precision: 'single';
  readonly pipeline: true;
  readonly immutable: true;
  readonly constants?: Readonly<Record<string, number>>;
  readonly functions?: readonly { readonly source: string; readonly settings: object }[];
  readonly argumentTypes?: readonly string[];
  readonly loopMaxIterations?: number;
}

export interface Gpu {
  createKernel(source: string, settings: KernelSettings): JsKernel;
  destroy(): Promise<void> | void;
}

interface GpuConstructor {
  new (settings: { mode: GpuMode }): Gpu;
  readonly isWebGL2Supported: boolean;
  readonly isHeadlessGLSupported: boolean;
}

const library = await load();

/** gpu.js, or the error that says how to get it. */
export function gpuJs(): GpuConstructor {
  if (library instanceof Error) throw library;
  return library;
}

async function load(): Promise<GpuConstructor | Error> {
  try {
    // CommonJS: loaders disagree on which of its names they make out.
    const module: unknown = await import('gpu.js');
    const { GPU, default: main } = module as Record<string, GpuConstructor & Record<'GPU', never>>;
    return GPU ?? main?.GPU ?? main!;
  } catch (cause) {
    return new Error(
      'gpu: needs the package gpu.js; install it with `npm install gpu.js@2.24.1`.',
      {
        cause,
      },
    );
  }
}
