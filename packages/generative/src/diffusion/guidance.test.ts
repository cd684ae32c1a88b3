import { Adam } from '@kasane/optim';
import { concat, Generator, randint, randn, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import { GaussianDiffusion } from './gaussian-diffusion.ts';
import { dropLabels, guided } from './guidance.ts';
import { PointNetwork } from './point-network.ts';
import { cosineSchedule } from './schedule.ts';

describe('classifier-free guidance', () => {
  it('makes points of the class that is asked for, and surer ones for a larger scale', async () => {
    const generator = new Generator(0);
    const maxTime = 50;
    const diffusion = new GaussianDiffusion(cosineSchedule(maxTime), { objective: 'v' });
    const network = new PointNetwork(1, { hiddenSizes: [32, 32], numClasses: 2, maxTime, generator });
    // Two classes that overlap: N(-1, 1) and N(1, 1).
    const step = trainStep(
      (x: Tensor, labels: Tensor) => {
        const some = dropLabels(labels, 2, { p: 0.2, generator });
        return diffusion.loss((at, t) => network.forward(at, t, some), x, { generator });
      },
      new Adam(network.parameters(), { lr: 5e-3 }),
    );
    for (let i = 0; i < 600; i++) {
      const labels = randint(0, 2, [128], { generator });
      const x = labels.mul(2).sub(1).cast('float32').unsqueeze(1).add(randn([128, 1], { generator }));
      step(x, labels).dispose();
    }
    const asked = zeros([2000], { dtype: 'int32' }).add(1);
    const mean = async (scale: number): Promise<number> => {
      const denoiser = guided((x, t, labels) => network.forward(x, t, labels), asked, { noClass: 2, scale });
      const made = await diffusion.ddim(denoiser, randn([2000, 1], { generator }), { steps: 25 });
      return made.mean().item();
    };
    expect(Math.abs(await mean(0))).toBeLessThan(0.25);
    expect(Math.abs((await mean(1)) - 1)).toBeLessThan(0.25);
    expect(await mean(3)).toBeGreaterThan(1.5);
  }); // prettier-ignore

  it('leaves out as many labels as it is told to', () => {
    const labels = randint(0, 3, [2000], { generator: new Generator(1) });
    const some = dropLabels(labels, 3, { p: 0.3, generator: new Generator(2) });
    const [before, after] = [labels.toArray(), some.toArray()] as number[][];
    const dropped = after!.filter((label) => label === 3).length;
    expect(dropped / 2000).toBeCloseTo(0.3, 1);
    expect(after!.every((label, i) => label === 3 || label === before![i])).toBe(true);
    expect(some.dtype).toBe('int32');
  });

  it('names what does not fit', () => {
    const labels = tensor([0], { dtype: 'int32' });
    expect(() => guided((x) => x, labels, { noClass: -1 })).toThrow(/noClass must be/);
    expect(() => dropLabels(labels, 1, { p: 2 })).toThrow(/p must be from 0 to 1, got 2/);
    expect(() => dropLabels(concat([labels.unsqueeze(1)]), 1)).toThrow(/labels must be \(N\)/);
    const network = new PointNetwork(2);
    expect(() => network.forward(zeros([1, 2]), zeros([1]), labels)).toThrow(/takes no labels/);
    expect(() => network.forward(zeros([1, 3]), zeros([1]))).toThrow(/needs points \(N, 2\)/);
  });
});
