import { backward } from '@kasane/autograd';
import { klDivergence, Normal } from '@kasane/distributions';
import { binaryCrossEntropyWithLogits, Linear } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { Generator, ones, rand, randn, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it, vi } from 'vitest';
import { principal, spread } from '../../test/principal.ts';
import { convDecoder, convEncoder } from './conv-autoencoder.ts';
import { BernoulliLikelihood, GaussianLikelihood } from './likelihood.ts';
import { mlp } from './mlp.ts';
import { VAE, type VAEOptions } from './vae.ts';

const [D, Z] = [6, 2];
const binary = (n = 5): Tensor =>
  rand([n, D], { dtype: 'float64', generator: new Generator(9) }).round();
function make(options: VAEOptions = {}): VAE {
  const generator = new Generator(1);
  const how = { dtype: 'float64', generator } as const;
  const C = options.conditionSize ?? 0;
  return new VAE(mlp([D + C, 8, 2 * Z], how), mlp([Z + C, 8, D], how), Z, {
    generator,
    ...options,
  });
}

describe('a linear VAE with normal pixels', () => {
  const points = spread(60, D, new Generator(3));
  const { mean, components, variances } = principal(points);
  const noise = variances.slice(Z).reduce((sum, v) => sum + v, 0) / (D - Z);
  /** The log likelihood of probabilistic PCA at its maximum, for one point (Tipping and Bishop, 1999). */
  const closedForm =
    -0.5 *
    (D * Math.log(2 * Math.PI) +
      variances.slice(0, Z).reduce((sum, v) => sum + Math.log(v), 0) +
      (D - Z) * Math.log(noise) +
      D);
  const linear = (dtype: 'float32' | 'float64', learnScale: boolean): VAE => {
    const how = { dtype, generator: new Generator(4) } as const;
    return new VAE(new Linear(D, 2 * Z, how), new Linear(Z, D, how), Z, {
      likelihood: new GaussianLikelihood({ scale: Math.sqrt(noise), learnScale, dtype }),
      generator: how.generator,
    });
  };

  /** x = W z + μ + noise, W = U (Λ - σ²)^½, whose posterior is N(M⁻¹ Wᵀ (x - μ), σ² M⁻¹) with M = Λ. */
  function solved(): VAE {
    const model = linear('float64', false);
    const of = (values: number[][]): Tensor => tensor(values, { dtype: 'float64' });
    const loading = (j: number): number => Math.sqrt(variances[j]! - noise);
    const directions = of(components.slice(0, Z).map((u, j) => u.map((x) => x * loading(j))));
    const inverse = of(variances.slice(0, Z).map((v) => [1 / v]));
    const means = directions.mul(inverse); // (Z, D)
    const center = tensor([...mean], { dtype: 'float64' });
    const weight = zeros([2 * Z, D], { dtype: 'float64' });
    model.encoder.loadStateDict({
      weight: weight.add(means.pad([[0, Z], [0, 0]])),
      bias: tensor(
        [
          ...[...means.matmul(center).neg().dataSync()].map(Number),
          ...variances.slice(0, Z).map((v) => Math.log(noise / v)),
        ],
        { dtype: 'float64' },
      ),
    }); // prettier-ignore
    model.decoder.loadStateDict({ weight: directions.t(), bias: center });
    return model;
  }

  it('has at its maximum the log likelihood of probabilistic PCA as its bounds', () => {
    const model = solved();
    const tight = model.importanceWeightedBound(points, { numSamples: 1 }).mean().item();
    expect(tight).toBeCloseTo(closedForm, 10);
    const elbo = model.elbo(points, { numSamples: 500 }).mean().item();
    expect(elbo).toBeCloseTo(closedForm, 1);
  });

  it('has bounds that do not depend on how many are drawn once its posterior is the true one', () => {
    const model = solved();
    const one = model.importanceWeightedBound(points, { numSamples: 1 });
    const many = model.importanceWeightedBound(points, { numSamples: 20 });
    expect(one.sub(many).abs().max().item()).toBeLessThan(1e-9);
  });

  it('comes to that maximum by training', () => {
    const model = linear('float32', true);
    const x = points.cast('float32');
    const adam = new Adam(model.parameters(), { lr: 0.02 });
    const step = trainStep((b: Tensor) => model.loss(b).loss, adam);
    for (let i = 0; i < 1500; i++) {
      if (i === 1000) for (const group of adam.paramGroups) group.lr = 0.002;
      step(x).dispose();
    }
    const elbo = model.elbo(x, { numSamples: 500 }).mean().item();
    expect(elbo).toBeGreaterThan(closedForm - 0.05);
    expect(elbo).toBeLessThan(closedForm + 0.03);
  });
});

describe('VAE', () => {
  it('loses the cross-entropy of the pixels and the divergence of the codes, for each picture', () => {
    const model = make();
    const x = binary();
    const q = model.encode(x);
    const { loss, reconstruction, kl } = model.loss(x, { generator: new Generator(5) });
    const z = q.rsample([], { generator: new Generator(5) });
    const crossEntropy = binaryCrossEntropyWithLogits(model.decoder.forward(z), x, {
      reduction: 'sum',
    });
    expect(reconstruction.item()).toBeCloseTo(crossEntropy.item() / 5, 10);
    const divergence = klDivergence(q, new Normal(0, 1)).sum().item() / 5;
    expect(kl.item()).toBeCloseTo(divergence, 6);
    expect(loss.item()).toBeCloseTo(reconstruction.item() + kl.item(), 10);
    const elbo = model.elbo(x, { generator: new Generator(5) });
    expect(elbo.shape).toEqual([5]);
    expect(elbo.mean().item()).toBeCloseTo(-loss.item(), 10);
  });

  it('has a divergence of ½ for μ = 1, σ = 1', () => {
    const encoder = new Linear(D, 2, { dtype: 'float64' });
    encoder.loadStateDict({ weight: zeros([2, D]), bias: tensor([1, 0]) });
    const model = new VAE(encoder, new Linear(1, D, { dtype: 'float64' }), 1);
    expect(model.loss(binary()).kl.item()).toBeCloseTo(0.5, 12);
  });

  it('weighs the divergence by beta, a number or a tensor, and leaves free what each number of z may have', () => {
    const model = make();
    const x = binary();
    const of = (options: object) => model.loss(x, { generator: new Generator(5), ...options });
    const { reconstruction, kl } = of({});
    for (const beta of [4, tensor(4, { dtype: 'float64' })]) {
      expect(of({ beta }).loss.item()).toBeCloseTo(reconstruction.item() + 4 * kl.item(), 10);
    }
    const each = klDivergence(model.encode(x), new Normal(zeros([5, Z], { dtype: 'float64' }), 1));
    const [a, b] = [...each.mean(0).dataSync()].map(Number).toSorted((p, q) => p - q);
    const between = of({ freeBits: (a! + b!) / 2 });
    expect(between.loss.item()).toBeCloseTo(reconstruction.item() + b! + (a! + b!) / 2, 10);
    expect(between.kl.item()).toBeCloseTo(kl.item(), 10);
    expect(of({ freeBits: 7 }).loss.item()).toBeCloseTo(reconstruction.item() + 7 * Z, 10);
  });

  it('passes gradients to μ and σ, and to all that it learns', () => {
    const model = make({
      likelihood: new GaussianLikelihood({ learnScale: true, dtype: 'float64' }),
      conditionSize: 3,
    });
    const condition = rand([5, 3], { dtype: 'float64', generator: new Generator(6) });
    backward(model.loss(binary(), { condition }).loss);
    for (const [name, { grad }] of model.namedParameters()) {
      expect(grad!.abs().max().item(), `the gradient of ${name}`).toBeGreaterThan(0);
    }
    const last = model.encoder.children().at(-1) as Linear; // mlp ends in one
    const [mu, sigma] = last.weight.grad!.chunk(2, 0);
    for (const part of [mu!, sigma!]) expect(part.abs().sum(1).min().item()).toBeGreaterThan(0);
  });

  it('has a bound that rises with the number of draws, and is the ELBO in the mean for one', () => {
    const model = make();
    const x = binary(20);
    const at = (numSamples: number): number => {
      let sum = 0;
      for (let i = 0; i < 20; i++) {
        sum += model.importanceWeightedBound(x, { numSamples }).mean().item();
      }
      return sum / 20;
    };
    const elbo = model.elbo(x, { numSamples: 400 }).mean().item();
    const [one, five, fifty] = [at(1), at(5), at(50)];
    expect(Math.abs(one - elbo)).toBeLessThan(0.1);
    expect(five).toBeGreaterThan(one);
    expect(fifty).toBeGreaterThan(five);
  });

  it('can be trained on the importance-weighted bound', () => {
    const model = make();
    const x = binary(20);
    const step = trainStep(
      (b: Tensor) => model.importanceWeightedBound(b, { numSamples: 5 }).mean().neg(),
      new Adam(model.parameters(), { lr: 0.02 }),
    );
    const before = step(x).item();
    for (let i = 0; i < 100; i++) step(x).dispose();
    expect(step(x).item()).toBeLessThan(before - 0.2);
  });

  it('learns in a compiled step with a beta that changes', () => {
    const warned = vi.spyOn(console, 'warn');
    const model = make({ likelihood: new GaussianLikelihood({ scale: 0.5, learnScale: true, dtype: 'float64' }) }); // prettier-ignore
    const step = trainStep(
      (x: Tensor, beta: Tensor) => model.loss(x, { beta, freeBits: 0.1, numSamples: 2 }).loss,
      new Adam(model.parameters(), { lr: 0.01 }),
    );
    const x = binary(20);
    const before = step(x, tensor(1, { dtype: 'float64' })).item();
    let after = 0;
    for (let i = 0; i < 200; i++) {
      after = step(x, tensor(Math.min(1, i / 100), { dtype: 'float64' })).item();
    }
    expect(after).toBeLessThan(before);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('sees a condition beside x and z, as channels beside pictures', () => {
    const model = make({ conditionSize: 3 });
    const x = binary();
    const one = (k: number): Tensor =>
      tensor([[0, 1, 2].map((i) => Number(i === k))], { dtype: 'float64' }).broadcastTo(5, 3);
    const generated = (k: number): string =>
      String(model.generate(5, { condition: one(k), generator: new Generator(2) }));
    expect(generated(0)).toBe(generated(0));
    expect(generated(0)).not.toBe(generated(1));
    expect(model.importanceWeightedBound(x, { condition: one(0), numSamples: 4 }).shape).toEqual([
      5,
    ]);
    const pictures = new VAE(
      convEncoder(2 * Z, { size: 8, inChannels: 1 + 3 }),
      convDecoder(Z + 3, { size: 8 }),
      Z,
      { conditionSize: 3 },
    );
    const condition = one(1).cast('float32');
    expect(pictures.forward(ones([5, 1, 8, 8]), { condition }).shape).toEqual([5, 1, 8, 8]);
  });

  it('rebuilds from the mean of the code in evaluation, from a draw while it learns', () => {
    const model = make();
    const x = binary();
    expect(String(model.forward(x))).not.toBe(String(model.forward(x)));
    model.eval();
    const want = model.decode(model.encode(x).mean).mean;
    expect(String(model.forward(x))).toBe(String(want));
  });

  it('generates the same from the same generator, with values between 0 and 1', () => {
    const model = make();
    const pictures = model.generate(7, { generator: new Generator(3) });
    expect(pictures.shape).toEqual([7, D]);
    expect(pictures.min().item()).toBeGreaterThan(0);
    expect(pictures.max().item()).toBeLessThan(1);
    expect(String(pictures)).toBe(String(model.generate(7, { generator: new Generator(3) })));
  });

  it('names what cannot be', () => {
    const x = binary();
    expect(() => make({ conditionSize: 3 }).loss(x)).toThrow(
      'VAE: needs a condition of [5,3], for conditionSize is 3, got none.',
    );
    expect(() => make().loss(x, { condition: ones([5, 3]) })).toThrow(
      'VAE: needs a condition of none, for conditionSize is 0, got [5,3].',
    );
    expect(() => new VAE(mlp([D, 3]), mlp([2, D]), 2).loss(x.cast('float32'))).toThrow(
      'VAE: the encoder must give μ and log σ² of 2 numbers, (N, 4), got [5,3].',
    );
    expect(() => new VAE(mlp([D, 4]), mlp([2, 5]), 2).loss(x.cast('float32'))).toThrow(
      'VAE: the decoder must give back the shape of the input, [5,6], got [5,5].',
    );
    expect(() => make().loss(x, { freeBits: -1 })).toThrow('freeBits must be ≥ 0 and finite');
    expect(() => make().elbo(x, { numSamples: 0 })).toThrow(
      'numSamples must be a whole number ≥ 1',
    );
    expect(() => make().decode(ones([5, 3]))).toThrow('VAE: z must have the shape (N, 2)');
    expect(() => make().generate(1.5)).toThrow('count must be a whole number ≥ 1, got 1.5.');
    // @ts-expect-error -- what plain JavaScript may give
    expect(() => make({ likelihood: 'bernoulli' })).toThrow("likelihood must be one such as new GaussianLikelihood(), got 'bernoulli'."); // prettier-ignore
    // @ts-expect-error -- likewise
    expect(() => make().loss(x, { kl: 2 })).toThrow('VAE.loss: there is no option "kl"');
  });
});

describe('likelihoods', () => {
  it('of grey pixels are the mean over the binary ones that they stand for', () => {
    const p = new BernoulliLikelihood();
    const logit = tensor([0.3]);
    const of = (value: number): number => p.logProb(logit, tensor([value])).item();
    expect(of(0.25)).toBeCloseTo(0.25 * of(1) + 0.75 * of(0), 6);
    expect(of(1)).toBeCloseTo(p.forward(logit).logProb(1).item(), 6);
    expect(of(1.01)).toBe(-Infinity);
    expect(of(-0.01)).toBe(-Infinity);
  });

  it('of normal pixels have the scale they were given', () => {
    const p = new GaussianLikelihood({ scale: 0.5, learnScale: true });
    const x = randn([3], { generator: new Generator(1) });
    const want = new Normal(0, 0.5).logProb(x);
    expect(
      p
        .logProb(zeros([3]), x)
        .sub(want)
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-6);
    expect(() => new GaussianLikelihood({ scale: 0 })).toThrow(
      'scale must be > 0 and finite, got 0.',
    );
  });
});
