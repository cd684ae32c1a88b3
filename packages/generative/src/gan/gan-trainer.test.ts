import { Linear, ReLU, Sequential, Tanh } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import {
  CheckpointError,
  DataError,
  Generator,
  noGrad,
  randn,
  scope,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import '@kasane/testing';
import { decodeCheckpoint, encodeCheckpoint, restoreCheckpoint } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import {
  DCGANDiscriminator,
  DCGANGenerator,
  GanTrainer,
  hingeLoss,
  leastSquaresLoss,
  minimaxLoss,
  nonSaturatingLoss,
  SpectralNorm,
  wassersteinLoss,
  type GanProgress,
  type GanTrainerOptions,
} from './index.ts';

const [MODES, RADIUS, SIGMA] = [8, 2, 0.1];

/** Points around 8 centres on a circle, each off by N(0, 0.1²) in both directions. */
function ring(count: number, generator: Generator): Tensor {
  const noise = randn([count, 2], { generator }).mul(SIGMA).toArray() as number[][];
  const points = noise.flatMap(([x, y], i) => {
    const angle = (2 * Math.PI * (i % MODES)) / MODES;
    return [RADIUS * Math.cos(angle) + x!, RADIUS * Math.sin(angle) + y!];
  });
  return tensor(points, [count, 2]);
}

function mlp(from: number, to: number, width: number, generator: Generator): Sequential {
  return new Sequential(
    new Linear(from, width, { generator }),
    new ReLU(),
    new Linear(width, width, { generator }),
    new ReLU(),
    new Linear(width, to, { generator }),
  );
}

type Extra = Partial<GanTrainerOptions> & { lr?: number };

function players(
  [maker, judge]: readonly [Sequential, Sequential],
  generator: Generator,
  { lr = 1e-3, ...extra }: Extra = {},
): GanTrainer<Sequential, Sequential> {
  const betas = [0.5, 0.9] as const;
  return new GanTrainer(maker, judge, {
    latentSize: 2,
    loss: nonSaturatingLoss(),
    generatorOptimizer: new Adam(maker.parameters(), { lr, betas }),
    discriminatorOptimizer: new Adam(judge.parameters(), { lr, betas }),
    generator,
    onFallback: (reason) => {
      throw new Error(reason);
    },
    ...extra,
  });
}

function small(extra: Extra = {}): GanTrainer<Sequential, Sequential> {
  const generator = new Generator(1);
  return players([mlp(2, 2, 8, generator), mlp(2, 1, 8, generator)], generator, extra);
}

function* batches(make: () => Tensor): Iterable<Tensor> {
  for (;;) yield make();
}

describe('GanTrainer', () => {
  it.each([
    ['minimax', { loss: minimaxLoss({ labelSmoothing: 0.1 }) }],
    ['least squares', { loss: leastSquaresLoss(), discriminatorSteps: 2 }],
    ['Wasserstein', { loss: wassersteinLoss(), gradientPenalty: 10, discriminatorSteps: 3 }],
    ['hinge', { loss: hingeLoss(), r1: 1, generatorSteps: 2 }],
    ['noise on instances', { instanceNoise: (round: number) => Math.max(0, 0.5 - round / 100) }],
  ] as const)('runs compiled with %s, the same bits for the same seed', async (_, extra) => {
    const points = ring(32, new Generator(2));
    const run = async (): Promise<number[]> => {
      const trainer = small(extra);
      const told = await trainer.train([points], { rounds: 12 });
      expect(trainer.rounds).toBe(12);
      return [told.discriminatorLoss, told.generatorLoss, told.real, told.generated];
    };
    const first = await run();
    expect(first.every(Number.isFinite)).toBe(true);
    expect(await run()).toEqual(first);
  });

  it('steps one player at a time', () => {
    const trainer = small({ compile: false });
    const values = (): [number[], number[]] => [
      trainer.generator.parameters().map((p) => p.sum().item()),
      trainer.discriminator.parameters().map((p) => p.sum().item()),
    ];
    const points = ring(16, new Generator(2));
    const [maker, judge] = values();
    const { loss, real, generated } = trainer.discriminatorStep(points);
    expect([loss, real, generated].map(({ shape }) => shape)).toEqual([[], [], []]);
    expect(values()[0]).toEqual(maker);
    const after = values()[1];
    expect(after).not.toEqual(judge);
    trainer.generatorStep(points);
    expect(values()[0]).not.toEqual(maker);
    expect(values()[1]).toEqual(after);
  });

  it('keeps an average of the generator, which samples are drawn from', async () => {
    const trainer = small({ emaDecay: 0.9 });
    await trainer.train([ring(32, new Generator(2))], { rounds: 20 });
    const noise = randn([4, 2], { generator: new Generator(5) });
    const own = noGrad(() => scope(() => trainer.generator.forward(noise)));
    const averaged = trainer.generate(noise);
    expect(averaged).not.toBeAllclose(own);
    expect(averaged).toBeAllclose(trainer.average!.forward(noise));
    expect(trainer.sample(3, { generator: new Generator(1) }).toArray()).toEqual(
      trainer.sample(3, { generator: new Generator(1) }).toArray(),
    );
  });

  it('goes on from a saved state to the bits that it would have come to', async () => {
    const points = ring(32, new Generator(2));
    const extra = { emaDecay: 0.9, instanceNoise: (round: number) => 0.5 / (1 + round) };
    const made = (seed: number): GanTrainer<Sequential, Sequential> => {
      const generator = new Generator(seed);
      const judge = new Sequential(
        new SpectralNorm(new Linear(2, 8, { generator }), { generator }),
        new ReLU(),
        new Linear(8, 1, { generator }),
      );
      return players([mlp(2, 2, 8, generator), judge], generator, extra);
    };
    const [whole, first, second] = [made(1), made(1), made(7)];
    await whole.train([points], { rounds: 9 });
    await first.train([points], { rounds: 5 });
    const bytes = await encodeCheckpoint({ gan: first });
    await second.train([points], { rounds: 2 }); // what it has learnt is forgotten
    restoreCheckpoint({ gan: second }, await decodeCheckpoint(bytes));
    expect(second.rounds).toBe(5);
    await second.train([points], { rounds: 4 });
    const numbers = (trainer: GanTrainer<Sequential, Sequential>): number[][] => {
      const { generator, discriminator, average } = trainer.stateDict();
      return [generator, discriminator, average!].flatMap((state) =>
        Object.values(state).map((t) => [...t.dataSync()].map(Number)),
      );
    };
    expect(numbers(second)).toEqual(numbers(whole));
    expect(second.sample(4).toArray()).toEqual(whole.sample(4).toArray());
  });

  it('refuses the state of others, and stays as it was', async () => {
    const trainer = small();
    const before = trainer.stateDict();
    const state = small({ emaDecay: 0.9 }).stateDict();
    expect(() => trainer.loadStateDict(state)).toThrow(
      'GanTrainer: the state does not fit: it has an average, this trainer no average.',
    );
    expect(() => small({ emaDecay: 0.9 }).loadStateDict(before)).toThrow('it has no average');
    // @ts-expect-error -- plain JavaScript
    expect(() => trainer.loadStateDict(null)).toThrow('its rounds are undefined.');
    expect(() => trainer.loadStateDict({ ...before, rounds: -1 })).toThrow('its rounds are -1.');
    const other = small().stateDict();
    await trainer.train([ring(8, new Generator(3))], { rounds: 1 });
    const learnt = trainer.generator.parameters()[0]!.toArray();
    const wrong = { ...other, discriminator: {} };
    expect(() => trainer.loadStateDict(wrong)).toThrow(CheckpointError);
    expect(trainer.generator.parameters()[0]!.toArray()).toEqual(learnt);
    expect(trainer.rounds).toBe(1);
  });

  it('trains players that know classes', async () => {
    const generator = new Generator(1);
    const how = { features: 2, classes: 2, generator };
    const maker = new DCGANGenerator(8, { ...how, latentSize: 3 });
    const judge = new DCGANDiscriminator(8, how);
    const trainer = new GanTrainer(maker, judge, {
      latentSize: 3,
      loss: nonSaturatingLoss(),
      generatorOptimizer: new Adam(maker.parameters(), { lr: 1e-3 }),
      discriminatorOptimizer: new Adam(judge.parameters(), { lr: 1e-3 }),
      generator,
    });
    const labels = tensor([0, 1, 0, 1], [4], { dtype: 'int32' });
    await trainer.train([[randn([4, 1, 8, 8], { generator }), labels]], { rounds: 6 });
    expect(trainer.sample(4, { labels }).shape).toEqual([4, 1, 8, 8]);
    expect(maker.training).toBe(true);
  });

  it('tells how it goes, gives way, and stops at a signal', async () => {
    const points = ring(32, new Generator(2));
    const told: GanProgress[] = [];
    await small().train([points], { rounds: 5, onProgress: (p) => told.push(p) });
    expect(told.at(-1)).toMatchObject({ round: 5, rounds: 5 });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 30);
    await expect(small().train([points], { rounds: 1e6, signal: stop.signal })).rejects.toThrow(
      'enough',
    );
  });

  it('names what is wrong with options, batches and losses', async () => {
    const points = ring(16, new Generator(2));
    expect(() => small({ discriminatorSteps: 0 })).toThrow(
      'GanTrainer: discriminatorSteps must be a whole number ≥ 1, got 0.',
    );
    expect(() => small({ instanceNoise: -1 })).toThrow('instanceNoise must be ≥ 0, got -1.');
    // @ts-expect-error -- plain JavaScript
    expect(() => small({ loss: 'hinge' })).toThrow("got 'hinge'.");
    // @ts-expect-error -- plain JavaScript
    expect(() => small({ generatorOptimizer: {} })).toThrow(
      'GanTrainer: generatorOptimizer must be an optimizer, got an object.',
    );
    // @ts-expect-error -- plain JavaScript
    expect(() => small().discriminatorStep([1, 2])).toThrow(DataError);
    await expect(small().train([], { rounds: 1 })).rejects.toThrow(
      'GanTrainer.train: the data gave no batch in pass 1.',
    );
    await expect(small().train([points].values(), { rounds: 2 })).rejects.toThrow(
      'let it go on for ever',
    );
    // @ts-expect-error -- plain JavaScript
    await expect(small().train(7, { rounds: 2 })).rejects.toThrow('got 7.');
    await expect(small().train([points.mul(Number.NaN)], { rounds: 1 })).rejects.toThrow(
      "GanTrainer.train: in round 1 the discriminator's loss is NaN",
    );
  });
});

describe('the one-dimensional game with a known optimum', () => {
  it('ends where the discriminator cannot tell: D at 0.5 and the value at -2 ln 2', async () => {
    const generator = new Generator(1);
    // The generator's family, a·z + b, contains the data: N(3, 0.5²).
    const maker = new Sequential(new Linear(1, 1, { generator }));
    const judge = new Sequential(
      new Linear(1, 32, { generator }),
      new Tanh(),
      new Linear(32, 1, { generator }),
    );
    const trainer = players([maker, judge], generator, {
      latentSize: 1,
      loss: nonSaturatingLoss(),
      r1: 0.1,
      lr: 5e-3,
      emaDecay: 0.99,
    });
    const data = (count: number): Tensor => randn([count, 1], { generator }).mul(0.5).add(3);
    await trainer.train(
      batches(() => data(64)),
      { rounds: 1000 },
    );
    const score = (x: Tensor): Tensor => noGrad(() => judge.forward(x));
    const real = score(data(4000));
    const generated = score(trainer.sample(4000));
    const value = -minimaxLoss().discriminator(real, generated).item();
    const made = trainer.sample(4000);
    expect(Math.abs(real.sigmoid().mean().item() - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(generated.sigmoid().mean().item() - 0.5)).toBeLessThan(0.05);
    expect(Math.abs(value + 2 * Math.LN2)).toBeLessThan(0.02);
    expect(Math.abs(made.mean().item() - 3)).toBeLessThan(0.1);
    expect(Math.abs(made.std().item() - 0.5)).toBeLessThan(0.05);
  }, 60_000);
});
