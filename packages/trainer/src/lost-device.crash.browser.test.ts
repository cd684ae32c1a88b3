/** Training goes on when the process behind WebGL and WebGPU dies. */
import { gpu } from '@kasane/tensor-core/gpu';
import { describe, expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { losses } from '../test/lost-device.ts';

// It stands in vitest.browser.config.ts.
const { crashGpuProcess } = commands as unknown as { crashGpuProcess(): Promise<void> };

describe.each(['webgl2', 'webgpu'] as const)('fit on gpu in mode %s', (mode) => {
  it.each([true, false])(
    'ends with the losses of an undisturbed run when its process is killed, keepHostCopy %s',
    async (keepHostCopy) => {
      const backend = gpu({ mode, keepHostCopy });
      await backend.restore(); // one WebGPU device serves the page, and others may have lost it
      const compile = keepHostCopy; // one of each
      const undisturbed = await losses(backend, { compile, epochs: 2 });
      let steps = 0;
      let lost = 0;
      let crash: Promise<void> | undefined;
      const crashing = {
        async onStep(): Promise<void> {
          if (++steps === 5) crash = crashGpuProcess(); // and on, until it is noticed
          if (steps === 9) await crash;
        },
        onDeviceLost(): void {
          lost++;
        },
      };
      const got = await losses(backend, {
        ...{ compile, epochs: 2 },
        callbacks: [crashing],
        recover: true,
      });
      expect(got).toEqual(undisturbed);
      expect(lost).toBeGreaterThan(0);
    },
    240_000,
  );
});
