import { DataError, optionsOf } from '@kasane/tensor-core';
import { requireEach, requireMade, requireText } from '../given.ts';
import { Turns } from '@kasane/tensor-core/turns';
import { KeyedVectors } from './keyed-vectors.ts';

/** A text, or its lines, such as those of `TextLines`. */
export type TextSource = string | Iterable<string> | AsyncIterable<string>;

/** Options of `readVectors`. */
export interface ReadVectorsOptions {
  /** The first line says how many words there are and of what size. Default: if it is two whole numbers. */
  readonly header?: boolean;
  /** Read so many words at most: files begin with the most frequent ones. Default: all. */
  readonly limit?: number;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

/**
 * Reads word vectors from text: word2vec's and fastText's `.vec`, whose first line says how many words there are and of what size, or
 * GloVe's, which have no such line. A line is a word and its numbers, with blanks between; words may have blanks in them. Of a word
 * that comes twice the first one counts, as in gensim.
 *
 * As gensim's `load_word2vec_format` with `binary=False`.
 *
 * @throws {@link DataError} with the number of the line for one that has too few numbers or what is no number, and for a text that ends before its first line
 * says.
 * @throws the reason of `signal` when it is aborted.
 *
 * @example
 * import { readVectors } from '@kasane/nlp-embeddings';
 * const vectors = await readVectors('2 3\ncat 1 0 0.5\ndog 0.9 0 0.5\n');
 * vectors.words; // => ["cat","dog"]
 * let message = '';
 * await readVectors('cat 1 2\ndog 1 x\n').catch((error) => (message = String(error)));
 * message; // => DataError: readVectors: line 2 must be a word and 2 numbers, got "x" among them.
 */
export async function readVectors(
  source: TextSource,
  options?: ReadVectorsOptions,
): Promise<KeyedVectors> {
  const {
    header,
    limit = Infinity,
    signal,
  } = optionsOf('readVectors', options, ['header', 'limit', 'signal']);
  requireEach('readVectors', 'a text or its lines', source, 'later');
  const turns = new Turns(signal);
  const words: string[] = [];
  const known = new Set<string>();
  let size: number | undefined;
  let promised: number | undefined;
  let vectors = new Float32Array(0);
  let [line, read] = [0, 0];
  for await (const raw of typeof source === 'string' ? linesOf(source) : source) {
    line++;
    requireText('readVectors', `line ${line} as a text`, raw);
    const text = raw.replace(/[ \t\r\n]+$/, '');
    if (line === 1) {
      const found = /^(\d+)[ \t](\d+)$/.exec(text);
      if (found === null && header === true) {
        throw new DataError(
          `readVectors: line 1 must say how many words there are and of what size, got ${quoted(text)}. Pass header: false for files without it.`,
        );
      }
      if (found !== null && header !== false) {
        [promised, size] = [Number(found[1]), Number(found[2])];
        continue;
      }
    }
    if (read >= limit || read === promised) break;
    if (text === '') {
      throw new DataError(`readVectors: line ${line} is empty; it must be a word and its numbers.`);
    }
    const fields = text.split(/[ \t]/);
    size ??= fields.length - 1;
    const word = fields.slice(0, fields.length - size).join(' ');
    if (fields.length <= size || size === 0 || word === '') {
      throw new DataError(
        `readVectors: line ${line} must be a word and ${size || 'some'} numbers, got ${fields.length - 1}.`,
      );
    }
    read++;
    if (known.has(word)) continue;
    known.add(word);
    const at = words.length * size;
    if (at + size > vectors.length) {
      const most = Math.min(promised ?? Infinity, limit, 2 * words.length + 1024);
      const more = new Float32Array(most * size);
      more.set(vectors);
      vectors = more;
    }
    for (let j = 0; j < size; j++) {
      const field = fields[fields.length - size + j]!;
      const value = Number(field);
      if (field === '' || (Number.isNaN(value) && field !== 'nan')) {
        throw new DataError(
          `readVectors: line ${line} must be a word and ${size} numbers, got ${quoted(field)} among them.`,
        );
      }
      vectors[at + j] = value;
    }
    words.push(word);
    if (line % 256 === 0 && turns.due) await turns.give();
  }
  if (promised !== undefined && read < Math.min(promised, limit)) {
    throw new DataError(
      `readVectors: line 1 promises ${promised} words, but the text ends after ${read}, at line ${line}. It is cut off, or its first line is wrong.`,
    );
  }
  return new KeyedVectors(words, vectors.slice(0, words.length * (size ?? 0)));
}

/** Options of `writeVectors`. */
export interface WriteVectorsOptions {
  /** Say in the first line how many words there are and of what size, as word2vec and fastText do and GloVe does not. Default true. */
  readonly header?: boolean;
}

/**
 * The lines of word2vec's text format and fastText's `.vec`, or, without `header`, of GloVe's, each with its line feed. Numbers are as short as
 * they can be and come back to the bit.
 *
 * @throws {@link DataError} for a word with a line feed or one that is empty, which no line can hold.
 *
 * @example
 * import { KeyedVectors, writeVectors } from '@kasane/nlp-embeddings';
 * const vectors = new KeyedVectors(['cat', 'dog'], [[1, 0.1], [2, -3]]);
 * [...writeVectors(vectors)].map((line) => line.trim()); // => ["2 2","cat 1 0.1","dog 2 -3"]
 */
export function* writeVectors(
  vectors: KeyedVectors,
  options?: WriteVectorsOptions,
): Generator<string> {
  const { header = true } = optionsOf('writeVectors', options, ['header']);
  requireMade('writeVectors', KeyedVectors, vectors);
  const { words, vectorSize } = vectors;
  if (header) yield `${words.length} ${vectorSize}\n`;
  for (const [i, word] of words.entries()) {
    if (word === '' || /[\r\n]/.test(word)) {
      throw new DataError(
        `writeVectors: the word ${JSON.stringify(word)} does not fit into a line. Leave it out.`,
      );
    }
    const numbers = vectors.vectors.subarray(i * vectorSize, (i + 1) * vectorSize);
    yield `${word} ${Array.from(numbers, shortest).join(' ')}\n`;
  }
}

/** The fewest digits that come back as the same float32. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}

function* linesOf(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    yield text.slice(start, end < 0 ? text.length : end);
    start = end < 0 ? text.length : end + 1;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
