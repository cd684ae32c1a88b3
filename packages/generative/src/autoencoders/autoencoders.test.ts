import { Linear, mseLoss, Sequential, Sigmoid } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, ones, rand, randn, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { checkHeld } from '@kasane/testing';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import { Autoencoder } from './autoencoder.ts';
import { ConvAutoencoder, convDecoder, convEncoder } from './conv-autoencoder.ts';
import { DenoisingAutoencoder } from './denoising-autoencoder.ts';
import { mlp } from './mlp.ts';
import { principal, spread } from '../../test/principal.ts';
import { SparseAutoencoder } from './sparse-autoencoder.ts';

describe('Autoencoder', () => {
  it('with one linear layer each comes within 2 % of the error of as many principal components', () => {
    const [N, D, K] = [200, 8, 3];
    const x = spread(N, D, new Generator(1)).cast('float32');
    const { variances } = principal(x);
    const best = variances.slice(K).reduce((sum, v) => sum + v, 0) / D; // mean squared error
    const generator = new Generator(2);
    const model = new Autoencoder(new Linear(D, K, { generator }), new Linear(K, D, { generator }));
    const step = trainStep(
      (b: Tensor) => model.loss(b),
      new Adam(model.parameters(), { lr: 0.03 }),
    );
    for (let i = 0; i < 3000; i++) step(x).dispose();
    const error = model.loss(x).item();
    expect(error / best).toBeLessThan(1.02);
    expect(error / best).toBeGreaterThan(0.9999);
  });

  it('minimises the criterion it was given', () => {
    const model = new Autoencoder(mlp([4, 2]), mlp([2, 4]), {
      criterion: (output, target) => mseLoss(output, target).mul(3),
    });
    const x = rand([5, 4]);
    expect(model.loss(x).item()).toBeCloseTo(3 * mseLoss(model.forward(x), x).item(), 5);
  });

  it('names encoders, inputs and outputs that cannot be', () => {
    // @ts-expect-error -- what plain JavaScript may give
    expect(() => new Autoencoder(undefined, mlp([2, 4]))).toThrow(
      'Autoencoder: the encoder must be a module such as new Linear(784, 32), got undefined.',
    );
    // @ts-expect-error -- likewise
    expect(() => new Autoencoder(mlp([4, 2]), mlp([2, 4]), { criterion: 3 })).toThrow(
      'Autoencoder: needs a function, got 3.',
    );
    const model = new Autoencoder(mlp([4, 2]), mlp([2, 3]));
    expect(() => model.loss(ones([5, 4]))).toThrow(
      'Autoencoder: the decoder must give back the shape of the input, [5,4], got [5,3].',
    );
    expect(() => model.encode(ones([4]))).toThrow('Autoencoder: the input must have the shape');
    expect(() => model.encode(zeros([0, 4]))).toThrow('Autoencoder: the input must have the shape');
    // @ts-expect-error -- likewise
    expect(() => model.decode([[1, 2]])).toThrow('Autoencoder: the code must be a tensor');
  });

  it('holds no more memory than its parameters', () => {
    checkHeld((how) => new Autoencoder(mlp([400, 2], how), mlp([2, 400], how)));
  });
});

describe('mlp', () => {
  it('puts an activation between layers and none at the end', () => {
    const activation = (): Sigmoid => new Sigmoid();
    const kinds = mlp([2, 3, 4, 5], { activation })
      .children()
      .map((one) => one.constructor.name);
    expect(kinds).toEqual(['Linear', 'Sigmoid', 'Linear', 'Sigmoid', 'Linear']);
  });

  it('names sizes that cannot be', () => {
    expect(() => mlp([3])).toThrow('mlp: needs two sizes or more');
    expect(() => mlp([3, Number.NaN])).toThrow('mlp: size 1 must be a whole number ≥ 1, got NaN.');
    // @ts-expect-error -- what plain JavaScript may give
    expect(() => mlp('784')).toThrow("mlp: needs two sizes or more, such as [784, 32], got '784'.");
  });
});

describe('DenoisingAutoencoder', () => {
  const make = (options = {}): DenoisingAutoencoder =>
    new DenoisingAutoencoder(mlp([100, 2]), mlp([2, 100]), {
      generator: new Generator(1),
      ...options,
    });
  const half = ones([50, 100]).mul(0.5);

  it('adds noise of its level, sets its share of the numbers to 0, or to 0 and 1 alike', () => {
    const noise = make({ corruption: 'gaussian', level: 0.2 }).corrupt(half).sub(half);
    expect(noise.std().item()).toBeCloseTo(0.2, 2);
    expect(noise.mean().item()).toBeCloseTo(0, 2);
    const share = (t: Tensor, value: number): number =>
      t.equal(value).cast('float32').mean().item();
    const masked = make({ corruption: 'masking', level: 0.2 }).corrupt(half);
    expect(share(masked, 0)).toBeCloseTo(0.2, 1);
    expect(share(masked, 0) + share(masked, 0.5)).toBeCloseTo(1, 6);
    const salted = make({ corruption: 'salt-and-pepper', level: 0.2 }).corrupt(half);
    expect(share(salted, 0)).toBeCloseTo(0.1, 1);
    expect(share(salted, 1)).toBeCloseTo(0.1, 1);
    expect(share(salted, 0.5)).toBeCloseTo(0.8, 1);
  });

  it('compares what it made of spoilt inputs with the clean ones, and draws other noise each time', () => {
    const model = make();
    const loss = model.loss(half).item();
    expect(model.loss(half).item()).not.toBe(loss);
    const again = make();
    again.loadStateDict(model.stateDict());
    expect(again.loss(half).item()).toBe(loss);
    const third = make();
    third.loadStateDict(model.stateDict());
    expect(mseLoss(third.forward(third.corrupt(half)), half).item()).toBe(loss);
  });

  it('learns to take noise away, also in a compiled step', () => {
    const generator = new Generator(3);
    const x = randn([64, 1], { generator }).mul(tensor([[1, -1, 1, 1, -1, 1, -1, -1]]));
    const model = new DenoisingAutoencoder(
      new Linear(8, 1, { generator }),
      new Linear(1, 8, { generator }),
      { corruption: 'gaussian', level: 0.5, generator },
    );
    const step = trainStep(
      (b: Tensor) => model.loss(b),
      new Adam(model.parameters(), { lr: 0.02 }),
    );
    for (let i = 0; i < 500; i++) step(x).dispose();
    const noisy = model.corrupt(x);
    const left = mseLoss(model.forward(noisy), x).item();
    expect(left).toBeLessThan(0.3 * mseLoss(noisy, x).item());
  });

  it('names corruptions and levels that cannot be', () => {
    expect(() => make({ corruption: 'dropout' })).toThrow(
      "DenoisingAutoencoder: corruption must be gaussian or masking or salt-and-pepper, got 'dropout'.",
    );
    expect(() => make({ level: 1.5 })).toThrow('level must be from 0 to 1, got 1.5.');
    expect(() => make({ level: Number.NaN })).toThrow('level must be from 0 to 1, got NaN.');
    expect(() => make({ corruption: 'gaussian', level: -1 })).toThrow('level must be ≥ 0');
  });
});

describe('SparseAutoencoder', () => {
  it('penalises by the divergence of mean activations, and by absolute values', () => {
    const code = tensor([[0.1, 0.5], [0.3, 0.9]]); // prettier-ignore
    const kl = (p: number, q: number): number =>
      p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
    const of = (options: object): SparseAutoencoder =>
      new SparseAutoencoder(mlp([4, 2]), mlp([2, 4]), options);
    expect(of({ sparsity: 0.2 }).sparsityPenalty(code).item()).toBeCloseTo(kl(0.2, 0.7), 6);
    expect(of({ penalty: 'l1' }).sparsityPenalty(code.neg()).item()).toBeCloseTo(0.45, 6);
  });

  it('holds units near the mean they should have', () => {
    const generator = new Generator(4);
    const encoder = new Sequential(mlp([6, 12], { generator }), new Sigmoid());
    const options = { sparsity: 0.1, weight: 0.1 };
    const model = new SparseAutoencoder(encoder, mlp([12, 6], { generator }), options);
    const x = randn([64, 6], { generator });
    const step = trainStep(
      (b: Tensor) => model.loss(b),
      new Adam(model.parameters(), { lr: 0.02 }),
    );
    for (let i = 0; i < 500; i++) step(x).dispose();
    const means = model.encode(x).mean(0);
    expect(means.min().item()).toBeGreaterThan(0.05);
    expect(means.max().item()).toBeLessThan(0.2);
  });

  it('names weights and means that cannot be', () => {
    const of = (options: object) => () => new SparseAutoencoder(mlp([4, 2]), mlp([2, 4]), options);
    expect(of({ weight: -1 })).toThrow('SparseAutoencoder: weight must be ≥ 0 and finite, got -1.');
    expect(of({ sparsity: 0 })).toThrow('SparseAutoencoder: sparsity must be between 0 and 1');
    expect(of({ penalty: 'l2' })).toThrow("penalty must be kl or l1, got 'l2'.");
  });
});

describe('ConvAutoencoder', () => {
  it('halves pictures with each layer and doubles them again', () => {
    const model = new ConvAutoencoder(5, { channels: [2, 3, 4], size: 16, inChannels: 3 });
    const x = rand([2, 3, 16, 16]);
    expect(model.encode(x).shape).toEqual([2, 5]);
    expect(model.forward(x).shape).toEqual([2, 3, 16, 16]);
  });

  it('learns to give pictures back', () => {
    const generator = new Generator(5);
    const model = new ConvAutoencoder(4, { channels: [4, 8], size: 8, generator });
    const x = rand([4, 1, 8, 8], { generator });
    const step = trainStep(
      (b: Tensor) => model.loss(b),
      new Adam(model.parameters(), { lr: 0.01 }),
    );
    const before = step(x).item();
    for (let i = 0; i < 300; i++) step(x).dispose();
    expect(model.loss(x).item()).toBeLessThan(before / 10);
  });

  it('names sizes that cannot be halved, and lists that are none', () => {
    expect(() => convEncoder(5, { size: 30 })).toThrow(
      'convEncoder: size must be divisible by 4, for 2 layers halve it, got 30.',
    );
    expect(() => convDecoder(5, { channels: [] })).toThrow('convDecoder: channels must be a list');
    expect(() => convDecoder(0)).toThrow(
      'convDecoder: the size of the code must be a whole number',
    );
  });
});
