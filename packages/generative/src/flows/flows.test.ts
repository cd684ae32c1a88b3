import { Adam, CosineAnnealingLR } from '@kasane/optim';
import { Generator, randn, tensor, type Tensor } from '@kasane/tensor-core';
import { jacobian } from '@kasane/autograd';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import { mmd } from '../evaluation/mmd.ts';
import { twoMoons } from '../evaluation/points.ts';
import type { Flow } from './flow.ts';
import { NICE } from './nice.ts';
import { RealNVP } from './real-nvp.ts';

/** A flow whose weights are all random, which is no longer the identity. */
function shaken<F extends Flow>(flow: F): F {
  const generator = new Generator(3);
  for (const p of flow.parameters())
    p.assign(randn(p.shape, { generator, dtype: p.dtype }).mul(0.3));
  return flow;
}

const determinant = ([a, b, c, d]: Iterable<number>): number => a! * d! - b! * c!;

for (const Class of [RealNVP, NICE]) {
  describe(Class.name, () => {
    it('has an inverse', () => {
      const flow = shaken(new Class(3, { dtype: 'float64' }));
      const x = randn([20, 3], { generator: new Generator(1), dtype: 'float64' });
      const back = flow.inverse(flow.forward(x).values);
      expect(back.sub(x).abs().max().item()).toBeLessThan(1e-9);
      expect(flow.forward(x).values.sub(x).abs().max().item()).toBeGreaterThan(0.1);
    });

    it('knows the determinant of its Jacobian', () => {
      const flow = shaken(new Class(2, { dtype: 'float64' }));
      const x = tensor([[0.3, -1.2]], { dtype: 'float64' });
      const J = jacobian((p: Tensor) => flow.forward(p).values, x);
      const expected = Math.log(Math.abs(determinant(J.dataSync())));
      expect(flow.forward(x).logDet.item()).toBeCloseTo(expected, 8);
    });

    it('names points and options that do not fit', () => {
      expect(() => new Class(1)).toThrow(/features must be a whole number ≥ 2, got 1/);
      expect(() => new Class(2, { couplings: 0 })).toThrow(/couplings/);
      expect(() => new Class(2).logProb(tensor([1, 2]))).toThrow(/points must be \(N, 2\)/);
    });
  });
}

/** Trains a flow on two moons, 256 at a time; gives its negative log density of others, in nats, and the MMD² of its draws. */
function learned(Class: typeof RealNVP | typeof NICE, steps: number): [nll: number, gap: number] {
  const generator = new Generator(0);
  const flow = new Class(2, { generator, couplings: 6, hiddenSizes: [32, 32] });
  const optimizer = new Adam(flow.parameters(), { lr: 0.01 });
  const schedule = new CosineAnnealingLR(optimizer, steps);
  const step = trainStep((x: Tensor) => flow.logProb(x).mean().neg(), optimizer);
  for (let i = 0; i < steps; i++) {
    step(twoMoons(256, { generator })).dispose();
    schedule.step();
  }
  const real = twoMoons(1000, { generator });
  const gap = mmd(flow.sample(1000, { generator }), real, { bandwidth: 0.5 }).item();
  return [-flow.logProb(real).mean().item(), gap];
}

// The entropy of the data, which no density can get below, is .99 nats; of a normal distribution of its covariance, 1.91.
it('RealNVP learns two moons', () => {
  const [nll, gap] = learned(RealNVP, 500);
  expect(nll).toBeGreaterThan(0.95);
  expect(nll).toBeLessThan(1.25);
  expect(gap).toBeLessThan(0.005);
});

it('NICE learns what two moons it can without changing volumes from place to place', () => {
  const [nll] = learned(NICE, 200);
  expect(nll).toBeGreaterThan(0.95);
  expect(nll).toBeLessThan(1.8);
});
