import { backward } from '@kasane/autograd';
import { reference, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import '@kasane/testing';
import { goldenTensor, type GoldenTensor } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import goldens from '../../test/fixtures/gan.json' with { type: 'json' };
import {
  hingeLoss,
  leastSquaresLoss,
  minimaxLoss,
  nonSaturatingLoss,
  optimalDiscriminator,
  wassersteinLoss,
} from './index.ts';

const o = { dtype: 'float64', backend: reference() } as const;
const golden = (value: GoldenTensor): Tensor => goldenTensor(value, o);
/** The irregular values of the fixture's script. */
const scores = (phase: number): Tensor =>
  tensor(
    Array.from({ length: 6 }, (_, i) => 3 * Math.cos(i * 1.7 + phase)),
    [6],
    { ...o, requiresGrad: true },
  );

const smoothed = { labelSmoothing: 0.1 };
const losses = {
  minimaxLoss: minimaxLoss(),
  nonSaturatingLoss: nonSaturatingLoss(),
  'nonSaturatingLoss, smoothed': nonSaturatingLoss(smoothed),
  leastSquaresLoss: leastSquaresLoss(),
  'leastSquaresLoss, smoothed': leastSquaresLoss(smoothed),
  wassersteinLoss: wassersteinLoss(),
  hingeLoss: hingeLoss(),
};

describe('adversarial losses', () => {
  it.each(Object.keys(losses) as (keyof typeof losses)[])(
    '%s has the values and gradients of PyTorch for both players',
    (name) => {
      const want = goldens.losses[name];
      const [real, generated, made] = [scores(0), scores(1), scores(1)];
      const ofDiscriminator = losses[name].discriminator(real, generated);
      backward(ofDiscriminator);
      const ofGenerator = losses[name].generator(made);
      backward(ofGenerator);
      expect(ofDiscriminator.item()).toBeCloseTo(want.discriminator, 12);
      expect(ofGenerator.item()).toBeCloseTo(want.generator, 12);
      const close = { rtol: 1e-12, atol: 1e-14 };
      expect(real.grad!).toBeAllclose(golden(want.real), close);
      expect(generated.grad!).toBeAllclose(golden(want.generated), close);
      expect(made.grad!).toBeAllclose(golden(want.ofGenerator), close);
    },
  );

  it('stay finite where the discriminator is sure, and wrong', () => {
    const [high, low] = [tensor([500]), tensor([-500])];
    for (const loss of Object.values(losses)) {
      for (const [real, generated] of [
        [high, low],
        [low, high],
      ] as const) {
        expect(loss.discriminator(real, generated).item()).toBeLessThan(3e5);
        expect(Number.isFinite(loss.generator(generated).item())).toBe(true);
      }
    }
  });

  it('have the value -2 ln 2 where no discriminator can tell', () => {
    const unsure = tensor([0, 0, 0], [3], o);
    expect(-minimaxLoss().discriminator(unsure, unsure).item()).toBeCloseTo(-2 * Math.LN2, 14);
    expect(minimaxLoss().answer(unsure).toArray()).toEqual([0.5, 0.5, 0.5]);
  });

  it('refuse what are no scores, and smoothing out of range', () => {
    expect(() => minimaxLoss().discriminator(zeros([0]), zeros([2]))).toThrow(
      'minimaxLoss: needs scores of real samples, got none.',
    );
    // @ts-expect-error -- plain JavaScript
    expect(() => hingeLoss().generator([1])).toThrow(
      'hingeLoss: the scores of generated samples must be a tensor, got an array.',
    );
    expect(() => leastSquaresLoss({ labelSmoothing: 1.5 })).toThrow(
      'leastSquaresLoss: labelSmoothing must be from 0 to 1, got 1.5.',
    );
  });
});

describe('optimalDiscriminator', () => {
  it('is one half where the densities are equal, 1 where nothing is generated, and NaN where nothing is', () => {
    const best = optimalDiscriminator(tensor([0.3, 0.3, 0]), tensor([0.3, 0, 0]));
    expect(best.toArray()).toEqual([0.5, 1, Number.NaN]);
  });
});
