import { defaultGenerator, Generator, manualSeed, ones, rand, randn } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { fraction53, logarithm } from './random.ts';

function draw(generator: Generator, n: number = 64): number[] {
  return Array.from({ length: n }, () => generator.random());
}

function correlation(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - 0.5) * (b[i]! - 0.5);
  return (12 * sum) / a.length;
}

describe('Generator', () => {
  it('gives the same numbers from the same seed', () => {
    expect(draw(new Generator(3))).toEqual(draw(new Generator(3)));
    expect(draw(new Generator(3))).not.toEqual(draw(new Generator(4)));
  });

  it('takes its words from Philox, keyed by the seed', () => {
    const words = new Generator(0).words(new Uint32Array(4));
    expect(Array.from(words)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  it('tells seeds apart in all their 53 bits', () => {
    const firsts = Array.from({ length: 53 }, (_, i) => new Generator(2 ** i).random());
    expect(new Set(firsts).size).toBe(53);
  });

  it('continues from a saved state, also through JSON and in another generator', () => {
    const generator = new Generator(9);
    draw(generator, 5);
    const state: unknown = JSON.parse(JSON.stringify(generator.state));
    const next = draw(generator);
    const other = new Generator(0);
    other.state = state as Generator['state']; // what was saved above
    expect(draw(other)).toEqual(next);
    expect(other.seed).toBe(9);
  });

  it('counts past 2^32 blocks', () => {
    const generator = new Generator(1);
    generator.state = { seed: 1, counter: 2 ** 32 - 1 };
    const [a, b] = [generator.random(), generator.random()];
    generator.state = { seed: 1, counter: 2 ** 32 };
    expect(generator.random()).toBe(b);
    expect(new Generator(1).random()).not.toBe(b);
    expect(a).not.toBe(b);
  });

  it('gives the same words in one long call, by its kernel, as in short ones', () => {
    ones([1]); // the default backend is there
    for (const start of [0, 2 ** 32 - 3]) {
      for (const n of [63, 64, 65, 1003, 40_000]) {
        const [long, short] = [new Generator(2 ** 40 + 5), new Generator(2 ** 40 + 5)];
        for (const g of [long, short]) g.state = { ...g.state, counter: start };
        const words = long.words(new Uint32Array(n));
        for (let i = 0; i < n; i += 4) {
          const part = short.words(new Uint32Array(Math.min(4, n - i)));
          expect([...words.subarray(i, i + 4)]).toEqual([...part]);
        }
        expect(long.state).toEqual(short.state);
      }
    }
  });

  it('refuses a state that is none', () => {
    const generator = new Generator(1);
    expect(() => (generator.state = { seed: 1, counter: -1 })).toThrow(
      'Generator: counter must be a whole number ≥ 0, got -1.',
    );
    expect(generator.state).toEqual({ seed: 1, counter: 0 });
  });

  it('refuses a seed that is no whole number', () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => new Generator(seed)).toThrow(
        `Generator: seed must be a whole number ≥ 0, got ${seed}.`,
      );
    }
  });
});

describe('fork', () => {
  it('depends on seed and label, not on what was drawn', () => {
    const generator = new Generator(5);
    const early = draw(generator.fork('weights'));
    draw(generator, 100);
    expect(draw(generator.fork('weights'))).toEqual(early);
    expect(draw(new Generator(6).fork('weights'))).not.toEqual(early);
  });

  it('does not move the parent', () => {
    const generator = new Generator(5);
    const { state } = generator;
    generator.fork('a');
    generator.fork(1);
    expect(generator.state).toEqual(state);
  });

  it('tells labels apart', () => {
    const generator = new Generator(5);
    const labels = [0, 1, 2, 2 ** 40, -1, '', 'a', 'aa', 'ab', 'ba', 'a\0', '\0a'];
    const seeds = labels.map((label) => generator.fork(label).seed);
    expect(new Set(seeds).size).toBe(labels.length);
    expect(generator.fork(0).fork(1).seed).not.toBe(generator.fork(1).fork(0).seed);
  });

  it('gives streams that do not follow the parent or each other', () => {
    const parent = new Generator(5);
    const n = 20_000;
    const streams = [parent.fork(0), parent.fork(1), parent.fork('a'), parent].map((g) =>
      draw(g, n),
    );
    // The correlation of independent streams has standard deviation 1/√n.
    for (let i = 0; i < streams.length; i++) {
      for (let j = 0; j < i; j++) {
        expect(Math.abs(correlation(streams[i]!, streams[j]!))).toBeLessThan(4 / Math.sqrt(n));
      }
    }
  });
});

describe('numbers one by one', () => {
  it('random lies in [0, 1) with mean 1/2', () => {
    const list = draw(new Generator(11), 10_000);
    expect(list.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(Math.abs(list.reduce((a, b) => a + b) / 10_000 - 0.5)).toBeLessThan(0.012);
  });

  it('normal has mean 0 and variance 1', () => {
    const generator = new Generator(12);
    const list = Array.from({ length: 10_000 }, () => generator.normal());
    const mean = list.reduce((a, b) => a + b) / 10_000;
    const square = list.reduce((a, b) => a + b * b) / 10_000;
    expect(Math.abs(mean)).toBeLessThan(0.04);
    expect(Math.abs(square - 1)).toBeLessThan(0.057);
  });

  it('are the same whatever was read ahead, drawn between, or continued from', () => {
    ones([1]); // the default backend is there
    const at = (counter: number): number => {
      const generator = new Generator(14);
      generator.state = { seed: 14, counter };
      return generator.random();
    };
    const generator = new Generator(14);
    for (let i = 0; i < 3000; i++) expect(generator.random()).toBe(at(i));
    generator.words(new Uint32Array(5));
    expect(generator.random()).toBe(at(3002));
    generator.state = { seed: 14, counter: 2990 };
    for (let i = 2990; i < 3010; i++) expect(generator.random()).toBe(at(i));
    const { counter } = generator.state;
    generator.state = { seed: 15, counter };
    generator.state = { seed: 14, counter };
    expect(generator.random()).toBe(at(3010));
    generator.state = { seed: 15, counter };
    expect(generator.random()).not.toBe(at(3010));
  });

  it('normal takes the cosine to the last digits', () => {
    const [generator, words] = [new Generator(16), new Generator(16).words(new Uint32Array(4000))];
    for (let i = 0; i < 4000; i += 4) {
      const [u, v] = [i, i + 2].map((j) => fraction53(words[j]!, words[j + 1]!)) as [
        number,
        number,
      ];
      const radius = Math.sqrt(-2 * Math.log(1 - u));
      expect(Math.abs(generator.normal() - radius * Math.cos(2 * Math.PI * v))).toBeLessThan(1e-14);
    }
  });

  it('takes logarithms that are the same in every engine', () => {
    const generator = new Generator(17);
    for (let i = 0; i < 4000; i++) {
      const u = (1 - generator.random()) * 2 ** -(i % 53);
      expect(Math.abs(logarithm(u) / Math.log(u) - 1)).toBeLessThan(4e-16);
    }
    expect([1, 0.75, 0.1, 2 ** -53].map(logarithm)).toEqual([
      0, -0.2876820724517809, -2.3025850929940455, -36.7368005696771,
    ]);
  });

  it('below takes every value equally often, for bounds that do not divide 2^32', () => {
    const generator = new Generator(13);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 12_000; i++) counts[generator.below(6)]!++;
    const chi = counts.reduce((sum, c) => sum + (c - 2000) ** 2 / 2000, 0);
    expect(chi).toBeLessThan(20.5); // 5 degrees of freedom, p = 0.001
    // Above 2^31, taking words modulo the bound would favour the lower part by two to one.
    const bound = 3 * 2 ** 30;
    let low = 0;
    for (let i = 0; i < 9000; i++) low += Number(generator.below(bound) < 2 ** 30);
    expect(Math.abs(low - 3000)).toBeLessThan(4 * Math.sqrt(2000));
  });

  it('below refuses a bound that leaves nothing', () => {
    expect(() => new Generator(1).below(0)).toThrow(
      'below: the bound must be a whole number from 1 to 4294967296, got 0.',
    );
  });
});

describe('the default generator', () => {
  it('starts anew from manualSeed', () => {
    manualSeed(21);
    const first = [rand([3]).toArray(), randn([2]).toArray()];
    expect(manualSeed(21)).toBe(defaultGenerator());
    expect([rand([3]).toArray(), randn([2]).toArray()]).toEqual(first);
    expect(rand([3]).toArray()).not.toEqual(first[0]);
  });

  it('is not touched by functions that are given another', () => {
    manualSeed(21);
    rand([3], { generator: new Generator(1) });
    expect(defaultGenerator().state).toEqual({ seed: 21, counter: 0 });
  });
});
