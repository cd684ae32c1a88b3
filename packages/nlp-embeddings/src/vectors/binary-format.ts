import { DataError, optionsOf } from '@kasane/tensor-core';
import { requireBytes, requireMade } from '../given.ts';
import { KeyedVectors } from './keyed-vectors.ts';

/** Options of `readBinaryVectors`. */
export interface ReadBinaryVectorsOptions {
  /** Read so many words at most. Default: all. */
  readonly limit?: number;
}

const [SPACE, LINE_FEED] = [32, 10];

/**
 * Reads word2vec's binary format: a line with the number of words and their size, then each word, a blank and its numbers as float32, with or without
 * a line feed behind. Of a word that comes twice the first one counts.
 *
 * As gensim's `load_word2vec_format` with `binary=True`.
 *
 * @throws {@link DataError} for bytes that do not begin with such a line, and with the number of the word where they end too early or are no UTF-8.
 *
 * @example
 * import { KeyedVectors, readBinaryVectors, writeBinaryVectors } from '@kasane/nlp-embeddings';
 * const bytes = writeBinaryVectors(new KeyedVectors(['cat'], [[1, 0.5]]));
 * bytes.length; // => 17
 * [...readBinaryVectors(bytes).get('cat')]; // => [1,0.5]
 */
export function readBinaryVectors(
  bytes: Uint8Array,
  options?: ReadBinaryVectorsOptions,
): KeyedVectors {
  const { limit = Infinity } = optionsOf('readBinaryVectors', options, ['limit']);
  requireBytes('readBinaryVectors', bytes);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const first = bytes.indexOf(LINE_FEED);
  const found = /^(\d+) (\d+)\r?$/.exec(
    String.fromCharCode(...bytes.subarray(0, Math.min(first, 40))),
  );
  if (first < 0 || found === null) {
    throw new DataError(
      'readBinaryVectors: the file must begin with a line of two numbers, how many words there are and of what size. Is it a text, or compressed?',
    );
  }
  const [promised, size] = [Number(found[1]), Number(found[2])];
  const count = Math.min(promised, limit);
  const short = (word: number): DataError =>
    new DataError(
      `readBinaryVectors: the file ends in word ${word} of ${promised}. It is cut off, or its first line is wrong.`,
    );
  // Each word takes two bytes and its numbers at least: what is promised beyond that is no reason to take memory.
  if (count * (4 * size + 2) > bytes.length) throw short(Math.ceil(bytes.length / (4 * size + 2)));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vectors = new Float32Array(count * size);
  const words: string[] = [];
  const known = new Set<string>();
  let at = first + 1;
  for (let n = 1; n <= count; n++) {
    if (bytes[at] === LINE_FEED) at++;
    const end = bytes.indexOf(SPACE, at);
    if (end < 0 || end + 1 + 4 * size > bytes.length) throw short(n);
    let word: string;
    try {
      word = decoder.decode(bytes.subarray(at, end));
    } catch {
      throw new DataError(`readBinaryVectors: word ${n} of ${promised} is no UTF-8.`);
    }
    at = end + 1;
    if (!known.has(word)) {
      known.add(word);
      const to = words.length * size;
      for (let j = 0; j < size; j++) vectors[to + j] = view.getFloat32(at + 4 * j, true);
      words.push(word);
    }
    at += 4 * size;
  }
  return new KeyedVectors(words, vectors.slice(0, words.length * size));
}

/**
 * Writes word2vec's binary format, with a line feed behind each vector as word2vec itself does.
 *
 * @throws {@link DataError} for a word with a blank or a line feed, which the format cannot hold.
 *
 * @example
 * import { KeyedVectors, writeBinaryVectors } from '@kasane/nlp-embeddings';
 * const bytes = writeBinaryVectors(new KeyedVectors(['cat'], [[1, 0.5]]));
 * new TextDecoder().decode(bytes.subarray(0, 7)).split('\n'); // => ["1 2","cat"]
 */
export function writeBinaryVectors(vectors: KeyedVectors): Uint8Array<ArrayBuffer> {
  requireMade('writeBinaryVectors', KeyedVectors, vectors);
  const { words, vectorSize } = vectors;
  const encoder = new TextEncoder();
  const names = words.map((word) => {
    if (/[ \n]/.test(word)) {
      throw new DataError(
        `writeBinaryVectors: the word ${JSON.stringify(word)} has a blank or a line feed, which the format cannot hold. Use writeVectors or leave it out.`,
      );
    }
    return encoder.encode(`${word} `);
  });
  const header = encoder.encode(`${words.length} ${vectorSize}\n`);
  const each = 4 * vectorSize + 1;
  const bytes = new Uint8Array(
    names.reduce((sum, name) => sum + name.length + each, header.length),
  );
  const view = new DataView(bytes.buffer);
  bytes.set(header);
  let at = header.length;
  names.forEach((name, i) => {
    bytes.set(name, at);
    at += name.length;
    for (let j = 0; j < vectorSize; j++, at += 4) {
      view.setFloat32(at, vectors.vectors[i * vectorSize + j]!, true);
    }
    bytes[at++] = LINE_FEED;
  });
  return bytes;
}
