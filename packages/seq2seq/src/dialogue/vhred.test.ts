import { backward, gradcheck } from '@kasane/autograd';
import { Adam } from '@kasane/optim';
import { Generator, randn, tensor, type Tensor } from '@kasane/tensor-core';
import { checkHeld } from '@kasane/testing';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import { linearAnnealing } from './annealing.ts';
import { divergence, draw } from './gaussian.ts';
import { padDialogues } from './pad-dialogues.ts';
import { VHRED, type VHREDOptions } from './vhred.ts';

const V = 9;
const dialogues = padDialogues([
  [[3, 4, 2], [5, 2], [6, 7, 8, 2]],
  [[5, 2], [3, 4, 2]],
]); // prettier-ignore
const make = (options: VHREDOptions = {}): VHRED =>
  new VHRED(V, 3, 4, { latentSize: 2, dtype: 'float64', generator: new Generator(1), ...options });

describe('the divergence of two normal distributions', () => {
  const of = (...numbers: number[]): Tensor => tensor([numbers], { dtype: 'float64' });

  it('is 0 for the same, ½ for one that is moved by σ, and log σ + 1/(2σ²) - ½ for one that is narrower', () => {
    const standard = { mean: of(0), logVariance: of(0) };
    expect(divergence(standard, standard).item()).toBe(0);
    expect(divergence({ mean: of(1), logVariance: of(0) }, standard).item()).toBeCloseTo(0.5, 12);
    const wide = { mean: of(0), logVariance: of(Math.log(4)) };
    expect(divergence(standard, wide).item()).toBeCloseTo(Math.log(2) + 1 / 8 - 0.5, 12);
  });

  it('adds up what independent components have', () => {
    const q = { mean: of(1, 2), logVariance: of(0.5, -0.3) };
    const p = { mean: of(0.2, 1), logVariance: of(-0.4, 0.6) };
    const one = (i: number): number =>
      divergence(
        { mean: q.mean.slice(1, i, i + 1), logVariance: q.logVariance.slice(1, i, i + 1) },
        { mean: p.mean.slice(1, i, i + 1), logVariance: p.logVariance.slice(1, i, i + 1) },
      ).item();
    expect(divergence(q, p).item()).toBeCloseTo(one(0) + one(1), 12);
  });

  it('is the mean of log q(z) - log p(z) over draws from q', () => {
    const q = { mean: of(1), logVariance: of(-0.5) };
    const p = { mean: of(0.2), logVariance: of(0.4) };
    const many = {
      mean: q.mean.broadcastTo(20000, 1),
      logVariance: q.logVariance.broadcastTo(20000, 1),
    };
    const z = draw(many, { generator: new Generator(1) });
    const logDensity = (d: typeof q): Tensor =>
      z.sub(d.mean).square().div(d.logVariance.exp()).add(d.logVariance).mul(-0.5);
    const estimate = logDensity(q).sub(logDensity(p)).mean().item();
    expect(divergence(q, p).item()).toBeCloseTo(estimate, 1);
  });

  it('has gradients that agree with finite differences', () => {
    const generator = new Generator(2);
    const one = (): Tensor => randn([2, 3], { dtype: 'float64', generator, requiresGrad: true });
    const of4 = (m: Tensor, v: Tensor, n: Tensor, w: Tensor): Tensor =>
      divergence({ mean: m, logVariance: v }, { mean: n, logVariance: w });
    expect(() => gradcheck(of4, [one(), one(), one(), one()])).not.toThrow();
  });
});

describe('VHRED', () => {
  it('adds its terms up for each token, the divergence by its weight', () => {
    const tokens = 14;
    const utterances = 5;
    for (const klWeight of [0, 0.3, tensor(0.3, { dtype: 'float64' })]) {
      const { loss, reconstruction, kl, bagOfWords } = make().eval().loss(dialogues, { klWeight });
      const weight = typeof klWeight === 'number' ? klWeight : klWeight.item();
      const want =
        reconstruction.item() + bagOfWords.item() + (weight * kl.item() * utterances) / tokens;
      expect(loss.item()).toBeCloseTo(want, 10);
      expect(kl.item()).toBeGreaterThan(0);
    }
  });

  it('counts neither tokens nor utterances that are padding', () => {
    const padded = padDialogues([
      [[3, 4, 2], [5, 2], [6, 7, 8, 2]],
      [[5, 2], [3, 4, 2]],
      [[3], [3], [3], [3, 3, 3, 3, 3]],
    ]).slice(0, 0, 2); // prettier-ignore
    // Without noise: draws of another shape are other draws.
    const still = make().eval();
    for (const net of [still.prior, still.posterior]) {
      net.logVariance.weight.assign(net.logVariance.weight.mul(0));
      net.logVariance.bias!.assign(net.logVariance.bias!.mul(0).sub(60));
    }
    const [one, other] = [still.loss(dialogues), still.loss(padded)];
    expect(other.loss.item()).toBeCloseTo(one.loss.item(), 6);
    expect(other.kl.item() / one.kl.item()).toBeCloseTo(1, 9);
  });

  it('counts the last utterance of each dialogue alone, if only those are asked for', () => {
    const { loss, reconstruction, kl, bagOfWords } = make().loss(dialogues, { replies: 'last' });
    const want = reconstruction.item() + bagOfWords.item() + (kl.item() * 2) / (4 + 3);
    expect(loss.item()).toBeCloseTo(want, 10);
  });

  it('draws z from the prior for a reply, another for each, the same from the same generator', () => {
    const model = make();
    const z = (seed: number): string =>
      String(model.encode(dialogues, { generator: new Generator(seed) }).condition.slice(1, 4));
    expect(z(1)).toBe(z(1));
    expect(z(1)).not.toBe(z(2));
    const { last } = model.read(dialogues);
    const mean = model.encode(dialogues, { sample: false }).condition.slice(1, 4);
    expect(mean.sub(model.prior.forward(last).mean).abs().max().item()).toBe(0);
  });

  it('lets gradients flow into all that it learns', () => {
    const model = make();
    backward(model.loss(dialogues).loss);
    for (const [name, { grad }] of model.namedParameters()) {
      expect(grad!.abs().max().item(), `the gradient of ${name}`).toBeGreaterThan(0);
    }
  });

  it('guesses no bag of words if it is not asked to', () => {
    const model = make({ bagOfWords: false });
    expect(model.loss(dialogues).bagOfWords.item()).toBe(0);
    expect(model.numParameters()).toBe(make().numParameters() - (4 + 2 + 1) * V);
  });

  it('gives scores for each token', () => {
    expect(make().forward(dialogues).shape).toEqual([2, 3, 4, V]);
  });

  it('learns in a compiled step with a weight that grows, and says by z which reply it is', () => {
    // Four replies are as good as each other: which one it was, z has to tell.
    const generator = new Generator(1);
    const model = new VHRED(V, 8, 16, { latentSize: 2, wordDropout: 0.5, generator });
    const said = padDialogues(
      [3, 4, 5, 6].map((word) => [
        [7, 2],
        [word, word, word, 2],
      ]),
    );
    const step = trainStep(
      (batch: Tensor, klWeight: Tensor) => {
        const { loss, kl } = model.loss(batch, { klWeight });
        return [loss, kl] as const;
      },
      new Adam(model.parameters(), { lr: 0.02 }),
    );
    let divergences = 0;
    for (let i = 0; i < 300; i++) {
      const [loss, kl] = step(said, tensor(linearAnnealing(i, 200)));
      divergences = kl.item();
      loss.dispose();
      kl.dispose();
    }
    expect(divergences).toBeGreaterThan(0.3); // log 4 / 2 at most: half of the utterances are sure
    model.eval();
    const history = padDialogues(Array.from({ length: 40 }, () => [[7, 2]]));
    const state = model.encode(history, { generator });
    const first = model.step(tensor(Array<number>(40).fill(1), { dtype: 'int32' }), state);
    expect(new Set(first.logits.argmax(1).toArray() as number[]).size).toBeGreaterThanOrEqual(3);
  });

  it('holds the memory of what it learns, and no more', () => {
    checkHeld((o) => new VHRED(V, 3, 4, { latentSize: 2, ...o }));
  });

  it('refuses sizes and options that it does not have', () => {
    expect(() => make({ latentSize: 0 })).toThrow('latentSize');
    expect(() => make({ latent: 3 } as VHREDOptions)).toThrow('did you mean latentSize?');
    expect(() => make().loss(dialogues, { weight: 1 } as object)).toThrow('klWeight');
  });
});

describe('linearAnnealing', () => {
  it('rises from 0 to 1 and stays there', () => {
    expect([0, 25, 100, 500].map((i) => linearAnnealing(i, 100))).toEqual([0, 0.25, 1, 1]);
    expect(linearAnnealing(0, 0)).toBe(1);
    expect(() => linearAnnealing(1, NaN)).toThrow('steps');
  });
});
