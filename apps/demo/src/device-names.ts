import type { GpuMode } from '@kasane/tensor-core/gpu';

/** Where tensors can live, as `--backend` names it; the first is the default. */
export const BACKENDS = ['wasm', 'reference', 'gpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** What `--mode` takes. */
export type Mode = GpuMode | 'auto';

/** Where `--backend gpu` can run, as `--mode` names it; the first is the default. */
export const modes: readonly [Mode, ...Mode[]] = [
  'auto',
  'webasm',
  'cpu',
  'webgl2',
  'headlessgl',
  'webgpu',
];
