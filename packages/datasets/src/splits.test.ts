import { arange, Generator } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classWeights,
  kFold,
  randomSplit,
  stratifiedSplit,
  TensorDataset,
  type Dataset,
  type Subset,
} from './index.ts';

const dataset = (n: number) => new TensorDataset(arange(n));
const generator = () => new Generator(3);
const everyIndexOnce = (parts: readonly Subset<unknown>[], n: number): void => {
  const all = parts.flatMap(({ indices }) => indices).sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: n }, (_, i) => i));
};

describe('randomSplit', () => {
  it('puts every sample into one part, for sizes and shares', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7), { minLength: 1, maxLength: 5 }), (sizes) => {
        const n = sizes.reduce((a, b) => a + b, 0);
        const parts = randomSplit(dataset(n), sizes, { generator: generator() });
        expect(parts.map(({ length }) => length)).toEqual(sizes);
        everyIndexOnce(parts, n);
        if (n === 0) return;
        const shares = randomSplit(
          dataset(n),
          sizes.map((size) => size / n),
        );
        expect(shares.map(({ length }) => length)).toEqual(sizes);
        everyIndexOnce(shares, n);
      }),
      { numRuns: 50 },
    );
  });

  it('gives what rounding leaves over to the first parts, as PyTorch does', () => {
    const parts = randomSplit(dataset(10), [0.25, 0.25, 0.25, 0.25]);
    expect(parts.map(({ length }) => length)).toEqual([3, 3, 2, 2]);
  });

  it('takes shares for any number of samples, and gives none twice', () => {
    const share = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.nat(40), fc.array(share, { minLength: 1, maxLength: 6 }), (n, weights) => {
        const all = weights.reduce((a, b) => a + b, 0);
        fc.pre(all > 0);
        const shares = weights.map((weight) => weight / all);
        const parts = randomSplit(dataset(n), shares, { generator: generator() });
        everyIndexOnce(parts, n);
        parts.forEach(({ length }, p) => {
          expect(Math.abs(length - shares[p]! * n)).toBeLessThanOrEqual(1);
        });
      }),
    );
    const sizes = randomSplit(dataset(1), [0.8, 0.2]).map(({ length }) => length);
    expect(sizes).toEqual([1, 0]);
    // Shares that miss 1 by little must not take samples away from the last part.
    const many: Dataset<number> = { length: 2_000_000, get: (i) => i };
    const halves = randomSplit(many, [0.5000004, 0.5000004]);
    expect(halves.map(({ length }) => length)).toEqual([1_000_000, 1_000_000]);
  });

  it('depends on the seed, and wants parts that add up', () => {
    const split = (seed: number) =>
      randomSplit(dataset(50), [25, 25], { generator: new Generator(seed) })[0]!.indices;
    expect(split(1)).toEqual(split(1));
    expect(split(1)).not.toEqual(split(2));
    expect(() => randomSplit(dataset(10), [5, 4])).toThrow(
      'randomSplit: parts must add up to 1, or to the 10 samples, got 5 + 4 = 9.',
    );
    expect(() => randomSplit(dataset(10), [-1, 11])).toThrow(RangeError);
  });
});

describe('stratifiedSplit', () => {
  it('keeps the share of each class to one sample, and the sizes of the parts', () => {
    const labels = fc.array(fc.nat(3), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(labels, fc.integer({ min: 1, max: 9 }), (labels, tenths) => {
        const n = labels.length;
        const share = tenths / 10;
        const parts = stratifiedSplit(dataset(n), labels, [share, 1 - share], {
          generator: generator(),
        });
        everyIndexOnce(parts, n);
        expect(parts[0]!.length).toBe(Math.round(share * n));
        for (const label of new Set(labels)) {
          const count = labels.filter((other) => other === label).length;
          const chosen = parts[0]!.indices.filter((i) => labels[i] === label).length;
          expect(Math.abs(chosen - share * count)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('gives each sample to one part, and every part its share of each class and of all, rounded', () => {
    const labels = fc.array(fc.nat(5), { maxLength: 60 });
    const weights = fc.array(fc.nat(9), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(labels, weights, (labels, weights) => {
        const n = labels.length;
        const all = weights.reduce((a, b) => a + b, 0);
        fc.pre(all > 0);
        const shares = weights.map((weight) => weight / all);
        const parts = stratifiedSplit(dataset(n), labels, shares, { generator: generator() });
        everyIndexOnce(parts, n);
        parts.forEach(({ indices }, p) => {
          const rounded = (count: number): number[] => {
            const exact = weights[p]! * count; // times all: whole numbers, so that nothing is rounded here
            return [Math.floor(exact / all), Math.ceil(exact / all)];
          };
          expect(rounded(n)).toContain(indices.length);
          for (const label of new Set(labels)) {
            const count = labels.filter((other) => other === label).length;
            const chosen = indices.filter((i) => labels[i] === label).length;
            expect(rounded(count)).toContain(chosen);
          }
        });
      }),
      { numRuns: 500 },
    );
    const odd = fc.array(fc.constantFrom(0, -0, -3, 0.5, Number.NaN, Infinity, 2 ** 40), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(odd, (labels) => {
        const n = labels.length;
        everyIndexOnce(stratifiedSplit(dataset(n), labels, [0.2, 0.1, 0.3, 0.4]), n);
      }),
    );
    const three = stratifiedSplit(dataset(3), [0, 0, 1], [0.2, 0.1, 0.7]);
    everyIndexOnce(three, 3);
  });

  it('wants a label for each sample and shares', () => {
    expect(() => stratifiedSplit(dataset(1), [0], [Number.NaN])).toThrow(RangeError);
    expect(() => stratifiedSplit(dataset(3), [0, 1], [0.5, 0.5])).toThrow('got 2 labels');
    expect(() => stratifiedSplit(dataset(2), [0, 1], [0.5, 0.4])).toThrow('0.5 + 0.4');
  });
});

describe('kFold', () => {
  it('tests every sample once and trains on all others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 9 }), (n, k) => {
        fc.pre(k <= n);
        const folds = kFold(dataset(n), k, { generator: generator() });
        everyIndexOnce(
          folds.map(({ test }) => test),
          n,
        );
        for (const { train, test } of folds) {
          everyIndexOnce([train, test], n);
          expect(Math.abs(test.length - n / k)).toBeLessThan(1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('wants 2 to n folds', () => {
    expect(() => kFold(dataset(3), 1)).toThrow('kFold: k must be a whole number ≥ 2, got 1.');
    expect(() => kFold(dataset(3), 4)).toThrow('kFold: k must be at most the 3 samples, got 4.');
  });
});

describe('classWeights', () => {
  it('make classes count alike', () => {
    const labels = [2, 0, 1, 1, 2, 2];
    const weights = classWeights(labels).dataSync();
    const sums = [0, 0, 0];
    for (const label of labels) sums[label]! += weights[label]!;
    for (const sum of sums) expect(sum).toBeCloseTo(2, 5);
  });

  it('want every class to occur', () => {
    expect(() => classWeights([0, 2])).toThrow('class 1 has none');
    expect(() => classWeights([])).toThrow('class 0 has none');
    expect(() => classWeights([0, 2 ** 40])).toThrow('class 1 has none');
    expect(() => classWeights([0.5])).toThrow(RangeError);
  });
});
