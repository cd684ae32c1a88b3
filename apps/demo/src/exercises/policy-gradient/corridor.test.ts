import { Generator } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { Corridor, corridorValue } from './corridor.ts';

test('J of the corridor is (2p − 4) / (p (1 − p)), and greatest at 2 − √2', () => {
  for (const p of [0.1, 0.35, 0.5, 0.59, 0.9]) {
    expect(corridorValue(p)).toBeCloseTo((2 * p - 4) / (p * (1 - p)), 8);
  }
  const best = corridorValue(2 - Math.SQRT2);
  expect(best).toBeCloseTo(-11.6569, 4);
  expect(Math.max(corridorValue(0.58), corridorValue(0.59))).toBeLessThan(best);
});

test('the corridor is walked as it is computed', () => {
  const corridor = new Corridor();
  const generator = new Generator(1);
  corridor.reset({ seed: 1 });
  let [steps, episodes] = [0, 0];
  while (episodes < 4000) {
    const { terminated, truncated } = corridor.step(Number(generator.random() < 0.6));
    steps++;
    if (!terminated && !truncated) continue;
    episodes++;
    corridor.reset();
  }
  expect(Math.abs(-steps / episodes - corridorValue(0.6))).toBeLessThan(0.6);
});

test('who always goes right never gets through', () => {
  const corridor = new Corridor();
  corridor.reset({ seed: 1 });
  let step = corridor.step(1);
  let steps = 1;
  for (; !step.terminated && !step.truncated; steps++) step = corridor.step(1);
  expect([steps, step.truncated]).toEqual([200, true]);
});
