import { CheckpointError, Generator, memory, ones, scope, type Tensor } from '@kasane/tensor-core';
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
    expect(add({ reward: NaN })).toThrow('ReplayBuffer: the reward must be finite, got NaN.');
    expect(add({ observation: [1] })).toThrow(
      'ReplayBuffer: the observation must be an array of 2 numbers, got one of 1.',
    );
    expect(add({ observation: [1, NaN] })).toThrow('number 1 of the observation must be finite');
    expect(add({ nextObservation: undefined })).toThrow(
      'must be an array of 2 numbers, got undefined',
    );
    expect(add({ action: 0.5 })).toThrow('the action must be a whole number, got 0.5.');
    expect(() => new ReplayBuffer(2 ** 50, { observationSize: 1 })).toThrow('there is no memory');
    expect(buffer.size).toBe(0);
  });
});

describe.each([
  ['ReplayBuffer', () => new ReplayBuffer(5, { observationSize: 2 })],
  ['PrioritizedReplayBuffer', () => new PrioritizedReplayBuffer(5, { observationSize: 2 })],
] as const)('the state of a %s', (name, make) => {
  const filled = (count: number): ReplayBuffer => {
    const buffer = make();
    for (let i = 0; i < count; i++) buffer.add(numbered(i));
    if (buffer instanceof PrioritizedReplayBuffer) buffer.updatePriorities([0, 2], [0.3, 7]);
    return buffer;
  };
  const drawn = (buffer: ReplayBuffer): unknown =>
    scope(() => {
      const { batch, indices } = buffer.sample(9, { generator: new Generator(1) });
      return [indices, ...Object.values<Tensor>({ ...batch }).map((x) => x.toArray())];
    });

  it.each([3, 5, 7])('of %i transitions is all there is to know of it', (count) => {
    const buffer = filled(count);
    const state = buffer.stateDict();
    const other = filled(4);
    Reflect.apply(other.loadStateDict, other, [state]);
    expect(other.size).toBe(buffer.size);
    for (const one of [buffer, other]) one.add(numbered(50));
    expect(drawn(other)).toEqual(drawn(buffer));
    // The state is a copy.
    const third = make();
    Reflect.apply(third.loadStateDict, third, [state]);
    third.add(numbered(50));
    expect(drawn(third)).toEqual(drawn(buffer));
  });

  it('is refused where it does not fit, and nothing is changed', () => {
    const state = filled(5).stateDict();
    const buffer = filled(3);
    const before = drawn(buffer);
    const wrong: unknown[] = [
      ...[undefined, null, 7, {}, [], { ...state, next: 5 }, { ...state, next: NaN }],
      ...[
        { ...state, rewards: [1, 2] },
        { ...state, actions: state.rewards },
      ],
      ...[
        { ...state, observations: state.rewards },
        { ...state, discounts: ones([4]) },
      ],
    ];
    if (name === 'PrioritizedReplayBuffer') {
      wrong.push({ ...state, priorities: ones([4]) }, { ...state, largest: 0.1 });
    }
    for (const given of wrong) {
      const load = () => Reflect.apply(buffer.loadStateDict, buffer, [given]);
      expect(load).toThrow(CheckpointError);
      expect(load).toThrow(`${name}: the state does not fit: `);
    }
    expect(drawn(buffer)).toEqual(before);
    const small = new ReplayBuffer(4, { observationSize: 2 });
    expect(() => small.loadStateDict(state)).toThrow('5 transitions must fit its capacity, 4,');
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
