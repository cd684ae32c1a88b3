import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { CliffWalking, MountainCar } from '../environments/index.ts';
import { evaluatePolicy } from '../evaluate.ts';
import { sarsa } from '../tabular/index.ts';
import { TimeLimit } from '../wrappers/index.ts';
import { semiGradientSarsa, TileCoder, type BinaryFeatures } from './index.ts';

describe('TileCoder', () => {
  test('gives one tile of each grid, none of which is that of another grid', () => {
    const coder = new TileCoder([0, -1], [1, 1], { tiles: [4, 2], tilings: 3 });
    expect([coder.size, coder.active]).toEqual([3 * 5 * 3, 3]);
    const generator = new Generator(1);
    for (let i = 0; i < 200; i++) {
      const tiles = coder.encode([generator.random(), 2 * generator.random() - 1]);
      expect([...tiles].map((tile) => Math.floor(tile / 15))).toEqual([0, 1, 2]);
    }
  });

  test('shares fewer tiles the farther points are apart, and none beyond a tile', () => {
    const coder = new TileCoder([0], [8], { tiles: 8, tilings: 8 });
    const shared = (distance: number): number => {
      const [a, b] = [coder.encode([3]), coder.encode([3 + distance])];
      return a.filter((tile, k) => tile === b[k]).length;
    };
    expect([0, 1 / 8, 2 / 8, 4 / 8, 7 / 8, 1, 3].map(shared)).toEqual([8, 7, 6, 4, 1, 0, 0]);
  });

  test('takes what is beyond the bounds for the nearest tile', () => {
    const coder = new TileCoder([0], [8], { tilings: 1 });
    expect(coder.encode([-5])).toEqual(coder.encode([0]));
    expect(coder.encode([1e300])).toEqual(coder.encode([8]));
  });

  test('names mistakes', () => {
    expect(() => new TileCoder([0], [1, 2])).toThrow('TileCoder: low and high must have as many numbers, got 1 and 2.'); // prettier-ignore
    expect(() => new TileCoder([0], [Infinity])).toThrow('TileCoder: high[0] must be finite, got Infinity.'); // prettier-ignore
    expect(() => new TileCoder([1], [1])).toThrow('TileCoder: low[0] must be below high[0], got 1 and 1.'); // prettier-ignore
    expect(() => new TileCoder([0], [1], { tiles: 0 })).toThrow('TileCoder: tiles must be a whole number ≥ 1, got 0.'); // prettier-ignore
    expect(() => new TileCoder([0], [1]).encode([1, 2])).toThrow('TileCoder.encode: the observation must have 1 numbers, got 2.'); // prettier-ignore
    expect(() => new TileCoder([0], [1]).encode([Number.NaN])).toThrow('TileCoder.encode: the observation[0] must be finite, got NaN.'); // prettier-ignore
  });
});

describe('semiGradientSarsa', () => {
  test('is SARSA, bit by bit, where each state is a feature', async () => {
    const states: BinaryFeatures<number> = {
      size: 48,
      active: 1,
      encode: (s, out = new Int32Array(1)) => out.fill(s),
    };
    const of = () => ({ episodes: 40, gamma: 0.9, alpha: 0.3, generator: new Generator(2) });
    const { Q, lengths } = await sarsa(new CliffWalking(), of());
    const linear = await semiGradientSarsa(new CliffWalking(), states, of());
    expect(linear.lengths).toEqual(lengths);
    expect([...Q.keys()].map((s) => linear.values(s))).toEqual(Q);
  });

  test('figure 10.2: drives up the mountain, in fewer than 120 steps after 500 episodes', async () => {
    const env = new MountainCar();
    const coder = new TileCoder(env.observationSpace.low, env.observationSpace.high);
    const { act, lengths, values } = await semiGradientSarsa(env, coder, {
      episodes: 500,
      gamma: 1,
      alpha: 0.5,
      epsilon: 0,
      generator: new Generator(1),
    });
    const mean = lengths.slice(400).reduce((a, b) => a + b) / 100;
    expect(mean).toBeLessThan(130);
    expect(lengths[0]!).toBeGreaterThan(300);
    const { mean: reached } = await evaluatePolicy(act, new TimeLimit(new MountainCar(), 200), {
      seed: 3,
      generator: new Generator(3),
    });
    expect(reached).toBeGreaterThan(-120);
    // Near the goal and fast it is soon over, at rest in the valley it is not.
    expect(Math.max(...values([0.45, 0.06]))).toBeGreaterThan(-20);
    expect(Math.max(...values([-0.5, 0]))).toBeLessThan(-80);
  });

  test('names mistakes', async () => {
    const env = new MountainCar();
    await expect(semiGradientSarsa(env, null as never, { episodes: 1 })).rejects.toThrow(
      'semiGradientSarsa: needs features with encode, such as a TileCoder, got null.',
    );
    const strange = {
      size: 3,
      active: 1,
      encode: (_: unknown, out = new Int32Array(1)) => out.fill(3),
    };
    await expect(semiGradientSarsa(env, strange, { episodes: 1 })).rejects.toThrow(
      'semiGradientSarsa: encode must give numbers from 0 to 2, got 3.',
    );
    const coder = new TileCoder([0], [1]);
    await expect(semiGradientSarsa(env, coder, { episodes: 1 })).rejects.toThrow(
      'TileCoder.encode: the observation must have 1 numbers, got 2.',
    );
  });
});
