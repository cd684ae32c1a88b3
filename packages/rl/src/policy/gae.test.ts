import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discountedReturns, gae } from './gae.ts';
import type { GaeInput } from './gae.ts';

interface Recorded extends GaeInput {
  readonly gamma: number;
  readonly lambda_: number;
  readonly envs: number;
  readonly advantages: readonly number[];
}
const fixture = new URL('../../test/fixtures/policy.json', import.meta.url);
const recorded = (JSON.parse(readFileSync(fixture, 'utf8')) as { gae: Recorded[] }).gae;

describe('gae', () => {
  it.each(recorded)('is as Stable-Baselines3 has it, γ $gamma, λ $lambda_', (row) => {
    const { gamma, lambda_: lambda, envs } = row;
    const { advantages, returns } = gae(row, { gamma, lambda, envs });
    advantages.forEach((a, i) => {
      expect(a).toBeCloseTo(row.advantages[i]!, 5);
      expect(returns[i]).toBeCloseTo(row.advantages[i]! + row.values[i]!, 5);
    });
  });

  it('with λ = 1 is the discounted return less V, and bootstraps where it was cut off', () => {
    const number = fc.double({ min: -10, max: 10, noNaN: true });
    const episode = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(episode, number, fc.boolean(), (steps, final, cut) => {
        const rewards = steps.map(([r]) => r);
        const values = steps.map(([, v]) => v);
        const last = steps.map((_, i) => (i === steps.length - 1 ? 1 : 0));
        const none = steps.map(() => 0);
        const { advantages } = gae(
          { rewards, values, nextValues: [...values.slice(1), final], terminated: cut ? none : last, truncated: cut ? last : none },
          { gamma: 0.9, lambda: 1 },
        ); // prettier-ignore
        const returns = discountedReturns(rewards, 0.9, cut ? final : 0);
        advantages.forEach((a, i) => expect(a).toBeCloseTo(returns[i]! - values[i]!, 3));
      }),
    );
  });

  it('lets nothing through between episodes', () => {
    const shared = { values: [0, 0], nextValues: [0, 0], truncated: [0, 0], terminated: [1, 1] };
    expect(gae({ ...shared, rewards: [1, 1000] }).advantages[0]).toBe(1);
  });

  it('names arrays that do not fit, and options out of range', () => {
    const good: GaeInput = { rewards: [1, 2], values: [0, 0], nextValues: [0, 0], terminated: [0, 0], truncated: [0, 0] }; // prettier-ignore
    expect(() => gae({ ...good, values: [0] })).toThrow(
      'gae: values must be as long as rewards, 2 numbers, got 1.',
    );
    expect(() => gae(good, { envs: 3 })).toThrow(
      'gae: 2 steps do not divide among 3 environments.',
    );
    expect(() => gae(good, { gamma: 1.5 })).toThrow('gae: gamma must be from 0 to 1, got 1.5.');
    expect(() => gae(good, { lambda: Number.NaN })).toThrow('gae: lambda must be from 0 to 1');
    for (const wrong of [undefined, null, 'abc', 7, Promise.resolve(), () => 1]) {
      expect(() => Reflect.apply(gae, null, [wrong])).toThrow(/^gae: rewards must be an array/);
      expect(() => Reflect.apply(discountedReturns, null, [wrong, 0.9])).toThrow(
        /^discountedReturns: rewards must be an array/,
      );
    }
  });
});
