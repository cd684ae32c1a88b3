import type { BackendName, Mode } from './device-names.ts';
import { UsageError } from './usage-error.ts';

/** What each name after `--backend` switches to. Tensors are loaded by who asks for them. */
export const backends: Readonly<Record<BackendName, (mode: Mode) => void | Promise<void>>> = {
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
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
