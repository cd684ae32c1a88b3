/** Launches and milliseconds of steps of training on the gpu backend, op by op and compiled. */
import { describe, expect, it } from 'vitest';
import { setDefaultBackend, wasm } from '@kasane/tensor-core';
import { gpu } from '@kasane/tensor-core/gpu';
import { gpuSteps, type gpuModels, type GpuSteps } from '../src/gpu-models.ts';

/** The kernels that compiled steps may take: what is read before is there. */
const kernels = { mlp: 26, cnn: 76, lstm: 27, attention: 82 };

/** The launches that a compiled step may take: half of those of single ops, or a tenth for the 593 of unrolled steps of time. */
const most = { mlp: 32, cnn: 122, lstm: 59, attention: 126 };

// The others take minutes where graphics are drawn in software: VITE_ALL_MODELS=1 pnpm test:browser gpu-steps
type Meta = ImportMeta & { readonly env: Readonly<Record<string, string>> }; // Vite's
const all = (import.meta as Meta).env['VITE_ALL_MODELS'] !== undefined;
const names = (Object.keys(most) as (keyof typeof gpuModels)[]).filter(
  (name) => all || name === 'mlp' || name === 'lstm',
);

describe.each(['webgl2', 'webgpu'] as const)('a step of training on %s', (mode) => {
  it.each(names)(
    'takes a part of the launches when it is compiled, and gives the same losses: %s',
    async (name) => {
      const backend = gpu({ mode });
      await backend.ready();
      setDefaultBackend(backend);
      try {
        const single = await gpuSteps(name, backend, { steps: 6, compile: false });
        const compiled = await gpuSteps(name, backend, { steps: 6, compile: true });
        // oxlint-disable-next-line no-console -- what it is run for
        console.log(row(`${name} on ${mode}`, single), row('compiled', compiled));
        expect(compiled.launches.at(-1)).toBeLessThanOrEqual(most[name]);
        expect(compiled.kernels).toBeLessThanOrEqual(kernels[name]);
        compiled.losses.forEach((loss, i) => expect(loss).toBeCloseTo(single.losses[i]!, 5));
      } finally {
        setDefaultBackend(wasm());
      }
    },
    300_000,
  );
});

function row(name: string, { launches, times, kernels }: GpuSteps): string {
  const ms = times.map((time) => time.toFixed(time < 100 ? 1 : 0)).join(' ');
  return `${name}: ${launches.at(-1)} launches, ${kernels} kernels built, steps of ${ms} ms;`;
}
