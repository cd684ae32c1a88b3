/** The entry `@kasane/tensor-core/gpu`: apart from the main one, so that only its users load gpu.js. */
import { optionsOf } from './options.ts';
import { GpuBackend } from './backends/gpu/backend.ts';
import { modesHere } from './backends/gpu/device.ts';
import type { GpuMode } from './backends/gpu/gpu-js.ts';
import { reportGpu } from './memory.ts';

export type { GpuBackend } from './backends/gpu/backend.ts';
export type { GpuStats } from './backends/gpu/stats.ts';
export type { PreparationProgress, PrepareOptions } from './backends/gpu/preparation.ts';
export { DeviceLostError } from './backends/gpu/device-lost.ts';
export type { GpuMode } from './backends/gpu/gpu-js.ts';

/** Options of `gpu()`. */
export interface GpuOptions {
  /**
   * Where kernels run. `'auto'`, the default, takes the first that works of `webgl2`, `headlessgl`
   * and `webasm`. `webgpu` has to be asked for: whether it is there is known only after waiting.
   */
  readonly mode?: GpuMode | 'auto';
  /**
   * Keep the latest values of tensors that were made from values or assigned to, so that `restore()`
   * brings back a model after a lost device. Reads every parameter back at every step. Default false.
   */
  readonly keepHostCopy?: boolean;
}

const backends = new Map<string, GpuBackend>();

reportGpu(() => {
  if (backends.size === 0) return undefined;
  const total = { tensors: 0, bytes: 0 };
  for (const each of new Set(backends.values())) {
    const { tensors, bytes } = each.memory();
    total.tensors += tensors;
    total.bytes += bytes;
  }
  return total;
});

/**
 * The backend that runs ops as gpu.js kernels. Results stay on the device until `await t.data()`.
 * Needs the package gpu.js. One call, one backend: calls with the same options give the same.
 *
 * @throws Error if gpu.js is not installed, if there is no such mode here, if a page's policy forbids what it needs, and, of
 * modes that answer at once, if the self-test fails; the others reject `ready()` then.
 *
 * @example
 * import { tensor } from '@kasane/tensor-core';
 * import { gpu } from '@kasane/tensor-core/gpu';
 * const backend = gpu({ mode: 'webasm' });
 * const x = tensor([[1, 2], [3, 4]], { backend });
 * await x.matmul(x).data(); // => [7,10,15,22]
 */
export function gpu(options?: GpuOptions): GpuBackend {
  const names = ['mode', 'keepHostCopy'] as const;
  const { mode = 'auto', keepHostCopy = false } = optionsOf('gpu', options, names);
  const key = `${mode} ${keepHostCopy}`;
  let backend = backends.get(key);
  if (backend === undefined || backend.isDestroyed) {
    backend = mode === 'auto' ? firstWorking(keepHostCopy) : new GpuBackend(mode, keepHostCopy);
    backends.set(key, backend);
  }
  return backend;
}

/** gpu.js itself would never fail here, but also not say what it fell back to. */
function firstWorking(keepHostCopy: boolean): GpuBackend {
  for (const mode of modesHere()) {
    try {
      return gpu({ mode, keepHostCopy });
    } catch {
      // It is here, but fails its self-test; the next one may not.
    }
  }
  throw new Error('gpu: no mode works here. Use wasm().');
}
