import { Generator, memory, reference, setDefaultBackend, wasm } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { keepChances, type TrainingProgress } from './train.ts';
import { Word2Vec } from './word2vec.ts';

/** Two topics that share no word; every word stands beside every other of its topic. */
const animals = ['cat', 'drinks', 'white', 'milk', 'dog', 'cow'];
const cars = ['car', 'needs', 'black', 'oil', 'bus', 'van'];
const order = new Generator(1);
const topics = Array.from({ length: 400 }, (_, i) => {
  return Array.from({ length: 5 }, () => (i % 2 === 0 ? animals : cars)[order.below(6)]!);
});
const settings = { vectorSize: 12, epochs: 5, sample: 0, minCount: 1, alpha: 0.05 };

describe('Word2Vec.fit', () => {
  for (const model of ['cbow', 'skipgram'] as const) {
    for (const loss of ['ns', 'hs', 'softmax'] as const) {
      it(`brings together what stands together: ${model}, ${loss}`, async () => {
        const options = { ...settings, epochs: 8, alpha: 0.1, model, loss };
        const trained = await Word2Vec.fit(topics, { ...options, generator: new Generator(1) });
        expect(trained.losses).toHaveLength(8);
        expect(trained.losses.at(-1)!).toBeLessThan(trained.losses[0]!);
        const { vectors } = trained;
        const nearness = (same: boolean): number => {
          const scores = vectors.words.flatMap((a) =>
            vectors.words
              .filter((b) => a !== b && (animals.includes(a) === animals.includes(b)) === same)
              .map((b) => vectors.similarity(a, b)),
          );
          return scores.reduce((sum, one) => sum + one, 0) / scores.length;
        };
        expect(nearness(true)).toBeGreaterThan(nearness(false) + 0.3);
        trained.dispose();
      });
    }
  }

  it('gives the same bits for the same seed, others for another', async () => {
    const run = async (seed: number): Promise<Float32Array> => {
      const trained = await Word2Vec.fit(topics, { ...settings, generator: new Generator(seed) });
      return trained.vectors.vectors;
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });

  it('gives the mean loss of the examples: 6 log 2 as long as all scores are 0', async () => {
    const corpus = Array.from({ length: 50 }, (_, i) => [`a${i}`, `b${i}`, `c${i}`]);
    const options = { ...settings, epochs: 1, alpha: 1e-9, minAlpha: 0 };
    const { losses } = await Word2Vec.fit(corpus, { ...options, model: 'skipgram' });
    // Words that were drawn as their own opposite are left out: one of 150 and so a little less.
    expect(losses[0]! / Math.LN2).toBeGreaterThan(5.9);
    expect(losses[0]! / Math.LN2).toBeLessThan(6);
    const all = await Word2Vec.fit(corpus, { ...options, loss: 'softmax' });
    expect(all.losses[0]!).toBeCloseTo(Math.log(150), 4);
  });

  it('learns the same on the plain loops, to rounding', async () => {
    const run = async (): Promise<Float32Array> => {
      const options = { ...settings, epochs: 1, generator: new Generator(5) };
      const trained = await Word2Vec.fit(topics.slice(0, 100), options);
      return trained.vectors.vectors;
    };
    const fast = await run();
    setDefaultBackend(reference());
    try {
      const plain = await run();
      plain.forEach((v, i) => expect(v).toBeCloseTo(fast[i]!, 4));
    } finally {
      setDefaultBackend(wasm());
    }
  });

  it('keeps words that occur often enough, the most frequent first', async () => {
    const corpus = [
      ['b', 'a', 'c'],
      ['b', 'a'],
      ['b', 'd'],
    ];
    const trained = await Word2Vec.fit(corpus, { ...settings, minCount: 2 });
    expect(trained.words).toEqual(['b', 'a']);
    expect(trained.counts).toEqual([3, 2]);
    const one = await Word2Vec.fit(corpus, { ...settings, maxVocabSize: 1 });
    expect(one.words).toEqual(['b']);
  });

  it('takes sentences that come one after the other, and those without neighbours', async () => {
    async function* sentences() {
      yield* [['a', 'b'], [], ['a'], ['b', 'a']];
    }
    const trained = await Word2Vec.fit(sentences(), settings);
    expect(trained.words).toEqual(['a', 'b']);
  });

  it('tells how far it is', async () => {
    const seen: TrainingProgress[] = [];
    await Word2Vec.fit(topics, { ...settings, epochs: 2, onProgress: (p) => seen.push(p) });
    expect(seen.at(-1)).toMatchObject({ epoch: 2, epochs: 2, words: 4000, total: 4000 });
    expect(seen.every(({ loss }) => loss > 0)).toBe(true);
  });

  it('ends when its signal is aborted, and frees its tables', async () => {
    const before = memory().wasm.bytes;
    const stop = new AbortController();
    const options = { ...settings, epochs: 1000, signal: stop.signal };
    const training = Word2Vec.fit(topics, {
      ...options,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(training).rejects.toThrow('enough');
    expect(memory().wasm.bytes).toBe(before);
  });

  it('holds its tables until it is disposed, and nothing else', async () => {
    const before = memory().wasm.bytes;
    const trained = await Word2Vec.fit(topics, settings);
    expect(memory().wasm.bytes - before).toBe(4 * (24 * 16 + 1));
    trained.dispose();
    expect(memory().wasm.bytes).toBe(before);
  });

  it('refuses what it cannot learn from', async () => {
    const refused = async (corpus: unknown, options: object, message: string): Promise<void> => {
      // What plain JavaScript may give.
      await expect(Word2Vec.fit(corpus as string[][], options)).rejects.toThrow(message);
    };
    await refused([['a']], { vectorsize: 3 }, 'did you mean vectorSize?');
    await refused([], {}, 'Word2Vec.fit: no word occurs minCount times, 5; of 0 words');
    await refused(['a b'], {}, "Word2Vec.fit: sentence 1 must be an array of words, got 'a b'.");
    await refused([['a', 1]], {}, 'Word2Vec.fit: sentence 1 has 1 where a word must stand.');
    await refused([['a']], { model: 'sg' }, 'model must be one of cbow, skipgram, got "sg"');
    await refused([['a']], { alpha: NaN }, 'alpha must be a number above 0, got NaN');
    await refused(
      [['a']],
      { minAlpha: 1 },
      'minAlpha must be a number from 0 to alpha, 0.025, got 1',
    );
    await refused([['a']], { vectorSize: 0 }, 'vectorSize must be');
    await refused(topics, { ...settings, alpha: 1e30 }, 'Lower alpha.');
  });
});

describe('Word2Vec.train', () => {
  it('goes on, with words that are new', async () => {
    const trained = await Word2Vec.fit(topics, { ...settings, generator: new Generator(1) });
    const before = trained.vectors;
    const news = Array.from({ length: 200 }, () => ['goat', 'drinks', 'white', 'milk']);
    await trained.train([...news, ['rare']], { epochs: 5, minCount: 2 });
    const { vectors } = trained;
    expect(vectors.words).toEqual([...before.words, 'goat']);
    const milk = vectors.index('milk');
    expect(trained.counts[milk]).toBe(before.counts![milk]! + 200);
    expect(trained.losses).toHaveLength(10);
    expect(vectors.similarity('goat', 'cow')).toBeGreaterThan(vectors.similarity('goat', 'van'));
    // Words that do not occur change only as opposites, whose vectors are others.
    expect(vectors.get('car')).toEqual(before.get('car'));
  });

  it('refuses options that it does not have', async () => {
    const trained = await Word2Vec.fit(topics, settings);
    // @ts-expect-error -- it has the size that it has
    await expect(trained.train(topics, { vectorSize: 3 })).rejects.toThrow(
      'no option "vectorSize"',
    );
  });
});

describe('keepChances', () => {
  it('is √(t/f) + t/f', () => {
    const [rare, often] = keepChances([10, 990], 0.01);
    expect(rare! / 2 ** 32).toBe(2);
    expect(often! / 2 ** 32).toBeCloseTo(Math.sqrt(0.01 / 0.99) + 0.01 / 0.99, 12);
    expect(keepChances([1, 5], 0)[0]).toBeGreaterThan(2 ** 32 - 1);
  });
});
