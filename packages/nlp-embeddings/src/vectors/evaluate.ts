import { DataError, optionsOf, requireWhole, scope, tensor } from '@kasane/tensor-core';
import { requireMade, requireText } from '../given.ts';
import { Turns } from '@kasane/tensor-core/turns';
import { dot, product, unitRows } from './cosine.ts';
import { KeyedVectors } from './keyed-vectors.ts';

/** Options of evaluations. */
export interface EvaluateOptions {
  /** Only the first so many words, the most frequent ones, count. Default 300,000. */
  readonly restrictVocab?: number;
  /** Take words as the same that differ in upper and lower case; of several the most frequent one counts. Default true. */
  readonly caseInsensitive?: boolean;
}

const evaluateNames = ['restrictVocab', 'caseInsensitive'] as const;

/** How similarities of pairs agree with what people said. */
export interface WordPairsResult {
  readonly pearson: number;
  readonly spearman: number;
  /** The share of pairs that were left out, for a word that has no vector. */
  readonly oovRatio: number;
}

/**
 * Holds cosines of pairs of words against scores that people gave them, from a file such as WordSim-353: in each line two words and a number with tabs
 * between; lines that begin with # say nothing.
 *
 * $$ r = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}{\sqrt{\sum_i (x_i - \bar x)^2 \sum_i (y_i - \bar y)^2}} $$
 *
 * of cosines and scores is `pearson`, that of their ranks `spearman`. Same numbers as gensim's `evaluate_word_pairs`, without its p values.
 *
 * @throws {@link DataError} with its number for a line that is something else, and if fewer than two pairs can be asked.
 * @throws RangeError unless `restrictVocab` is a whole number ≥ 1.
 *
 * @example
 * import { evaluateWordPairs, KeyedVectors } from '@kasane/nlp-embeddings';
 * const vectors = new KeyedVectors(['cup', 'mug', 'sky'], [[1, 0.2], [1, 0.3], [0, 1]]);
 * evaluateWordPairs(vectors, 'cup\tmug\t9\nmug\tsky\t3\ncup\tsky\t2').spearman; // => 1
 */
export function evaluateWordPairs(
  vectors: KeyedVectors,
  text: string,
  options?: EvaluateOptions,
): WordPairsResult {
  const given = optionsOf('evaluateWordPairs', options, evaluateNames);
  requireMade('evaluateWordPairs', KeyedVectors, vectors);
  requireText('evaluateWordPairs', 'the text of a file', text);
  const known = knownWords('evaluateWordPairs', vectors, given);
  const [ours, theirs]: [number[], number[]] = [[], []];
  let missing = 0;
  for (const { line, number } of linesOf(text)) {
    if (line.startsWith('#')) continue;
    const [a, b, score, ...rest] = line.split('\t');
    const value = Number(score);
    if (score === undefined || score.trim() === '' || Number.isNaN(value) || rest.length > 0) {
      throw new DataError(
        `evaluateWordPairs: line ${number} must be two words and a number with tabs between, got ${JSON.stringify(line)}.`,
      );
    }
    const [first, second] = [known.row(a!.trim()), known.row(b!.trim())];
    if (first === undefined || second === undefined) missing++;
    else {
      ours.push(vectors.similarity(vectors.words[first]!, vectors.words[second]!));
      theirs.push(value);
    }
  }
  if (ours.length < 2) {
    throw new DataError(
      `evaluateWordPairs: needs two pairs of words with vectors, got ${ours.length}; ${missing} have a word without.`,
    );
  }
  return {
    pearson: correlation(ours, theirs),
    spearman: correlation(ranks(ours), ranks(theirs)),
    oovRatio: missing / (missing + ours.length),
  };
}

/** The questions under one heading. */
export interface AnalogySection {
  readonly section: string;
  readonly correct: number;
  /** How many could be asked. */
  readonly total: number;
}

/** How many analogies come out right. */
export interface AnalogiesResult {
  /** The share of right answers. */
  readonly accuracy: number;
  readonly correct: number;
  /** How many could be asked: questions with a word without vector are left out. */
  readonly total: number;
  readonly sections: readonly AnalogySection[];
}

/** Options of `evaluateAnalogies`. */
export interface AnalogiesOptions extends EvaluateOptions {
  /** As in `analogy`. Default `3CosAdd`. */
  readonly method?: '3CosAdd' | '3CosMul';
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** Questions that are asked at a time. */
const BATCH = 64;

/**
 * Asks analogies from a file such as `questions-words.txt`: in each line four words a b c d, where a is to b as c is to d; lines that begin with `:` are headings. An
 * answer is right if d is nearest of all words but a, b and c. Gives way to the event loop.
 *
 * $$ \arg\max_w \big( \cos(w, b) - \cos(w, a) + \cos(w, c) \big) $$
 *
 * is the answer, for `'3CosMul'` that of `KeyedVectors.analogy`. Same numbers as gensim's `evaluate_word_analogies`.
 *
 * @throws {@link DataError} with its number for a line that has no four words.
 * @throws RangeError unless `restrictVocab` is a whole number ≥ 1.
 * @throws the reason of `signal`.
 *
 * @example
 * import { evaluateAnalogies, KeyedVectors } from '@kasane/nlp-embeddings';
 * const vectors = new KeyedVectors(
 *   ['man', 'woman', 'king', 'queen', 'apple'],
 *   [[1, 0, 0.1], [1, 1, 0.1], [1, 0, 1], [1, 1, 1], [-1, 0, 0]],
 * );
 * const { accuracy } = await evaluateAnalogies(vectors, ': family\nman woman king queen');
 * accuracy; // => 1
 */
export async function evaluateAnalogies(
  vectors: KeyedVectors,
  text: string,
  options?: AnalogiesOptions,
): Promise<AnalogiesResult> {
  const given = optionsOf('evaluateAnalogies', options, [...evaluateNames, 'method', 'signal']);
  const { method = '3CosAdd', signal } = given;
  if (method !== '3CosAdd' && method !== '3CosMul') {
    throw new RangeError(
      `evaluateAnalogies: method must be 3CosAdd or 3CosMul, got ${JSON.stringify(method)}.`,
    );
  }
  requireMade('evaluateAnalogies', KeyedVectors, vectors);
  requireText('evaluateAnalogies', 'the text of a file', text);
  const known = knownWords('evaluateAnalogies', vectors, given);
  const turns = new Turns(signal);
  const sections: { section: string; correct: number; total: number }[] = [];
  const questions: Question[] = [];
  for (const { line, number } of linesOf(text)) {
    if (line.startsWith(':')) {
      sections.push({ section: line.slice(1).trim(), correct: 0, total: 0 });
      continue;
    }
    const words = line.trim().split(/\s+/);
    if (words.length !== 4) {
      throw new DataError(
        `evaluateAnalogies: line ${number} must be four words, got ${JSON.stringify(line)}.`,
      );
    }
    if (sections.length === 0) sections.push({ section: '', correct: 0, total: 0 });
    const rows = words.map((word) => known.row(word));
    if (!rows.includes(undefined)) {
      questions.push({ rows: rows as number[], section: sections.at(-1)! }); // none is undefined
    }
  }
  const { vectorSize } = vectors;
  const units = unitRows(vectors.vectors.subarray(0, known.size * vectorSize), vectorSize);
  const table = tensor(units, [known.size, vectorSize]);
  try {
    for (let from = 0; from < questions.length; from += BATCH) {
      const asked = questions.slice(from, from + BATCH);
      const words = [...new Set(asked.flatMap(({ rows }) => rows.slice(0, 3)))];
      const place = new Map(words.map((row, i) => [row, i * known.size]));
      const all = scope(() => {
        const rows = tensor(words, { dtype: 'int32', backend: table.backend });
        return table.indexSelect(0, rows).matmul(table, { transposeB: true });
      });
      const cosines = await all.data();
      all.dispose();
      for (const { rows, section } of asked) {
        const [a, b, c] = rows.map((row) => place.get(row) ?? 0) as [number, number, number]; // of four
        const score = (i: number): number => {
          const [from, to, other] = [cosines[a + i]!, cosines[b + i]!, cosines[c + i]!];
          return method === '3CosAdd' ? to - from + other : product(from, to, other);
        };
        let [best, answer] = [-Infinity, -1];
        for (let i = 0; i < known.size; i++) {
          const value = score(i);
          if (value > best && !rows.slice(0, 3).includes(known.same[i]!)) {
            [best, answer] = [value, known.same[i]!];
          }
        }
        section.total++;
        if (answer === rows[3]) section.correct++;
      }
      if (turns.due) await turns.give();
    }
  } finally {
    table.dispose();
  }
  const sum = (of: 'correct' | 'total'): number => sections.reduce((all, s) => all + s[of], 0);
  const [correct, total] = [sum('correct'), sum('total')];
  return { accuracy: correct / total, correct, total, sections };
}

/** One line: its words by their rows. */
interface Question {
  readonly rows: readonly number[];
  readonly section: { correct: number; total: number };
}

/** The words that count. */
interface Known {
  readonly size: number;
  /** The first row of the same word in whatever case, for each row. */
  readonly same: readonly number[];
  row(word: string): number | undefined;
}

function knownWords(
  owner: string,
  vectors: KeyedVectors,
  { restrictVocab = 300_000, caseInsensitive = true }: EvaluateOptions,
): Known {
  requireWhole(owner, 'restrictVocab', restrictVocab, 1);
  const plain = (word: string): string => (caseInsensitive ? word.toUpperCase() : word);
  const rows = new Map<string, number>();
  const same = vectors.words.slice(0, restrictVocab).map((word, i) => {
    const first = rows.get(plain(word)) ?? i;
    rows.set(plain(word), first);
    return first;
  });
  return { size: same.length, same, row: (word) => rows.get(plain(word)) };
}

function* linesOf(text: string): Generator<{ line: string; number: number }> {
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() !== '') yield { line, number: i + 1 };
  }
}

/** Pearson's: NaN where one of the two is the same everywhere. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((s, x) => s + x, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  const [da, db] = [a.map((x) => x - ma), b.map((x) => x - mb)];
  return dot(da, db) / Math.sqrt(dot(da, da) * dot(db, db));
}

/** From 1 for the smallest; those that are equal share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const result = new Array<number>(values.length);
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end < order.length && values[order[end]!] === values[order[i]!]) end++;
    for (let k = i; k < end; k++) result[order[k]!] = (i + 1 + end) / 2;
    i = end;
  }
  return result;
}
