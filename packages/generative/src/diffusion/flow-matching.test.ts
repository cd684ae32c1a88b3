import { Adam, CosineAnnealingLR } from '@kasane/optim';
import { Generator, randn, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import { eightCentres, eightGaussians } from '../evaluation/points.ts';
import { modesCovered } from '../evaluation/modes.ts';
import { flowMatchingLoss, integrateFlow } from './flow-matching.ts';
import { PointNetwork } from './point-network.ts';

/** Trains a velocity of 8 Gaussians, and draws a thousand points from it. */
async function drawn(steps: number, compile: boolean): Promise<Tensor> {
  const generator = new Generator(0);
  const network = new PointNetwork(2, { hiddenSizes: [64, 64, 64], generator });
  const velocity = (x: Tensor, time: Tensor): Tensor => network.forward(x, time);
  const optimizer = new Adam(network.parameters(), { lr: 0.01 });
  const schedule = new CosineAnnealingLR(optimizer, steps);
  const step = trainStep((x: Tensor) => flowMatchingLoss(velocity, x, { generator }), optimizer, {
    compile,
  });
  for (let i = 0; i < steps; i++) {
    step(eightGaussians(256, { generator, noise: 0.2 })).dispose();
    schedule.step();
  }
  return integrateFlow(velocity, randn([1000, 2], { generator }), { steps: 30 });
}

describe('flow matching', () => {
  it('covers all of 8 Gaussians, with nine points of ten within 3 σ', async () => {
    const { modes, share } = modesCovered(await drawn(1200, true), eightCentres(), { radius: 0.6 });
    expect(modes).toBe(8);
    expect(share).toBeGreaterThanOrEqual(0.9);
  });

  it('learns the same compiled and not, under a rate that falls', async () => {
    const [compiled, plain] = [await drawn(40, true), await drawn(40, false)];
    expect(compiled.sub(plain).abs().max().item()).toBeLessThan(1e-4);
  });

  it('follows the exact velocity to a normal distribution', async () => {
    const [mean, std] = [3, 0.5];
    const exact = (x: Tensor, time: Tensor): Tensor => {
      const t = time.dataSync()[0]!;
      const variance = (1 - t) ** 2 + (t * std) ** 2;
      const slope = (t * std ** 2 - (1 - t)) / variance;
      return x
        .sub(t * mean)
        .mul(slope)
        .add(mean);
    };
    const noise = tensor([[-1], [0], [2]]);
    const expected = noise.mul(std).add(mean);
    const error = (await integrateFlow(exact, noise)).sub(expected).abs().max().item();
    expect(error).toBeLessThan(2e-3);
  });

  it('tells each step, and stops when it is told to', async () => {
    const told: number[] = [];
    await integrateFlow((p) => p, zeros([3, 2]), {
      steps: 4,
      onProgress: ({ step, steps, values }) => told.push(step / steps, values.size),
    });
    expect(told).toEqual([0.25, 6, 0.5, 6, 0.75, 6, 1, 6]);
    const stopped = integrateFlow((p) => p, zeros([3, 2]), { signal: AbortSignal.abort('enough') });
    await expect(stopped).rejects.toBe('enough');
  });

  it('names what does not fit', async () => {
    const x = tensor([[1, 2]]);
    expect(() => flowMatchingLoss((p) => p, x, { time: x })).toThrow(/times \(N, 1\), got/);
    await expect(integrateFlow((p) => p, x, { steps: 0 })).rejects.toThrow(/steps must be/);
  });
});
