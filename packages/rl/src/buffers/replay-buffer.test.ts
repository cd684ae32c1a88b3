import { Generator, memory, scope } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrioritizedReplayBuffer } from './prioritized-replay-buffer.ts';
import { ReplayBuffer } from './replay-buffer.ts';
import type { Transition } from './transition.ts';

const numbered = (i: number): Transition => ({
  observation: [i, i + 0.5],
  action: i,
  reward: 2 * i,
  nextObservation: [i + 1, i + 1.5],
  discount: 0.5,
});

describe('ReplayBuffer', () => {
  it('holds the latest transitions, rows belonging together', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 30 }),
        (capacity, n) => {
          const buffer = new ReplayBuffer(capacity, { observationSize: 2 });
          for (let i = 0; i < n; i++) expect(buffer.add(numbered(i))).toBe(i % capacity);
          expect(buffer.size).toBe(Math.min(n, capacity));
          scope(() => {
            const { batch } = buffer.sample(20, { generator: new Generator(n) });
            for (const [k, action] of (batch.actions.toArray() as number[]).entries()) {
              expect(action).toBeGreaterThanOrEqual(n - capacity);
              expect(batch.rewards.dataSync()[k]).toBe(2 * action);
              expect([...batch.observations.dataSync()].slice(2 * k, 2 * k + 2)).toEqual([
                action,
                action + 0.5,
              ]);
              expect(batch.nextObservations.dataSync()[2 * k]).toBe(action + 1);
            }
            expect(batch.weights.toArray()).toEqual(Array(20).fill(1));
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps continuous actions', () => {
    const buffer = new ReplayBuffer(2, { observationSize: 2, actionSize: 3 });
    buffer.add({ ...numbered(1), action: [1, 2, 3] });
    scope(() => expect(buffer.sample(1).batch.actions.toArray()).toEqual([[1, 2, 3]]));
  });

  it('draws the same for the same seed, and frees all of it', () => {
    const buffer = new ReplayBuffer(100, { observationSize: 2 });
    for (let i = 0; i < 100; i++) buffer.add(numbered(i));
    const before = memory().wasm;
    const draw = (): unknown =>
      scope(() => buffer.sample(8, { generator: new Generator(3) }).batch.actions.toArray());
    expect(draw()).toEqual(draw());
    expect(memory().wasm).toEqual(before);
  });

  it('names what is no transition', () => {
    const buffer = new ReplayBuffer(2, { observationSize: 2 });
    const add = (change: object) => () => buffer.add({ ...numbered(0), ...change });
    expect(() => buffer.sample(1)).toThrow('sample: the buffer is empty. Add to it first.');
    expect(add({ reward: NaN })).toThrow(
      'ReplayBuffer: the reward must be a finite number, got NaN.',
    );
    expect(add({ observation: [1] })).toThrow('the observation must have 2 numbers, got 1.');
    expect(add({ observation: [1, NaN] })).toThrow('number 1 of the observation must be a finite');
    expect(add({ nextObservation: undefined })).toThrow(
      'must be an array of 2 numbers, got undefined',
    );
    expect(add({ action: 0.5 })).toThrow('the action must be a whole number, got 0.5.');
    expect(() => new ReplayBuffer(2 ** 50, { observationSize: 1 })).toThrow('there is no memory');
    expect(buffer.size).toBe(0);
  });
});

describe('PrioritizedReplayBuffer', () => {
  it('draws in proportion to pᵢ^α, and weighs by (N · P(i))^-β over the largest of the batch', () => {
    const buffer = new PrioritizedReplayBuffer(4, {
      observationSize: 2,
      alpha: 0.5,
      beta: 0.5,
      eps: 1e-12,
    });
    for (let i = 0; i < 4; i++) buffer.add(numbered(i));
    buffer.updatePriorities([0, 1, 2, 3], [1, -4, 9, 16]);
    const counts = [0, 0, 0, 0];
    scope(() => {
      const { batch, indices } = buffer.sample(10_000, { generator: new Generator(1) });
      for (const i of indices) counts[i]!++;
      const weights = batch.weights.dataSync();
      // The least likely weighs most: √p is 1, 2, 3, 4 of 10.
      for (const [k, i] of indices.entries()) expect(weights[k]).toBeCloseTo((i + 1) ** -0.5, 5);
    });
    for (const [i, count] of counts.entries()) expect(count / 1000).toBeCloseTo(i + 1, 1);
  });

  it('draws what is new as often as the most surprising', () => {
    const buffer = new PrioritizedReplayBuffer(2, { observationSize: 2, alpha: 1 });
    buffer.add(numbered(0));
    buffer.updatePriorities([0], [7]);
    buffer.add(numbered(1));
    scope(() => {
      const { indices } = buffer.sample(10, { generator: new Generator(1) });
      expect(indices.filter((i) => i === 1)).toHaveLength(5);
    });
  });

  it('names what is no priority', () => {
    const buffer = new PrioritizedReplayBuffer(2, { observationSize: 2 });
    buffer.add(numbered(0));
    expect(() => buffer.updatePriorities([0], [NaN])).toThrow(
      'each error must be finite, got NaN.',
    );
    expect(() => buffer.updatePriorities([0, 1], [1])).toThrow('got 2 indices and 1 errors');
    expect(() => new PrioritizedReplayBuffer(2, { observationSize: 2, alpha: 2 })).toThrow(
      'PrioritizedReplayBuffer: alpha must be from 0 to 1, got 2.',
    );
  });
});
