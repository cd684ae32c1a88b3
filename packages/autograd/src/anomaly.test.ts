import { tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { AnomalyError, backward, detectAnomaly } from './index.ts';

const leaf = (values: number[]): Tensor => tensor(values, { requiresGrad: true });
const advice = 'Look for a log or division of 0, overflow or a high rate.';

describe('detectAnomaly', () => {
  it('names the op of the forward pass that first made NaN or Infinity', () => {
    expect(() => detectAnomaly(() => leaf([4, -1]).mul(2).sqrt().add(1).sum())).toThrow(
      new AnomalyError(`sqrt produced NaN at element 1 of its [2] result. ${advice}`),
    );
  });

  it('names the op of the backward pass and whose gradient it was', () => {
    const x = leaf([0, 4]);
    const run = (): void => backward(x.sqrt().sum());
    expect(() => detectAnomaly(run)).toThrow(AnomalyError);
    expect(() => detectAnomaly(run)).toThrow(
      /^\w+, in the gradient of sqrt, produced Infinity at element 0 of its \[2\] result\. Look/,
    );
  });

  it('returns what the function returns when all is finite', () => {
    expect(detectAnomaly(() => leaf([1, 2]).log().sum().item())).toBeCloseTo(Math.LN2, 6);
  });

  it('watches no longer once the function has ended, well or not', () => {
    expect(() => detectAnomaly(() => leaf([0]).log())).toThrow(AnomalyError);
    expect(leaf([0]).log().item()).toBe(-Infinity);
  });

  it('lets whole numbers and comparisons pass', () => {
    expect(detectAnomaly(() => tensor([1, 2], { dtype: 'int32' }).add(1).toArray())).toEqual([
      2, 3,
    ]);
    expect(detectAnomaly(() => leaf([1]).equal(1).toArray())).toEqual([true]);
  });

  it('may be nested', () => {
    expect(() =>
      detectAnomaly(() => {
        detectAnomaly(() => leaf([1]).log());
        leaf([0]).log();
      }),
    ).toThrow('log produced -Infinity');
  });
  it('refuses a promise, whose later ops it would not see', () => {
    expect(() => detectAnomaly(async () => tensor([1]))).toThrow(
      'detectAnomaly: the function returned a promise',
    );
    expect(tensor([-1]).sqrt().isNaN().item()).toBe(1);
  });
});
