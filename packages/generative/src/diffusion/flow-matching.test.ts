import { Adam, CosineAnnealingLR } from '@kasane/optim';
import { concat, Generator, rand, randn, tensor, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import { eightGaussians } from '../evaluation/points.ts';
import { mlp } from '../flows/mlp.ts';
import { flowMatchingLoss, integrateFlow } from './flow-matching.ts';

describe('flow matching', () => {
  it('covers all of 8 Gaussians', () => {
    const generator = new Generator(0);
    const network = mlp([3, 64, 64, 64, 2], { generator });
    const velocity = (x: Tensor, time: Tensor) => network.forward(concat([x, time], 1));
    const optimizer = new Adam(network.parameters(), { lr: 3e-3 });
    const schedule = new CosineAnnealingLR(optimizer, 2000);
    const step = trainStep(
      (x: Tensor, e: Tensor, t: Tensor) => flowMatchingLoss(velocity, [x, e, t]),
      optimizer,
    );
    for (let i = 0; i < 2000; i++) {
      const x = eightGaussians(256, { generator, noise: 0.2 });
      step(x, randn([256, 2], { generator }), rand([256, 1], { generator })).dispose();
      schedule.step();
    }
    const drawn = integrateFlow(velocity, randn([1000, 2], { generator }), { steps: 30 });
    const hits = new Array<number>(8).fill(0);
    const values = drawn.dataSync();
    for (let i = 0; i < 1000; i++) {
      const [x, y] = [values[2 * i]!, values[2 * i + 1]!];
      for (let k = 0; k < 8; k++) {
        const angle = (Math.PI / 4) * k;
        if (Math.hypot(x - 2 * Math.cos(angle), y - 2 * Math.sin(angle)) < 0.6) hits[k]!++;
      }
    }
    expect(Math.min(...hits)).toBeGreaterThan(60);
    expect(hits.reduce((a, b) => a + b)).toBeGreaterThan(750);
  });

  it('follows the exact velocity to a normal distribution', () => {
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
    const error = integrateFlow(exact, noise).sub(expected).abs().max().item();
    expect(error).toBeLessThan(2e-3);
  });

  it('names what does not fit', () => {
    const x = tensor([[1, 2]]);
    expect(() => flowMatchingLoss((p) => p, [x, x, x])).toThrow(/times \(N, 1\), got/);
    expect(() => integrateFlow((p) => p, x, { steps: 0 })).toThrow(/steps must be/);
  });
});
