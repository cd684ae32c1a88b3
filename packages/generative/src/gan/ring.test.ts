import { LeakyReLU, Linear, ReLU, Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, randn, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { GanTrainer, nonSaturatingLoss } from './index.ts';

const [MODES, RADIUS, SIGMA] = [8, 2, 0.1];
const [ROUNDS, LR] = [2000, 5e-3];

/** The centre of a mode. */
function centre(mode: number): [x: number, y: number] {
  const angle = (2 * Math.PI * mode) / MODES;
  return [RADIUS * Math.cos(angle), RADIUS * Math.sin(angle)];
}

/** Points around 8 centres on a circle, each off by N(0, 0.1²) in both directions. */
function* ring(count: number, generator: Generator): globalThis.Generator<Tensor, never, void> {
  for (;;) {
    const noise = randn([count, 2], { generator }).mul(SIGMA).dataSync();
    const points = Float32Array.from(noise, (off, i) => centre((i >> 1) % MODES)[i % 2]! + off);
    yield tensor(points, [count, 2]);
  }
}

/** How many modes get a hundredth of the points or more, and which share of the points is within 3 σ of a centre. */
function coverage(points: Tensor): { modes: number; near: number } {
  const counts: number[] = Array.from({ length: MODES }, () => 0);
  // As the shape (N, 2) says.
  for (const [x, y] of points.toArray() as [number, number][]) {
    const turn = Math.round((Math.atan2(y, x) / (2 * Math.PI)) * MODES);
    const mode = (turn + MODES) % MODES;
    const [cx, cy] = centre(mode);
    if (Math.hypot(x - cx, y - cy) <= 3 * SIGMA) counts[mode]!++;
  }
  const count = points.shape[0]!;
  return {
    modes: counts.filter((n) => n >= 0.01 * count).length,
    near: counts.reduce((sum, n) => sum + n) / count,
  };
}

describe('GanTrainer on the ring of 8 Gaussians', () => {
  it('finds all 8 modes, and puts nine points in ten within 3 σ', async () => {
    const generator = new Generator(1);
    const width = 64;
    const linear = (from: number, to: number): Linear => new Linear(from, to, { generator });
    const maker = new Sequential(
      linear(2, width),
      new ReLU(),
      linear(width, width),
      new ReLU(),
      linear(width, 2),
    );
    const judge = new Sequential(
      linear(2, width),
      new LeakyReLU(0.2),
      linear(width, width),
      new LeakyReLU(0.2),
      linear(width, 1),
    );
    const how = { lr: LR, betas: [0.5, 0.9] } as const;
    const [makers, judges] = [maker, judge].map((one) => new Adam(one.parameters(), how));
    const trainer = new GanTrainer(maker, judge, {
      latentSize: 2,
      loss: nonSaturatingLoss(),
      generatorOptimizer: makers!,
      discriminatorOptimizer: judges!,
      r1: 0.1,
      emaDecay: 0.995,
      generator,
    });
    function* slowing(): Iterable<Tensor> {
      for (const points of ring(128, generator)) {
        // The same rate for half of the rounds, then a straight fall to 0: the players circle less and less.
        const lr = LR * Math.min(1, 2 * (1 - trainer.rounds / ROUNDS));
        for (const { paramGroups } of [makers!, judges!]) paramGroups[0]!.lr = lr;
        yield points;
      }
    }
    await trainer.train(slowing(), { rounds: ROUNDS });
    const { modes, near } = coverage(trainer.sample(2000));
    expect(modes).toBe(8);
    expect(near).toBeGreaterThanOrEqual(0.9);
  }, 60_000);
});
