import fs from 'node:fs';
import { Generator, memory } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { FastTextKeyedVectors } from '../vectors/fasttext-keyed-vectors.ts';
import { readFastTextVectors } from '../vectors/fasttext-format.ts';
import type { Neighbor } from '../vectors/keyed-vectors.ts';
import { readVectors, writeVectors } from '../vectors/text-format.ts';
import { FastText } from './fasttext.ts';
import { subwordBuckets } from './subwords.ts';

// Written by the script beside it.
const golden = JSON.parse(
  fs.readFileSync(new URL('../../test/fixtures/fasttext.json', import.meta.url), 'utf8'),
) as {
  hashes: [word: string, minN: number, maxN: number, bucket: number, hashes: number[]][];
  binary: string;
  text: string;
  words: string[];
  counts: number[];
  vectors: number[][];
  unseen: [word: string, vector: number[]][];
  similarity: number;
  mostSimilar: Neighbor[];
};
const binary = Uint8Array.from(Buffer.from(golden.binary, 'hex'));

/** Two topics whose words begin alike; each stands beside others of its topic. */
const topics = [
  ['drink', 'drinks', 'drinking', 'drinker', 'milk', 'water'],
  ['drive', 'drives', 'driving', 'driver', 'road', 'street'],
];
const order = new Generator(1);
const corpus = Array.from({ length: 400 }, (_, i) =>
  Array.from({ length: 5 }, () => topics[i % 2]![order.below(6)]!),
);
const settings = { vectorSize: 12, sample: 0, minCount: 1, epochs: 5, alpha: 0.05 };

describe('subwordBuckets', () => {
  it("are gensim's, for every script", () => {
    for (const [word, minN, maxN, bucket, hashes] of golden.hashes) {
      expect(subwordBuckets(word, { minN, maxN, bucket })).toEqual(hashes);
    }
  });
});

describe('FastText.fit', () => {
  for (const model of ['cbow', 'skipgram'] as const) {
    for (const loss of ['ns', 'hs', 'softmax'] as const) {
      it(`places words that it never saw by what they are made of: ${model}, ${loss}`, async () => {
        const options = { ...settings, model, loss, generator: new Generator(1) };
        const trained = await FastText.fit(corpus, options);
        expect(trained.losses.at(-1)!).toBeLessThan(trained.losses[0]!);
        const { vectors } = trained;
        expect(vectors.has('drinkers')).toBe(true);
        expect(vectors.index('drinkers')).toBe(-1);
        const nearness = (word: string): number => vectors.similarity('drinkers', word);
        expect(nearness('milk')).toBeGreaterThan(nearness('road') + 0.2);
        trained.dispose();
      });
    }
  }

  it('gives the same bits for the same seed', async () => {
    const run = async (seed: number): Promise<Float32Array> => {
      const options = { ...settings, epochs: 1, generator: new Generator(seed) };
      const trained = await FastText.fit(corpus.slice(0, 50), options);
      return trained.vectors.vectors;
    };
    expect(await run(3)).toEqual(await run(3));
    expect(await run(4)).not.toEqual(await run(3));
  });

  it('has nothing for unseen words without n-grams', async () => {
    const { vectors } = await FastText.fit(corpus, { ...settings, epochs: 1, maxN: 0 });
    expect(vectors.has('drink')).toBe(true);
    expect(vectors.has('drinkers')).toBe(false);
    expect(() => vectors.get('drinkers')).toThrow("there is no word 'drinkers' among 12");
    expect(vectors.subwords.vectors).toHaveLength(0);
  });

  it('learns from words of thousands of characters', async () => {
    const long = Array.from({ length: 5 }, (_, i) => String.fromCharCode(97 + i).repeat(5000));
    const trained = await FastText.fit([long, long], { ...settings, epochs: 1 });
    expect(trained.losses[0]).toBeGreaterThan(0);
    expect(trained.vectors.vectors.every(Number.isFinite)).toBe(true);
  });

  it('goes on with new words, whose n-grams may be known', async () => {
    const generator = new Generator(1);
    const trained = await FastText.fit(corpus, { ...settings, generator });
    const before = trained.vectors;
    const news = Array.from({ length: 100 }, () => ['goat', 'drinkable', 'milk']);
    await trained.train(news, { epochs: 3 });
    const { vectors } = trained;
    expect(vectors.words).toEqual([...before.words, 'goat', 'drinkable']);
    expect(trained.losses).toHaveLength(8);
    expect(vectors.subwords.rows!.size).toBeGreaterThan(before.subwords.rows!.size);
    expect(vectors.similarity('goat', 'milk')).toBeGreaterThan(vectors.similarity('goat', 'road'));
  });

  it('holds its tables until it is disposed, and nothing else', async () => {
    const before = memory().wasm.bytes;
    const trained = await FastText.fit(corpus, { ...settings, epochs: 1 });
    const rows = 12 + trained.vectors.subwords.rows!.size + 12;
    expect(memory().wasm.bytes - before).toBe(4 * (rows * 16 + 1));
    trained.dispose();
    expect(memory().wasm.bytes).toBe(before);
  });

  it('refuses options out of range', async () => {
    const refused = (options: object, message: string): Promise<void> =>
      expect(FastText.fit(corpus, options)).rejects.toThrow(message);
    await refused({ minn: 3 }, 'FastText.fit: there is no option "minn"; did you mean minN?');
    await refused({ minN: 0 }, 'FastText.fit: minN must be');
    await refused({ bucket: 0 }, 'FastText.fit: bucket must be');
    await refused({ vectorSize: 0 }, 'FastText.fit: vectorSize must be');
  });
});

describe('FastTextKeyedVectors', () => {
  it('answers about unseen words as gensim', async () => {
    const vectors = await readFastTextVectors(binary);
    expect(vectors.words).toEqual(golden.words);
    expect(vectors.counts).toEqual(golden.counts);
    const expectVector = (word: string, expected: readonly number[]): void =>
      vectors.get(word).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 6));
    golden.words.forEach((word, i) => expectVector(word, golden.vectors[i]!));
    for (const [word, expected] of golden.unseen) expectVector(word, expected);
    expect(vectors.similarity('cat', 'kittens')).toBeCloseTo(golden.similarity, 5);
    vectors.mostSimilar('kittens', { topn: 3 }).forEach(([word, score], i) => {
      expect(word).toBe(golden.mostSimilar[i]![0]);
      expect(score).toBeCloseTo(golden.mostSimilar[i]![1], 5);
    });
  });

  it('takes n-grams without a vector as zeros, and needs one that has', () => {
    const subwords = {
      minN: 3,
      maxN: 3,
      bucket: 1000,
      vectors: Float32Array.of(4, 8),
      rows: new Map([[subwordBuckets('ab', { minN: 3, maxN: 3, bucket: 1000 })[0]!, 0]]),
    };
    const vectors = new FastTextKeyedVectors(['cat'], [[1, 2]], subwords);
    expect([...vectors.get('abc')]).toEqual([4 / 3, 8 / 3].map(Math.fround)); // of <ab abc bc>
    expect(vectors.has('xyz')).toBe(false);
    expect(() => vectors.get('xyz')).toThrow("there is no word 'xyz' among 1");
    const { rows: _, ...other } = subwords;
    expect(() => new FastTextKeyedVectors(['cat'], [[1, 2]], other)).toThrow(
      'needs a vector of 2 numbers for each of 1000 buckets, got 2 numbers',
    );
  });
});

describe('readFastTextVectors', () => {
  it('takes any pieces of the file', async () => {
    const whole = await readFastTextVectors(binary);
    for (const length of [1, 7, 100]) {
      const pieces = Array.from({ length: Math.ceil(binary.length / length) }, (_, i) =>
        binary.subarray(i * length, (i + 1) * length),
      );
      const read = await readFastTextVectors(pieces);
      expect(read.vectors).toEqual(whole.vectors);
      expect(read.subwords).toEqual(whole.subwords);
    }
  });

  it('refuses files that are cut off anywhere before the end of the n-grams', async () => {
    const { subwords, size, vectorSize } = await readFastTextVectors(binary);
    const targets = 1 + 16 + 4 * size * vectorSize; // which are not read
    expect(subwords.vectors).toHaveLength(60 * 4);
    for (let end = 0; end < binary.length - targets; end += 13) {
      await expect(readFastTextVectors(binary.subarray(0, end))).rejects.toThrow(
        /^readFastTextVectors: the file ends after \d+ bytes, in /,
      );
    }
  });

  it('refuses other files', async () => {
    const changed = (at: number, value: number): Uint8Array => {
      const bytes = binary.slice();
      new DataView(bytes.buffer).setInt32(at, value, true);
      return bytes;
    };
    const refused = (bytes: Uint8Array, message: string): Promise<void> =>
      expect(readFastTextVectors(bytes)).rejects.toThrow(message);
    await refused(new TextEncoder().encode('2 2\na 1 2\nb 1 2'), 'this is no .bin of fastText');
    await refused(changed(4, 13), 'this is no .bin of fastText');
    await refused(changed(8 + 4 * 7, 3), 'is a classifier');
    await refused(changed(64 + 8, 1), 'the dictionary has 1 labels');
    await refused(changed(8, 5), 'promises 3 words and 60 buckets of 5. It is damaged.');
  });
});

describe('readVectors', () => {
  it("reads fastText's .vec, and what is written from a model", async () => {
    const read = await readVectors(golden.text);
    expect(read.words).toEqual(golden.words);
    const vectors = await readFastTextVectors(binary);
    const again = await readVectors(writeVectors(vectors));
    expect(again.vectors).toEqual(vectors.vectors);
  });
});
