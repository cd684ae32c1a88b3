import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBinaryVectors, writeBinaryVectors } from './binary-format.ts';
import { evaluateAnalogies, evaluateWordPairs } from './evaluate.ts';
import { KeyedVectors, type Neighbor } from './keyed-vectors.ts';
import { readVectors, writeVectors } from './text-format.ts';

// Written by the script beside it.
const golden = JSON.parse(
  fs.readFileSync(new URL('../../test/fixtures/word-vectors.json', import.meta.url), 'utf8'),
) as {
  words: string[];
  vectors: number[][];
  similarity: number;
  mostSimilar: Neighbor[];
  mostSimilarOne: Neighbor[];
  cosMul: Neighbor[];
  byVector: Neighbor[];
  doesntMatch: [string[], string][];
  pairs: string;
  pearson: number;
  spearman: number;
  oovRatio: number;
  analogies: string;
  sections: [string, number, number][];
  text: string;
  binary: string;
};
const vectors = new KeyedVectors(golden.words, golden.vectors);
const binary = Uint8Array.from(Buffer.from(golden.binary, 'hex'));

function expectNeighbors(got: readonly Neighbor[], expected: readonly Neighbor[]): void {
  expect(got.map(([word]) => word)).toEqual(expected.map(([word]) => word));
  got.forEach(([, score], i) => expect(score).toBeCloseTo(expected[i]![1], 5));
}

describe('KeyedVectors', () => {
  it("answers as gensim's", () => {
    expect(vectors.similarity('king', 'queen')).toBeCloseTo(golden.similarity, 5);
    const options = { negative: ['man'], topn: 4 };
    expectNeighbors(vectors.mostSimilar(['king', 'woman'], options), golden.mostSimilar);
    expectNeighbors(vectors.analogy('man', 'king', 'woman', { topn: 4 }), golden.mostSimilar);
    expectNeighbors(
      vectors.mostSimilar('apple', { topn: 3, restrictVocab: 7 }),
      golden.mostSimilarOne,
    );
    const method = { method: '3CosMul', topn: 4 } as const;
    expectNeighbors(vectors.analogy('man', 'king', 'woman', method), golden.cosMul);
    const boy = vectors.get('boy').map((x) => 3 * x);
    expectNeighbors(vectors.similarByVector(boy, { topn: 3 }), golden.byVector);
    for (const [words, odd] of golden.doesntMatch) expect(vectors.doesntMatch(words)).toBe(odd);
  });

  it('gives copies, numbers and whether there is a word', () => {
    vectors.get('king')[0] = 99;
    expect(vectors.get('king')[0]).not.toBe(99);
    expect([vectors.has('king'), vectors.has('kong')]).toEqual([true, false]);
    expect([vectors.index('King'), vectors.index('kong')]).toEqual([1, -1]);
    expect(String(new KeyedVectors([], []).size)).toBe('0');
  });

  it('calls a vector of zeros unlike all', () => {
    const some = new KeyedVectors(
      ['a', 'b', 'zero'],
      [
        [1, 0],
        [-1, 0],
        [0, 0],
      ],
    );
    expect(some.mostSimilar('a')).toEqual([
      ['zero', 0],
      ['b', -1],
    ]);
    expect(some.similarity('a', 'zero')).toBe(0);
  });

  it('refuses what it does not have', () => {
    expect(() => vectors.get('Queen')).toThrow(
      `KeyedVectors: there is no word 'Queen' among 12; did you mean "queen"? Ask \`has\` first.`,
    );
    expect(() => vectors.mostSimilar('xylophone')).toThrow(
      "there is no word 'xylophone' among 12. Ask",
    );
    expect(() => vectors.mostSimilar([])).toThrow('mostSimilar: needs at least one word');
    expect(() => vectors.similarByVector([1])).toThrow('must have 8 numbers, got 1');
    expect(() => new KeyedVectors(['a', 'a'], [[1], [2]])).toThrow(
      '"a" comes twice, as 0 and as 1',
    );
    expect(() => new KeyedVectors(['a', 'b'], [[1], [2, 3]])).toThrow(
      'a vector of one size for each of 2 words',
    );
    expect(() => new KeyedVectors(['a'], [[1]], { counts: [] })).toThrow('counts must be as many');
  });
});

describe('evaluations', () => {
  it("have gensim's numbers for pairs of words", () => {
    const { pearson, spearman, oovRatio } = evaluateWordPairs(vectors, golden.pairs);
    expect(pearson).toBeCloseTo(golden.pearson, 5);
    expect(spearman).toBeCloseTo(golden.spearman, 10);
    expect(oovRatio).toBeCloseTo(golden.oovRatio, 10);
  });

  it("have gensim's numbers for analogies", async () => {
    const { sections, correct, total, accuracy } = await evaluateAnalogies(
      vectors,
      golden.analogies,
    );
    const [whole] = golden.sections.slice(-1);
    expect(sections.map((s) => [s.section, s.correct, s.total])).toEqual(
      golden.sections.slice(0, -1),
    );
    expect([correct, total]).toEqual(whole!.slice(1));
    expect(accuracy).toBe(correct / total);
    const byProduct = await evaluateAnalogies(vectors, golden.analogies, { method: '3CosMul' });
    expect(byProduct.total).toBe(total);
  });

  it('name lines that are something else', async () => {
    expect(() => evaluateWordPairs(vectors, 'king\tqueen\t8\nking queen 8')).toThrow(
      'line 2 must be two words',
    );
    expect(() => evaluateWordPairs(vectors, 'king\tqueen\t8')).toThrow(
      'needs two pairs of words with vectors, got 1',
    );
    await expect(evaluateAnalogies(vectors, ': a\nking queen man')).rejects.toThrow(
      'line 2 must be four words',
    );
  });
});

describe('readVectors and writeVectors', () => {
  it("read gensim's text, and write what comes back to the bit", async () => {
    const read = await readVectors(golden.text);
    expect(read.words).toEqual(golden.words);
    expect(read.vectors).toEqual(vectors.vectors);
    const again = await readVectors([...writeVectors(vectors)].join(''));
    expect(again.vectors).toEqual(vectors.vectors);
    const glove = [...writeVectors(vectors, { header: false })];
    expect((await readVectors(glove)).vectors).toEqual(vectors.vectors);
  });

  it('bring all float32 back, with any words', async () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((w) => !/[\s]/.test(w));
    const value = fc.float({ noNaN: true });
    const list = fc.uniqueArray(fc.tuple(word, fc.array(value, { minLength: 3, maxLength: 3 })), {
      selector: ([w]) => w,
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(list, async (rows) => {
        const some = new KeyedVectors(
          rows.map(([w]) => w),
          rows.map(([, v]) => v),
        );
        const text = await readVectors(writeVectors(some));
        expect(text.words).toEqual(some.words);
        expect(text.vectors.map((x) => x + 0)).toEqual(some.vectors.map((x) => x + 0));
        const bytes = readBinaryVectors(writeBinaryVectors(some));
        expect(bytes.words).toEqual(some.words);
        expect(bytes.vectors).toEqual(some.vectors);
      }),
    );
  });

  it("take words with blanks, fastText's blank at the end, a limit, and the first of two", async () => {
    const read = await readVectors('3 2\na b 1 2 \n. . 3 4 \na b 5 6 \n');
    expect(read.words).toEqual(['a b', '. .']);
    expect([...read.get('a b')]).toEqual([1, 2]);
    expect((await readVectors(golden.text, { limit: 2 })).words).toEqual(['the', 'King']);
  });

  it('name the line that is wrong', async () => {
    const refused = (text: string, message: string, options = {}): Promise<void> =>
      expect(readVectors(text, options)).rejects.toThrow(message);
    await refused('2 2\na 1 2\nb 1', 'line 3 must be a word and 2 numbers, got 1');
    await refused('a 1 2\nb 1 x', 'line 2 must be a word and 2 numbers, got "x" among them');
    await refused('2 2\na 1 2', 'line 1 promises 2 words, but the text ends after 1, at line 2');
    await refused('a 1 2\n\nb 1 2', 'line 2 is empty');
    await refused('a 1 2', 'line 1 must say how many words', { header: true });
    await refused('word', 'line 1 must be a word and some numbers, got 0');
  });
});

describe('readBinaryVectors and writeBinaryVectors', () => {
  it("read gensim's bytes", () => {
    const read = readBinaryVectors(binary);
    expect(read.words).toEqual(golden.words);
    expect(read.vectors).toEqual(vectors.vectors);
    expect(readBinaryVectors(binary, { limit: 1 }).words).toEqual(['the']);
  });

  it('refuse bytes that are cut off anywhere', () => {
    for (let end = 0; end < binary.length; end += 7) {
      expect(() => readBinaryVectors(binary.subarray(0, end))).toThrow(
        /readBinaryVectors: the file/,
      );
    }
  });

  it('refuse other files, and promises that no file keeps', () => {
    expect(() => readBinaryVectors(Uint8Array.of(31, 139, 8))).toThrow(
      'must begin with a line of two numbers',
    );
    const huge = new TextEncoder().encode('999999999999 300\na ');
    expect(() => readBinaryVectors(huge)).toThrow('the file ends in word 1 of 999999999999');
    const bad = Uint8Array.of(...new TextEncoder().encode('1 1\n'), 255, 32, 0, 0, 0, 0);
    expect(() => readBinaryVectors(bad)).toThrow('word 1 of 1 is no UTF-8');
    expect(() => writeBinaryVectors(new KeyedVectors(['a b'], [[1]]))).toThrow('has a blank');
  });
});
