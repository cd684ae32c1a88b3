import { backward } from '@kasane/autograd';
import { Adagrad, SGD, SparseAdam } from '@kasane/optim';
import { goldenCase, loadGoldens, testLayer } from '@kasane/testing';
import { Generator, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { CBOW } from './cbow.ts';
import { negativeSamplingLoss, NegativeSampler } from './negative-sampling.ts';
import { SkipGram } from './skip-gram.ts';
import { contextWindows, Subsampler } from './windows.ts';

const goldens = loadGoldens(new URL('../../test/fixtures/word-vectors.json', import.meta.url));
const whole = (list: readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(list, { dtype: 'int32' });

testLayer('SkipGram', {
  make: (options) => new SkipGram(6, 3, options),
  golden: goldenCase(goldens, 'skipGram'),
});
testLayer('CBOW', {
  make: (options) => new CBOW(6, 3, options),
  golden: goldenCase(goldens, 'cbow'),
});

describe('SkipGram and CBOW', () => {
  it('start from word2vec’s values: small ones and zeros', () => {
    const { input, output } = new SkipGram(50, 10, { generator: new Generator(1) });
    expect(input.weight.abs().max().item()).toBeGreaterThan(0.04);
    expect(input.weight.abs().max().item()).toBeLessThanOrEqual(0.05);
    expect(output.weight.abs().max().item()).toBe(0);
  });

  for (const Optimizer of [SGD, Adagrad, SparseAdam]) {
    it(`learn with ${Optimizer.name}, and leave alone what a step does not name`, () => {
      const model = new CBOW(8, 4, { generator: new Generator(1) });
      const optimizer = new Optimizer(model.parameters(), { lr: 0.5 });
      const before = model.input.weight.toArray() as number[][];
      const losses = Array.from({ length: 30 }, () =>
        scope(() => {
          const scores = model.forward(
            whole([
              [0, 1],
              [2, -1],
            ]),
            whole([
              [3, 4],
              [4, 3],
            ]),
          );
          const loss = negativeSamplingLoss(scores);
          backward(loss);
          optimizer.step();
          optimizer.zeroGrad();
          return loss.item();
        }),
      );
      expect(losses[0]).toBeCloseTo(2 * Math.LN2, 6);
      expect(losses.at(-1)!).toBeLessThan(0.7);
      const after = model.input.weight.toArray() as number[][];
      for (const row of [3, 4, 5, 6, 7]) expect(after[row]).toEqual(before[row]);
      expect(after[2]).not.toEqual(before[2]);
    });
  }

  it('refuse contexts that are no matrix, and other options', () => {
    expect(() => new CBOW(5, 2).forward(whole([1]), whole([[1]]))).toThrow(
      'contexts must have shape (B, C), got [1]',
    );
    // @ts-expect-error -- there is none
    expect(() => new SkipGram(5, 2, { sparse: true })).toThrow(
      'SkipGram: there is no option "sparse"',
    );
  });
});

describe('negativeSamplingLoss', () => {
  it('is -log σ of the first and -log σ(-s) of the rest, the mean over rows', () => {
    const log = (x: number): number => Math.log(1 + Math.exp(-x));
    const loss = negativeSamplingLoss(
      tensor([
        [1, 2],
        [-3, 0.5],
      ]),
    ).item();
    expect(loss).toBeCloseTo((log(1) + log(-2) + log(-3) + log(-0.5)) / 2, 5);
    expect(negativeSamplingLoss(tensor([[200, -200]])).item()).toBe(0);
    expect(negativeSamplingLoss(tensor([[-200]])).item()).toBe(200);
  });

  it('refuses scores that are no matrix', () => {
    expect(() => negativeSamplingLoss(tensor([1]))).toThrow(
      'scores must have shape (B, T) with T ≥ 1, got [1]',
    );
  });
});

describe('NegativeSampler', () => {
  it('draws by count^exponent', () => {
    const sampler = new NegativeSampler([16, 1, 0, 81], {
      exponent: 0.5,
      generator: new Generator(3),
    });
    const seen = [0, 0, 0, 0];
    for (const word of sampler.draw(14_000)) seen[word]!++;
    expect(seen[2]).toBe(0);
    [4000, 1000, 0, 9000].forEach((n, i) => expect(Math.abs(seen[i]! - n)).toBeLessThan(200));
  });

  it('refuses counts that are none', () => {
    expect(() => new NegativeSampler([])).toThrow('the sum of the counts must be above 0, got 0');
    expect(() => new NegativeSampler([1, -1])).toThrow('counts[1] must be a number ≥ 0, got -1');
    expect(() => new NegativeSampler([NaN])).toThrow('counts[0] must be a number ≥ 0, got NaN');
  });
});

describe('contextWindows', () => {
  it('draws each reach from 1 to the window', () => {
    const ids = Array.from({ length: 400 }, (_, i) => i);
    const sizes = [...contextWindows(ids, { window: 3, generator: new Generator(1) })]
      .slice(3, -3)
      .map(({ context }) => context.length);
    expect(new Set(sizes)).toEqual(new Set([2, 4, 6]));
  });

  it('leaves words without neighbours out', () => {
    expect([...contextWindows([5])]).toEqual([]);
    expect([...contextWindows([])]).toEqual([]);
  });
});

describe('Subsampler', () => {
  it('keeps occurrences with the probability that it says', () => {
    const subsampler = new Subsampler([10, 990], { sample: 0.01, generator: new Generator(1) });
    const kept = subsampler.thin(Array<number>(20_000).fill(1)).length / 20_000;
    expect(kept).toBeCloseTo(subsampler.probability(1), 2);
  });

  it('refuses words that have no count', () => {
    const subsampler = new Subsampler([10, 990]);
    for (const word of [-1, 2, 0.5]) {
      const refusal = new RangeError(
        `Subsampler: a word must be a whole number from 0 to 1, got ${word}.`,
      );
      expect(() => subsampler.thin([0, word])).toThrow(refusal);
      expect(() => subsampler.probability(word)).toThrow(refusal);
    }
  });
});
