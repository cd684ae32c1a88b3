import { DataLoader, groupByLength, padCollate, type Dataset } from '@kasane/datasets';
import { DataError, Generator, zeros, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const lengthsOf = (n: number, seed: number): number[] => {
  const generator = new Generator(seed);
  return Array.from({ length: n }, () => 10 + generator.below(40));
};

/** Steps that are padding when batches are filled up to their longest sample. */
function padding(order: readonly number[], lengths: readonly number[], batchSize: number): number {
  let sum = 0;
  for (let from = 0; from < order.length; from += batchSize) {
    const batch = order.slice(from, from + batchSize).map((i) => lengths[i]!);
    const longest = Math.max(...batch);
    for (const length of batch) sum += longest - length;
  }
  return sum;
}

describe('groupByLength', () => {
  it('has every sample once, whatever the lengths and the size of batches', () => {
    const lengths = fc.array(fc.nat(50), { maxLength: 300 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 40 }), fc.nat(99), (all, batchSize, seed) => {
        for (const generator of [new Generator(seed), undefined]) {
          const order = groupByLength(all, batchSize, generator);
          expect(order.toSorted((a, b) => a - b)).toEqual([...all.keys()]);
        }
      }),
    );
  });

  it('leaves little to pad, in an order that the seed decides', () => {
    const lengths = lengthsOf(2000, 1);
    const order = groupByLength(lengths, 16, new Generator(2));
    expect(order).toEqual(groupByLength(lengths, 16, new Generator(2)));
    expect(order).not.toEqual(groupByLength(lengths, 16, new Generator(3)));
    const plain = padding([...lengths.keys()], lengths, 16);
    expect(padding(order, lengths, 16)).toBeLessThan(plain / 10);
    // Long and short batches come at random.
    const longest = Array.from({ length: 125 }, (_, b) => lengths[order[16 * b]!]!);
    expect(longest.filter((length, b) => b > 0 && length > longest[b - 1]!).length).toBeGreaterThan(
      30,
    );
  });

  it('refuses lengths that are none', () => {
    expect(() => groupByLength([1, NaN], 2)).toThrow(
      new DataError('groupByLength: lengths must be numbers ≥ 0, got NaN for sample 1.'),
    );
  });

  it('refuses a batch of no samples', () => {
    for (const batchSize of [0, -1, 1.5]) {
      expect(() => groupByLength([1, 2], batchSize, new Generator(1))).toThrow(
        new RangeError(`groupByLength: batchSize must be a whole number ≥ 1, got ${batchSize}.`),
      );
    }
  });
});

describe('DataLoader with lengths', () => {
  const lengths = lengthsOf(400, 4);
  const dataset: Dataset<Tensor> = { length: 400, get: (i) => zeros([lengths[i]!, 2]).add(i) };
  const loader = (multipleOf: number): DataLoader<Tensor, Tensor> =>
    new DataLoader<Tensor, Tensor>(dataset, {
      ...{ batchSize: 8, shuffle: true, generator: new Generator(5), lengths },
      collate: (samples) => padCollate(samples, 0, { multipleOf }).data,
    });

  it('gives batches of few shapes, which a compiled function has plans for', async () => {
    const shapes = new Set<string>();
    let runs = 0;
    const mean = compile((x: Tensor) => {
      runs++;
      return x.mean();
    });
    const batches = loader(8);
    for (let epoch = 0; epoch < 5; epoch++) {
      for await (const x of batches) {
        shapes.add(String(x.shape));
        mean(x);
      }
    }
    expect(shapes.size).toBeLessThanOrEqual(6); // 16 to 56 steps
    expect(runs).toBeLessThanOrEqual(2 * shapes.size);
  });

  it('goes on where another stood, bit for bit', async () => {
    const [whole, part, rest] = [loader(1), loader(1), loader(1)];
    const want: number[] = [];
    for await (const x of whole) want.push(x.sum().item());
    const got: number[] = [];
    for await (const x of part) {
      got.push(x.sum().item());
      if (got.length === 20) break;
    }
    rest.loadStateDict(part.stateDict());
    for await (const x of rest) got.push(x.sum().item());
    expect(got).toEqual(want);
  });

  it('wants one for every sample', () => {
    expect(() => new DataLoader(dataset, { lengths: [1, 2] })).toThrow(
      'DataLoader: lengths needs a dataset of as many samples, got 2 for 400.',
    );
    expect(() => new DataLoader([zeros([1])].values(), { lengths: [1] })).toThrow(
      'got 1 for samples that come one after the other.',
    );
  });
});

describe('padCollate', () => {
  it('rounds the number of steps up to a multiple', () => {
    for (const [longest, steps] of [
      [1, 8],
      [8, 8],
      [9, 16],
      [0, 0],
    ] as const) {
      const { data, lengths } = padCollate([zeros([longest])], 3, { multipleOf: 8 });
      expect([data.shape, lengths]).toEqual([[1, steps], [longest]]);
    }
    expect(() => padCollate([zeros([1])], 0, { multipleOf: 0 })).toThrow(
      'padCollate: multipleOf must be a whole number ≥ 1, got 0.',
    );
  });
});
