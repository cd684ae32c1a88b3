import type { GpuMode } from '@kasane/tensor-core/gpu';
import { UsageError } from './usage-error.ts';

/** Where `--backend gpu` can run, as `--mode` names it; the first is the default. */
export const modes: readonly [GpuMode | 'auto', ...(GpuMode | 'auto')[]] = [
  'auto',
  'webasm',
  'cpu',
  'webgl2',
  'headlessgl',
  'webgpu',
];

/** What `--mode` takes. */
export type Mode = GpuMode | 'auto';

/** The names `--backend` knows, and what each switches to; the first is the default. Tensors are loaded by who asks for them. */
export const backends: Readonly<Record<string, (mode: Mode) => void | Promise<void>>> = {
  wasm: async () => {
    const { setDefaultBackend, wasm } = await import('@kasane/tensor-core');
    setDefaultBackend(wasm());
  },
  reference: async () => {
    const { reference, setDefaultBackend } = await import('@kasane/tensor-core');
    setDefaultBackend(reference());
  },
  gpu: switchToGpu,
};

async function switchToGpu(mode: Mode): Promise<void> {
  // gpu.js is large, and few runs ask for it.
  const { gpu } = await import('@kasane/tensor-core/gpu');
  const { setDefaultBackend } = await import('@kasane/tensor-core');
  try {
    const backend = gpu({ mode });
    await backend.ready();
    setDefaultBackend(backend);
  } catch (error) {
    // What is missing here is for the person at the keyboard to change.
    throw new UsageError(
      error instanceof Error ? `demo: --mode ${mode}: ${error.message}` : String(error),
    );
  }
}
