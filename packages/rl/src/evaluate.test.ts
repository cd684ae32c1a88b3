import { Generator } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { CartPole } from './environments/cart-pole.ts';
import { bootstrapInterval, evaluatePolicy } from './evaluate.ts';
import { exponentialSchedule, linearSchedule, scheduled } from './schedule.ts';

describe('bootstrapInterval', () => {
  it('holds the true mean as often as it says', () => {
    const generator = new Generator(3);
    let held = 0;
    for (let k = 0; k < 300; k++) {
      const drawn = Array.from({ length: 30 }, () => generator.random());
      const { low, high } = bootstrapInterval(drawn, {
        confidence: 0.9,
        resamples: 200,
        generator,
      });
      if (low <= 0.5 && 0.5 <= high) held++;
    }
    expect(held / 300).toBeGreaterThan(0.84);
    expect(held / 300).toBeLessThan(0.94);
  });

  it('is as wide as the normal approximation', () => {
    const generator = new Generator(4);
    const drawn = Array.from({ length: 400 }, () => generator.normal());
    const { mean, low, high } = bootstrapInterval(drawn, { generator });
    const squares = drawn.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    const wide = 2 * 1.96 * Math.sqrt(squares / 399 / 400);
    expect((high - low) / wide).toBeGreaterThan(0.93);
    expect((high - low) / wide).toBeLessThan(1.07);
  });

  it('is a point for numbers that are all the same, and names what is no list of numbers', () => {
    expect(bootstrapInterval([500, 500, 500])).toEqual({ mean: 500, low: 500, high: 500 });
    for (const wrong of [undefined, null, 'abc', [], 7, {}, Promise.resolve(), () => 1]) {
      expect(() => Reflect.apply(bootstrapInterval, null, [wrong])).toThrow(
        /^bootstrapInterval: needs numbers, at least one, got /,
      );
    }
    expect(() => bootstrapInterval([1], { confidence: 1 })).toThrow('bootstrapInterval: confidence must be between 0 and 1, got 1.'); // prettier-ignore
  });
});

describe('evaluatePolicy', () => {
  const towardsFall = ([, , angle]: Float32Array): number => (angle! > 0 ? 1 : 0);

  it('gives returns, lengths and their interval, the same from the same seeds', async () => {
    const run = () =>
      evaluatePolicy(towardsFall, new CartPole(), {
        episodes: 20,
        seed: 1,
        generator: new Generator(1),
      });
    const found = await run();
    expect(found).toEqual(await run());
    expect(found.returns).toEqual(found.lengths);
    expect(found.low).toBeLessThan(found.mean);
    expect(found.mean).toBeLessThan(found.high);
    expect(found.std).toBeGreaterThan(0);
  });

  it('ends with the reason of its signal, and names a reward that is not finite', async () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(evaluatePolicy(towardsFall, new CartPole(), { signal })).rejects.toBe(reason);
    const env = new CartPole();
    const bad = {
      observationSpace: env.observationSpace,
      actionSpace: env.actionSpace,
      reset: () => env.reset(),
      step: (action: number) => ({ ...env.step(action), reward: Number.NaN }),
    };
    await expect(evaluatePolicy(towardsFall, bad)).rejects.toThrow(
      'evaluatePolicy: rewards must be finite numbers, got NaN in episode 0.',
    );
  });
});

describe('schedules', () => {
  it('go from start to end', () => {
    expect([0, 0.5, 1].map(linearSchedule(4, 2))).toEqual([4, 3, 2]);
    expect([0, 0.1, 0.2, 1].map(linearSchedule(1, 0, 0.2))).toEqual([1, 0.5, 0, 0]);
    expect(exponentialSchedule(1, 0.01)(0.5)).toBeCloseTo(0.1);
  });
  it('name what is no number', () => {
    expect(scheduled('PPO', 'lr', 0.5, 0)).toBe(0.5);
    expect(() => scheduled('PPO', 'lr', () => Number.NaN, 0)).toThrow('PPO: lr must be a finite number, or a function of the progress that gives one, got NaN.'); // prettier-ignore
    expect(() => linearSchedule(Number.NaN)).toThrow('linearSchedule: start must be a finite number, got NaN.'); // prettier-ignore
    expect(() => linearSchedule(1, 0, 0)).toThrow('linearSchedule: endFraction must be above 0 and at most 1, got 0.'); // prettier-ignore
  });
});
