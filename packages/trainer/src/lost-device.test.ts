import { gpu, type GpuBackend } from '@kasane/tensor-core/gpu';
import { describe, expect, it } from 'vitest';
import { losses } from '../test/lost-device.ts';
import type { Callback } from './index.ts';

/** Takes the device away after some steps, counted from the first, once each; tells of it. */
function losing(backend: GpuBackend, ...after: number[]): Callback & { readonly told: string[] } {
  let steps = 0;
  const told: string[] = [];
  return {
    told,
    async onStep(): Promise<void> {
      if (++steps === after[0]) {
        after.shift();
        await backend.destroy();
      }
    },
    onDeviceLost({ epoch, step }, { name }): void {
      told.push(`${name} after ${epoch}.${step}`);
    },
  };
}

describe('fit, when the device of the model is lost', () => {
  it.each([
    { keepHostCopy: true, what: 'the last step' },
    { keepHostCopy: false, what: "the epoch's beginning" },
  ])('goes on from $what to the losses of an undisturbed run', async ({ keepHostCopy }) => {
    const backend = gpu({ mode: 'cpu', keepHostCopy });
    for (const compile of [false, true]) {
      const undisturbed = await losses(backend, { compile }, true);
      const callback = losing(backend, 9, 17);
      const got = await losses(backend, { compile, callbacks: [callback], recover: true }, true);
      expect(got).toEqual(undisturbed);
      expect(callback.told).toHaveLength(2);
      expect(callback.told[0]).toBe('DeviceLostError after 2.3');
    }
  });

  it('goes on when it is lost again on the way to where it was lost before', async () => {
    const backend = gpu({ mode: 'cpu' });
    const undisturbed = await losses(backend, { compile: false });
    const callback = losing(backend, 10, 12, 15);
    const got = await losses(backend, { compile: false, callbacks: [callback], recover: true });
    expect(got).toEqual(undisturbed);
    expect(callback.told).toEqual([4, 2, 3].map((step) => `DeviceLostError after 2.${step}`));
  });

  it('tells its callbacks and throws, unless it was asked to recover', async () => {
    const backend = gpu({ mode: 'cpu' });
    const callback = losing(backend, 9);
    await expect(losses(backend, { callbacks: [callback] })).rejects.toThrow(
      'gpu(cpu): the device was given back by destroy(). Call await backend.restore() and load the parameters again.',
    );
    expect(callback.told).toEqual(['DeviceLostError after 2.3']);
    await backend.restore();
  });

  it('gives up where the device is lost again at the same place', async () => {
    const backend = gpu({ mode: 'cpu' });
    let tries = 0;
    const callback: Callback = {
      async onStep({ epoch, step }): Promise<void> {
        if (epoch !== 2 || step !== 3) return;
        tries++;
        await backend.destroy();
      },
    };
    await expect(losses(backend, { callbacks: [callback], recover: true })).rejects.toThrow(
      'destroy()',
    );
    expect(tries).toBe(2);
    await backend.restore();
  });
});
