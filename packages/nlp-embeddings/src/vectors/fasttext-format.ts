import { DataError, optionsOf } from '@kasane/tensor-core';
import { subwordBuckets } from '../fasttext/subwords.ts';
import { Turns } from '@kasane/tensor-core/turns';
import { ByteStream, type ByteSource } from './byte-stream.ts';
import { FastTextKeyedVectors } from './fasttext-keyed-vectors.ts';

/** Options of `readFastTextVectors`. */
export interface ReadFastTextVectorsOptions {
  /** Ends the reading. */
  readonly signal?: AbortSignal;
}

const OWNER = 'readFastTextVectors';
const MAGIC = 793712314;
/** Bytes of a matrix that are read at a time. */
const CHUNK = 1 << 20;
const floatsAreLittle = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Reads a model from fastText's `.bin`: words, their counts and vectors, and those of n-grams, so that unseen words have vectors too. Published models have
 * gigabytes: give the pieces of a stream. `.vec` files have no n-grams; `readVectors` reads them.
 *
 * Same vectors as gensim's `load_facebook_vectors`.
 *
 * @throws {@link DataError} for other files, quantized models (`.ftz`), classifiers, and bytes that end too early.
 * @throws the reason of `signal`.
 *
 * @example
 * import { readFastTextVectors } from '@kasane/nlp-embeddings';
 * // In Node: await readFastTextVectors(fs.createReadStream('cc.en.300.bin'))
 * let message = '';
 * await readFastTextVectors(new Uint8Array(8)).catch((error) => (message = String(error)));
 * message.slice(0, 54); // => DataError: readFastTextVectors: this is no .bin of fas
 *
 * @see Bojanowski et al. (2017), Enriching word vectors with subword information.
 */
export async function readFastTextVectors(
  source: ByteSource,
  options?: ReadFastTextVectorsOptions,
): Promise<FastTextKeyedVectors> {
  const { signal } = optionsOf(OWNER, options, ['signal']);
  const turns = new Turns(signal);
  const stream = new ByteStream(OWNER, source, turns);
  const head = await stream.view(8, 'the header');
  const [magic, version] = [head.getInt32(0, true), head.getInt32(4, true)];
  if (magic !== MAGIC || version < 11 || version > 12) {
    throw new DataError(
      `${OWNER}: this is no .bin of fastText (version 11 or 12). readVectors reads its .vec.`,
    );
  }
  // dim ws epoch minCount neg wordNgrams loss model bucket minn maxn lrUpdateRate, t
  const settings = await stream.view(56, 'the header');
  const setting = (i: number): number => settings.getInt32(4 * i, true);
  const [size, model, minN, maxN] = [setting(0), setting(7), setting(9), setting(10)];
  if (model === 3) {
    throw new DataError(`${OWNER}: the file is a classifier; it must be of skip-gram or CBOW.`);
  }

  const sizes = await stream.view(28, 'the dictionary');
  const [entries, count, labels] = [0, 4, 8].map((at) => sizes.getInt32(at, true));
  const pruned = sizes.getBigInt64(20, true);
  if (labels !== 0 || entries !== count || pruned > 0n) {
    throw new DataError(
      `${OWNER}: the dictionary has ${labels} labels and ${pruned} pruned n-grams; models of words have none.`,
    );
  }
  const decoder = new TextDecoder();
  const [words, counts]: [string[], number[]] = [[], []];
  for (let i = 1; i <= count!; i++) {
    const what = `word ${i} of ${count}`;
    words.push(decoder.decode(await stream.untilZero(what)));
    const entry = await stream.view(9, what); // how often, and that it is a word
    counts.push(Number(entry.getBigInt64(0, true)));
  }

  const quantized = await stream.view(1, 'the vectors');
  if (quantized.getUint8(0) !== 0) {
    throw new DataError(`${OWNER}: the model is quantized (.ftz), which is not supported.`);
  }
  const shape = await stream.view(16, 'the vectors');
  const [rows, columns] = [Number(shape.getBigInt64(0, true)), Number(shape.getBigInt64(8, true))];
  const bucket = maxN === 0 ? 0 : setting(8);
  if (columns !== size || rows < count! + bucket) {
    throw new DataError(
      `${OWNER}: the file has ${rows} vectors of ${columns}, but promises ${count} words and ${bucket} buckets of ${size}. It is damaged.`,
    );
  }
  const own = await floats(stream, count! * size, `the vectors of words`);
  const others = await floats(stream, bucket * size, `the vectors of n-grams`);

  // Word by word in its place: (own + Σ n-grams) / (1 + n)
  const subwords = { minN, maxN: bucket === 0 ? 0 : maxN, bucket };
  const sum = new Float64Array(size);
  for (const [i, word] of words.entries()) {
    // The end of a sentence is no word.
    const buckets = word === '</s>' ? [] : subwordBuckets(word, subwords);
    for (let j = 0; j < size; j++) sum[j] = own[i * size + j]!;
    for (const b of buckets) for (let j = 0; j < size; j++) sum[j]! += others[b * size + j]!;
    for (let j = 0; j < size; j++) own[i * size + j] = sum[j]! / (1 + buckets.length);
    if (i % 256 === 0 && turns.due) await turns.give();
  }
  return new FastTextKeyedVectors(words, own, { ...subwords, vectors: others }, { counts });
}

/** So many float32, without taking memory for more than the stream has. */
async function floats(
  stream: ByteStream,
  count: number,
  what: string,
): Promise<Float32Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.min(4 * count, CHUNK));
  for (let at = 0; at < 4 * count;) {
    const length = Math.min(4 * count - at, CHUNK);
    if (at + length > bytes.length) {
      const more = new Uint8Array(Math.min(4 * count, 4 * bytes.length));
      more.set(bytes);
      bytes = more;
    }
    await stream.take(bytes.subarray(at, at + length), what);
    at += length;
  }
  if (floatsAreLittle) return new Float32Array(bytes.buffer, 0, count);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
}
