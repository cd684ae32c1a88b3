import { tensor, type Tensor } from '@kasane/tensor-core';
import { later } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import {
  AnomalyError,
  backward,
  backwardAsync,
  detectAnomaly,
  detectAnomalyAsync,
} from './index.ts';

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

describe('detectAnomalyAsync', () => {
  const there = later();

  it('names the first op of a device that answers later, though more have run', async () => {
    const run = (): Tensor => leaf([4, -1]).to(there).mul(2).sqrt().log().sum();
    await expect(detectAnomalyAsync(run)).rejects.toThrow(
      new AnomalyError(`sqrt produced NaN at element 1 of its [2] result. ${advice}`),
    );
  });

  it('names the op of the backward pass', async () => {
    const run = (): Promise<void> => backwardAsync(leaf([0, 4]).to(there).sqrt().sum());
    await expect(detectAnomalyAsync(run)).rejects.toThrow(
      /^\w+, in the gradient of sqrt, produced Infinity at element 0 of its \[2\] result\. Look/,
    );
  });

  it('gives what the function gives when all is finite, or throws what it throws', async () => {
    const run = async (): Promise<number> => (await leaf([1]).to(there).exp().data())[0]!;
    expect(await detectAnomalyAsync(run)).toBeCloseTo(Math.E, 6);
    const fail = (): never => {
      leaf([1]).to(there).exp();
      throw new RangeError('mine');
    };
    await expect(detectAnomalyAsync(fail)).rejects.toThrow('mine');
  });

  it('tells of the op before what came of it', async () => {
    const run = (): never => {
      leaf([-1]).to(there).sqrt();
      throw new RangeError('the loss is not finite');
    };
    await expect(detectAnomalyAsync(run)).rejects.toThrow('sqrt produced NaN');
  });

  it('ends soon what waits in between', async () => {
    let steps = 0;
    const run = async (): Promise<void> => {
      for (let x = leaf([-1]).to(there); steps < 100; steps++) await (x = x.sqrt()).data();
    };
    await expect(detectAnomalyAsync(run)).rejects.toThrow('sqrt produced NaN');
    expect(steps).toBeLessThan(3);
  });

  it('stops at the op where values are at hand', async () => {
    let passed = false;
    const run = (): void => {
      leaf([0]).log();
      passed = true;
    };
    await expect(detectAnomalyAsync(run)).rejects.toThrow('log produced -Infinity');
    expect(passed).toBe(false);
  });

  it('watches no longer once the function has ended, and detectAnomaly says what to await', async () => {
    const run = (): Tensor => leaf([0]).to(there).log();
    await expect(detectAnomalyAsync(run)).rejects.toThrow(AnomalyError);
    expect(Array.from(await run().data())).toEqual([-Infinity]);
    expect(() => detectAnomaly(run)).toThrow(
      'detectAnomaly: the data is on later. Use await detectAnomalyAsync(…).',
    );
  });
});
