import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NStep } from './n-step.ts';

/** An episode whose step i leads from [i] to [i + 1]. */
const episode = (rewards: readonly number[], end: 'terminated' | 'truncated') =>
  rewards.map((reward, i) => ({
    observation: [i],
    action: i,
    reward,
    nextObservation: [i + 1],
    terminated: end === 'terminated' && i === rewards.length - 1,
    truncated: end === 'truncated' && i === rewards.length - 1,
  }));

describe('NStep', () => {
  it('gives one transition of n discounted steps for each step, fewer at the end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom('terminated' as const, 'truncated' as const),
        (n, rewards, end) => {
          const nStep = new NStep(n, 0.5);
          const got = episode(rewards, end).flatMap((step) => nStep.add(step));
          expect(got.map(({ action }) => action)).toEqual(rewards.map((_, i) => i));
          for (const [i, { reward, nextObservation, discount }] of got.entries()) {
            const last = Math.min(i + n, rewards.length);
            const sum = rewards.slice(i, last).reduce((all, r, k) => all + r * 0.5 ** k, 0);
            expect(reward).toBeCloseTo(sum, 12);
            expect(nextObservation).toEqual([last]);
            const over = end === 'terminated' && last === rewards.length;
            expect(discount).toBe(over ? 0 : 0.5 ** (last - i));
          }
        },
      ),
    );
  });

  it('lets no step reach from one episode into the next', () => {
    const nStep = new NStep(3, 1);
    for (const step of episode([1, 1], 'truncated')) nStep.add(step);
    expect(nStep.add(episode([1, 1], 'truncated')[0]!)).toEqual([]);
    nStep.reset();
    expect(nStep.add(episode([5], 'terminated')[0]!)).toHaveLength(1);
  });

  it('names what is no n and no γ', () => {
    expect(() => new NStep(0, 1)).toThrow('NStep: n must be a whole number ≥ 1, got 0.');
    expect(() => new NStep(1, NaN)).toThrow('NStep: gamma must be from 0 to 1, got NaN.');
  });
});
