import { backward } from '@kasane/autograd';
import { Adam } from '@kasane/optim';
import { full, Generator, randint, randn, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import { GaussianDiffusion } from './gaussian-diffusion.ts';
import { cosineSchedule } from './schedule.ts';
import { UNet } from './unet.ts';

const small = { hiddenChannels: [8, 8, 16], groups: 4 };

/** Pictures (N, 1, 8, 8) of -1 with two columns of 1, at one of four places. */
function bars(places: Tensor): Tensor {
  const columns = places
    .oneHot(4)
    .cast('float32')
    .unsqueeze(2)
    .add(zeros([2])); // (N, 4, 2)
  return columns
    .mul(2)
    .sub(1)
    .reshape([places.size, 1, 1, 8])
    .add(zeros([1, 1, 8, 1]));
}

describe('UNet', () => {
  it('gives nothing at first, and gradients to all that it learns', () => {
    const network = new UNet(2, { ...small, numClasses: 3, generator: new Generator(0) });
    const x = randn([2, 2, 8, 12], { generator: new Generator(1) });
    const [t, labels] = [tensor([0.2, 0.7]), tensor([0, 2], { dtype: 'int32' })];
    const out = network.forward(x, t, labels);
    expect(out.shape).toEqual([2, 2, 8, 12]);
    expect(out.abs().max().item()).toBe(0);
    for (const p of network.last.parameters()) p.assign(full(p.shape, 0.1));
    backward(network.forward(x, t, labels).square().sum());
    const silent = [...network.namedParameters()].filter(
      ([, p]) => p.grad!.abs().max().item() === 0,
    );
    expect(silent.map(([name]) => name)).toEqual([]);
    const apart = (a: Tensor, b: Tensor): number => a.sub(b).abs().max().item();
    const now = network.forward(x, t, labels);
    expect(apart(network.forward(x, t.add(0.1), labels), now)).toBeGreaterThan(1e-6);
    expect(apart(network.forward(x, t), now)).toBeGreaterThan(1e-6);
  });

  it('learns bars at four places, of pictures of 8 by 8', async () => {
    const generator = new Generator(0);
    const maxTime = 50;
    const network = new UNet(1, { hiddenChannels: [8, 16], groups: 4, maxTime, generator });
    const diffusion = new GaussianDiffusion(cosineSchedule(maxTime), { objective: 'v' });
    const denoiser = (x: Tensor, t: Tensor): Tensor => network.forward(x, t);
    const step = trainStep(
      (x: Tensor) => diffusion.loss(denoiser, x, { generator }),
      new Adam(network.parameters(), { lr: 5e-3 }),
    );
    for (let i = 0; i < 60; i++) step(bars(randint(0, 4, [32], { generator }))).dispose();
    const noise = randn([64, 1, 8, 8], { generator });
    const made = await diffusion.ddim(denoiser, noise, { steps: 10, clip: 1 });
    const all = bars(tensor([0, 1, 2, 3], { dtype: 'int32' })).flatten(1); // (4, 64)
    const apart = made.flatten(1).unsqueeze(1).sub(all.unsqueeze(0)).abs().mean(2); // (64, 4)
    const rows = apart.toArray() as number[][];
    const good = rows.filter((row) => Math.min(...row) < 0.25);
    expect(good.length).toBeGreaterThan(0.8 * 64);
    expect(new Set(good.map((row) => row.indexOf(Math.min(...row)))).size).toBe(4);
  });

  it('sees patches as places: the same at each size, of a quarter of the work', () => {
    const network = new UNet(2, { ...small, patchSize: 2, generator: new Generator(0) });
    expect(network.first.weight.shape).toEqual([8, 2, 4, 4]);
    expect(network.last.weight.shape).toEqual([8, 8, 3, 3]); // 2 channels of 2 × 2
    const seen: number[] = [];
    const { forward } = network.middle;
    network.middle.forward = (x, condition) => {
      seen.push(...x.shape);
      return forward.call(network.middle, x, condition);
    };
    expect(network.forward(zeros([1, 2, 16, 24]), zeros([1])).shape).toEqual([1, 2, 16, 24]);
    expect(seen).toEqual([1, 16, 2, 3]); // an eighth: of the patches and of two smaller sizes
    expect(() => network.forward(zeros([1, 2, 12, 24]), zeros([1]))).toThrow(/divisible by 8, got/);
    expect(() => new UNet(1, { patchSize: 0 })).toThrow(/patchSize must be/);
  });

  it('puts what it says of a patch where the patch is', () => {
    const network = new UNet(1, { hiddenChannels: [4], groups: 2, patchSize: 2 });
    network.last.bias!.assign(tensor([1, 2, 3, 4]));
    const out = network.forward(zeros([1, 1, 4, 4]), zeros([1]));
    const rows = [[1, 2, 1, 2], [3, 4, 3, 4]]; // prettier-ignore
    expect(out.toArray()).toEqual([[[...rows, ...rows]]]);
  });

  it('names pictures that it cannot halve', () => {
    const network = new UNet(1, small);
    expect(() => network.forward(zeros([1, 1, 6, 8]), zeros([1]))).toThrow(/divisible by 4, got/);
    expect(() => network.forward(zeros([1, 1, 8, 8]), zeros([2]))).toThrow(/times must be \(1\)/);
    expect(() => new UNet(1, { hiddenChannels: [] })).toThrow(/hiddenChannels must be a list/);
  });
});
