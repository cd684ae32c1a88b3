import { arange, CheckpointError, Generator, memory, tensor, zeros } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataLoader, mapDataset, TensorDataset, type Dataset } from './index.ts';

const numbers: (n: number) => Dataset<number> = (n) => ({ length: n, get: (i) => i });
const slow: (n: number) => Dataset<number> = (n) => ({
  length: n,
  // Later samples are ready earlier.
  get: (i) => new Promise((resolve) => setTimeout(() => resolve(i), (n - i) % 3)),
});
const lists = { collate: (samples: number[]): number[] => samples };

async function epoch<B>(loader: AsyncIterable<B>): Promise<B[]> {
  const batches: B[] = [];
  for await (const batch of loader) batches.push(batch);
  return batches;
}

describe('DataLoader', () => {
  it('hands out every sample once, or leaves out a last batch that is not full', async () => {
    const cases = fc.record({
      n: fc.nat(20),
      batchSize: fc.integer({ min: 1, max: 7 }),
      shuffle: fc.boolean(),
      dropLast: fc.boolean(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ n, seed, ...options }) => {
        const generator = new Generator(seed);
        const loader = new DataLoader(numbers(n), { ...options, ...lists, generator });
        const batches = await epoch(loader);
        expect(batches.length).toBe(loader.length);
        const seen = batches.flat().sort((a, b) => a - b);
        const all = Array.from({ length: n }, (_, i) => i);
        if (options.dropLast) {
          expect(new Set(seen).size).toBe(n - (n % options.batchSize));
          expect(batches.every(({ length }) => length === options.batchSize)).toBe(true);
        } else expect(seen).toEqual(all);
      }),
      { numRuns: 50 },
    );
  });

  it('goes on bit for bit where another stood, at any position, random transforms included', async () => {
    const options = { batchSize: 3, shuffle: true };
    const noisy = (n: number) => mapDataset(numbers(n), (i, generator) => [i, generator!.random()]);
    const make = (seed: number) =>
      new DataLoader(noisy(10), {
        ...options,
        generator: new Generator(seed),
        collate: (samples) => samples.flat(),
      });
    const straight = make(7);
    const all = [await epoch(straight), await epoch(straight), await epoch(straight)].flat();
    for (let stop = 0; stop <= 8; stop++) {
      const first = make(7);
      const before: number[][] = [];
      outer: while (before.length < stop) {
        for await (const batch of first) {
          before.push(batch);
          if (before.length === stop) break outer;
        }
      }
      const saved = JSON.stringify(first.stateDict());
      const second = make(99);
      second.loadStateDict(JSON.parse(saved));
      const after = [await epoch(second), await epoch(second), await epoch(second)].flat();
      expect([...before, ...after].slice(0, 12)).toEqual(all);
    }
  });

  it('gives the same batches whatever is loaded ahead', async () => {
    const load = (dataset: Dataset<number>, prefetch: number) => {
      const generator = new Generator(1);
      return epoch(
        new DataLoader(dataset, { batchSize: 4, shuffle: true, generator, prefetch, ...lists }),
      );
    };
    const expected = await load(numbers(21), 2);
    const mixed: Dataset<number> = { length: 21, get: (i) => (i % 3 === 0 ? slow(21).get(i) : i) };
    for (const prefetch of [0, 1, 5, 50]) {
      expect(await load(slow(21), prefetch)).toEqual(expected);
      expect(await load(mixed, prefetch)).toEqual(expected);
    }
    const single = { prefetch: 5, ...lists };
    expect((await epoch(new DataLoader(mixed, single))).flat()).toEqual(
      (await epoch(new DataLoader(numbers(21), single))).flat(),
    );
  });

  it('loads as many batches ahead as it was told', async () => {
    let asked = 0;
    const dataset: Dataset<number> = { length: 20, get: async (i) => ((asked = i + 1), i) };
    for await (const batch of new DataLoader(dataset, { batchSize: 2, prefetch: 3, ...lists })) {
      expect(asked).toBe(Math.min(20, batch[0]! + 2 + 2 * 3));
    }
  });

  it('begins the next epoch after a loop that was left', async () => {
    const loader = new DataLoader(numbers(4), {
      shuffle: true,
      generator: new Generator(5),
      ...lists,
    });
    for await (const _ of loader) break;
    expect(loader.stateDict()).toMatchObject({ epoch: 0, position: 1 });
    const rest = await epoch(loader);
    expect(rest.length).toBe(4);
    expect(loader.stateDict()).toMatchObject({ epoch: 2, position: 0 });
  });

  it('has orders that change by epoch and seed alone, and draws nothing from the generator', async () => {
    const generator = new Generator(1);
    const loader = new DataLoader(numbers(30), {
      batchSize: 30,
      shuffle: true,
      generator,
      ...lists,
    });
    const [one] = await epoch(loader);
    const [two] = await epoch(loader);
    expect(one).not.toEqual(two);
    expect(generator.state.counter).toBe(0);
    generator.random();
    const again = new DataLoader(numbers(30), {
      batchSize: 30,
      shuffle: true,
      generator,
      ...lists,
    });
    expect(await epoch(again)).toEqual([one]);
  });

  it('reads samples that come one after the other, and skips to a position', async () => {
    const stream = {
      async *[Symbol.asyncIterator]() {
        for (let i = 0; i < 5; i++) yield i;
      },
    };
    const loader = new DataLoader(stream, { batchSize: 2, ...lists });
    expect(await epoch(loader)).toEqual([[0, 1], [2, 3], [4]]);
    expect(await epoch(new DataLoader(stream, { batchSize: 2, dropLast: true, ...lists }))).toEqual(
      [
        [0, 1],
        [2, 3],
      ],
    );
    loader.loadStateDict({ ...loader.stateDict(), position: 2 });
    expect(await epoch(loader)).toEqual([[4]]);
    expect(await epoch(new DataLoader(['a', 'b', 'c'], { batchSize: 2 }))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
    expect(() => loader.length).toThrow('have no length');
    expect(() => new DataLoader(stream, { shuffle: true })).toThrow(
      'DataLoader: shuffle needs a dataset with length and get',
    );
  });

  it('passes on what a dataset throws, and leaves no rejection behind', async () => {
    const broken: Dataset<number> = {
      length: 6,
      get: (i) => (i < 2 ? Promise.resolve(i) : Promise.reject(new Error(`sample ${i}`))),
    };
    const seen: unknown[] = [];
    const run = async (): Promise<void> => {
      for await (const batch of new DataLoader(broken, { ...lists, prefetch: 3 })) seen.push(batch);
    };
    await expect(run()).rejects.toThrow('sample 2');
    expect(seen).toEqual([[0], [1]]);
    for await (const _ of new DataLoader(broken, { ...lists, prefetch: 5 })) break;
    await new Promise((resume) => setTimeout(resume, 5)); // an unhandled rejection would fail the run
  });

  it('leaves memory as it was after an epoch', async () => {
    const dataset = new TensorDataset(zeros([300, 8]), arange(300));
    const samples: Dataset<{ x: Float32Array; n: number }> = {
      length: 300,
      get: (n) => ({ x: new Float32Array(8), n }),
    };
    const before = memory().wasm;
    for await (const batch of new DataLoader(dataset, { batchSize: 4, shuffle: true })) {
      for (const t of batch) t.dispose();
      expect(memory().wasm.tensors).toBe(before.tensors);
    }
    for await (const batch of new DataLoader(samples, { batchSize: 4 })) {
      batch.x.dispose();
      batch.n.dispose();
    }
    expect(memory().wasm).toEqual(before);
  });

  it('takes a default collate only where a batch can be cut in one go', async () => {
    const dataset = new TensorDataset(tensor([1, 2]));
    const loader = new DataLoader(dataset, { batchSize: 2, collate: (samples) => samples.length });
    expect(await epoch(loader)).toEqual([2]);
  });

  it('wants options and states in range', () => {
    const message = 'DataLoader: batchSize must be a whole number ≥ 1, got 0.';
    expect(() => new DataLoader(numbers(3), { batchSize: 0 })).toThrow(message);
    expect(() => new DataLoader(numbers(3), { prefetch: -1 })).toThrow(RangeError);
    const loader = new DataLoader(numbers(3));
    const state = loader.stateDict();
    expect(() => loader.loadStateDict({ ...state, epoch: -1 })).toThrow(CheckpointError);
    expect(() => loader.loadStateDict({ ...state, position: 4 })).toThrow(
      'DataLoader: position 4 lies behind the 3 batches.',
    );
  });
});
