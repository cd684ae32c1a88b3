import fs from 'node:fs';
import { Generator, memory, reference, setDefaultBackend, wasm } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { Turns } from '@kasane/tensor-core/turns';
import { readCorpus } from '../word2vec/corpus.ts';
import { countCooccurrences } from './cooccurrences.ts';
import { GloVe, type GloVeProgress } from './glove.ts';

// Written by the script beside it.
const golden = JSON.parse(
  fs.readFileSync(new URL('../../test/fixtures/glove.json', import.meta.url), 'utf8'),
) as {
  corpus: string[];
  counts: [window: number, symmetric: boolean, pairs: [string, string, number][]][];
};

/** Two topics that share no word. */
const topics = ['cat drinks white milk dog cow', 'car needs black oil bus van'].map((words) =>
  words.split(' '),
);
const order = new Generator(1);
const corpus = Array.from({ length: 400 }, (_, i) =>
  Array.from({ length: 5 }, () => topics[i % 2]![order.below(6)]!),
);
const settings = { vectorSize: 6, minCount: 1 };

describe('countCooccurrences', () => {
  it('counts 1/distance within sentences, on one side or both', async () => {
    const read = await readCorpus(
      'test',
      golden.corpus.map((line) => line.split(' ').filter((word) => word !== '')),
      new Turns(),
    );
    for (const [window, symmetric, expected] of golden.counts) {
      const found = await countCooccurrences(read, { window, symmetric }, new Turns());
      const named = [...found.counts].map((count, k) => {
        const name = (id: number): string => read.words[id]!;
        return [name(found.words[k]!), name(found.others[k]!), count] as const;
      });
      named.sort(([a, b], [c, d]) => (a + b < c + d ? -1 : 1));
      expect(named.map(([a, b]) => [a, b])).toEqual(expected.map(([a, b]) => [a, b]));
      named.forEach(([, , count], k) => expect(count).toBeCloseTo(expected[k]![2], 12));
    }
  });

  it('counts more pairs than it had room for', async () => {
    const ids = Int32Array.from({ length: 9000 }, (_, i) => i);
    const ends = Int32Array.of(9000);
    const options = { window: 2, symmetric: false };
    const { words, others, counts } = await countCooccurrences({ ids, ends }, options, new Turns());
    expect(counts).toHaveLength(2 * 9000 - 3);
    counts.forEach((count, k) => {
      if (count !== 1 / (words[k]! - others[k]!)) throw new Error(`pair ${k} has ${count}`);
    });
  });
});

describe('GloVe.fit', () => {
  it('brings together what stands together', async () => {
    const { vectors, losses } = await GloVe.fit(corpus, {
      ...settings,
      generator: new Generator(1),
    });
    expect(losses).toHaveLength(25);
    expect(losses.at(-1)!).toBeLessThan(0.1 * losses[0]!);
    expect(vectors.similarity('cat', 'milk')).toBeGreaterThan(vectors.similarity('cat', 'oil'));
    expect(vectors.similarity('bus', 'oil')).toBeGreaterThan(vectors.similarity('bus', 'cow'));
  });

  it('learns the logarithms of the counts, if there are dimensions enough', async () => {
    const text = Array.from({ length: 50 }, () => ['a', 'b', 'c', 'a']);
    const options = { vectorSize: 16, lr: 0.2, epochs: 300, generator: new Generator(2) };
    const { losses } = await GloVe.fit(text, options);
    expect(losses.at(-1)!).toBeLessThan(1e-6);
  });

  it('begins with f(X) log² X where everything is near 0, without a factor of ½', async () => {
    const text = Array.from({ length: 30 }, () => ['a', 'b']);
    const options = { vectorSize: 300, epochs: 1, lr: 1e-6, minCount: 1 };
    const { losses } = await GloVe.fit(text, options);
    expect(losses[0]!).toBeCloseTo(0.3 ** 0.75 * Math.log(30) ** 2, 1);
  });

  it('gives the same bits for the same seed, others for another', async () => {
    const run = async (seed: number): Promise<Float32Array> => {
      const options = { ...settings, epochs: 2, generator: new Generator(seed) };
      return (await GloVe.fit(corpus, options)).vectors.vectors;
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });

  it('learns the same on the plain loops, to rounding', async () => {
    const run = async (): Promise<Float32Array> => {
      const options = { ...settings, epochs: 5, generator: new Generator(5) };
      return (await GloVe.fit(corpus, options)).vectors.vectors;
    };
    const fast = await run();
    setDefaultBackend(reference());
    try {
      (await run()).forEach((v, i) => expect(v).toBeCloseTo(fast[i]!, 5));
    } finally {
      setDefaultBackend(wasm());
    }
  });

  it('tells how far it is, and frees what it took', async () => {
    const before = memory().wasm.bytes;
    const seen: GloVeProgress[] = [];
    await GloVe.fit(corpus, { ...settings, epochs: 2, onProgress: (p) => seen.push(p) });
    expect(seen.at(-1)).toMatchObject({ epoch: 2, epochs: 2, pairs: 144, total: 144 });
    expect(memory().wasm.bytes).toBe(before);
  });

  it('ends when its signal is aborted', async () => {
    const stop = new AbortController();
    const options = { ...settings, epochs: 100_000, signal: stop.signal };
    const onProgress = (): void => stop.abort(new Error('enough'));
    await expect(GloVe.fit(corpus, { ...options, onProgress })).rejects.toThrow('enough');
  });

  it('refuses what it cannot learn from', async () => {
    const refused = (given: unknown, options: object, message: string): Promise<void> =>
      // What plain JavaScript may give.
      expect(GloVe.fit(given as string[][], options)).rejects.toThrow(message);
    await refused(corpus, { xmax: 3 }, 'GloVe.fit: there is no option "xmax"; did you mean xMax?');
    await refused(corpus, { vectorSize: 0 }, 'GloVe.fit: vectorSize must be');
    await refused(corpus, { xMax: 0 }, 'xMax must be a number above 0, got 0');
    await refused(corpus, { alpha: -1 }, 'alpha must be a number ≥ 0, got -1');
    await refused(corpus, { lr: NaN }, 'lr must be a number above 0, got NaN');
    await refused([], {}, 'GloVe.fit: no word occurs minCount times, 5; of 0 words');
    await refused(['a b'], {}, "GloVe.fit: sentence 1 must be an array of words, got 'a b'.");
    await refused([['a'], ['b']], settings, 'no two of the 2 words stand in one sentence');
    await refused(corpus, { ...settings, lr: 1e30 }, 'Lower lr.');
  });
});
