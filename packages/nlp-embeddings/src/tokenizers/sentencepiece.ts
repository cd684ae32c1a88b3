/** Models of SentencePiece: files that end in `.model`. */
import { DataError, optionsOf } from '@kasane/tensor-core';
import {
  ByteFallback,
  Fuse,
  Replace as ReplaceToken,
  Sequence as Decoders,
  Strip,
} from './decoders/decoders.ts';
import type { Model } from './models/model.ts';
import { RankedBPE } from './models/ranked-bpe.ts';
import { Unigram } from './models/unigram.ts';
import type { Normalizer } from './normalizers/normalizer.ts';
import { SentencePieceCharsMap } from './normalizers/precompiled.ts';
import { Prepend, Replace, Sequence } from './normalizers/sequence.ts';
import { Regex } from './pattern.ts';
import { Split } from './pre-tokenizers/split.ts';
import { protoFields } from './protobuf.ts';
import { Tokenizer } from './tokenizer.ts';
import { bytesOf } from './given.ts';

/** Options of `fromSentencePiece`. */
export interface SentencePieceOptions {
  /** Stands in messages. Default `'SentencePiece'`. */
  readonly name?: string;
}

// What kind of token a piece is.
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

const kinds = ['', 'unigram', 'bpe', 'word', 'char'];

interface Piece {
  readonly text: string;
  readonly score: number;
  readonly kind: number;
}

/** What is read of a file. */
interface Proto {
  readonly pieces: Piece[];
  kind: number;
  byteFallback: boolean;
  charsMap: Uint8Array;
  addsPrefix: boolean;
  removesSpaces: boolean;
}

/**
 * The tokenizer of a SentencePiece model, of type unigram or bpe, given the bytes of its file.
 *
 * Gives SentencePiece's ids, but for two things that are as in Hugging Face's tokenizers: control symbols such as `<s>` are special tokens, which are
 * found in texts, and decoding unknown tokens gives their name, not ` ⁇ `. Offsets are those of this package.
 *
 * @throws {@link DataError}, with the place, for bytes that are no such model, and for what is not supported: types word and char, spaces as suffixes or not
 * escaped, denormalizers, unused pieces, user-defined symbols that the normalization changes.
 *
 * @example
 * import { fromSentencePiece } from '@kasane/nlp-embeddings/tokenizers';
 * let message = '';
 * try {
 *   fromSentencePiece(new Uint8Array([10, 200]), { name: 'ja.model' });
 * } catch (error) {
 *   message = String(error);
 * }
 * message; // => DataError: ja.model: byte 2: expected a number; the file is cut off or of another kind.
 */
export function fromSentencePiece(
  bytes: Uint8Array | ArrayBuffer,
  options?: SentencePieceOptions,
): Tokenizer {
  const { name = 'SentencePiece' } = optionsOf('fromSentencePiece', options, ['name']);
  const proto = read(bytesOf('fromSentencePiece', 'bytes', bytes), name);
  const unkId = proto.pieces.findIndex(({ kind }) => kind === UNKNOWN);
  if (unkId < 0) throw new DataError(`${name}: expected a piece of type unknown, got none.`);
  const symbols = proto.pieces.filter(({ kind }) => kind === USER_DEFINED).map(({ text }) => text);
  const normalizer = normalizerOf(proto, symbols, name);
  const isBpe = proto.kind === 2;
  const tokenizer = new Tokenizer(isBpe ? bpe(proto, unkId, name) : unigram(proto, unkId), {
    normalizer,
    preTokenizer: isBpe && symbols.length > 0 ? new Split(anyOf(symbols), 'isolated') : null,
    decoder: new Decoders([
      new ReplaceToken('▁', ' '),
      new ByteFallback(),
      new Fuse(),
      ...(proto.addsPrefix ? [new Strip(' ', { left: 1 })] : []),
    ]),
  });
  const special = proto.pieces.flatMap(({ text: content, kind }, id) =>
    kind === CONTROL || kind === UNKNOWN ? [{ id, content, special: true }] : [],
  );
  tokenizer.identify(special, name);
  return tokenizer;
}

function read(bytes: Uint8Array, name: string): Proto {
  const proto: Proto = {
    pieces: [],
    kind: 1,
    byteFallback: false,
    charsMap: new Uint8Array(0),
    addsPrefix: true,
    removesSpaces: true,
  };
  for (const { field, value } of protoFields(bytes, name)) {
    if (typeof value === 'number') continue; // messages are what a model has
    if (field === 1) proto.pieces.push(piece(value, `${name}: piece ${proto.pieces.length}`));
    else if (field === 2) readTrainer(proto, value, `${name}: trainer_spec`);
    else if (field === 3) readNormalizer(proto, value, `${name}: normalizer_spec`);
    else if (field === 5) refuseDenormalizer(value, `${name}: denormalizer_spec`);
  }
  if (proto.kind !== 1 && proto.kind !== 2) {
    throw new DataError(
      `${name}: models of type ${kinds[proto.kind] ?? proto.kind} are not supported, only unigram and bpe.`,
    );
  }
  return proto;
}

function piece(bytes: Uint8Array, place: string): Piece {
  let [text, score, kind] = ['', 0, NORMAL];
  for (const { field, value } of protoFields(bytes, place)) {
    if (field === 1 && typeof value !== 'number') text = new TextDecoder().decode(value);
    else if (field === 2 && typeof value === 'number') score = value;
    else if (field === 3 && typeof value === 'number') kind = value;
  }
  if (text === '') throw new DataError(`${place}: expected a text, got none.`);
  if ([NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE].includes(kind)) return { text, score, kind };
  throw new DataError(
    `${place}, ${JSON.stringify(text)}: the type ${kind === 5 ? 'unused' : kind} is not supported.`,
  );
}

function readTrainer(proto: Proto, bytes: Uint8Array, place: string): void {
  for (const { field, value } of protoFields(bytes, place)) {
    if (field === 3) proto.kind = Number(value);
    else if (field === 35) proto.byteFallback = value === 1;
    else if (field === 24 && value === 1) {
      throw new DataError(`${place}: treat_whitespace_as_suffix is not supported.`);
    }
  }
}

function readNormalizer(proto: Proto, bytes: Uint8Array, place: string): void {
  for (const { field, value } of protoFields(bytes, place)) {
    if (field === 2 && typeof value !== 'number') proto.charsMap = value;
    else if (field === 3) proto.addsPrefix = value === 1;
    else if (field === 4) proto.removesSpaces = value === 1;
    else if (field === 5 && value === 0) {
      throw new DataError(`${place}: escape_whitespaces of false is not supported.`);
    }
  }
}

function refuseDenormalizer(bytes: Uint8Array, place: string): void {
  for (const { field, value } of protoFields(bytes, place)) {
    if (field === 2 && typeof value !== 'number' && value.length > 0) {
      throw new DataError(`${place}: denormalization is not supported.`);
    }
  }
}

/** What SentencePiece does to a text before it looks for pieces. */
function normalizerOf(proto: Proto, symbols: readonly string[], name: string): Normalizer {
  const parts: Normalizer[] = [];
  if (proto.charsMap.length > 0) {
    const map = new SentencePieceCharsMap(proto.charsMap, `${name}: precompiled_charsmap`);
    const changed = symbols.find((symbol) => map.normalizeStr(symbol) !== symbol);
    if (changed !== undefined) {
      throw new DataError(
        `${name}: the user-defined symbol ${JSON.stringify(changed)} is changed by the normalization, which is not supported.`,
      );
    }
    parts.push(map);
  }
  if (proto.removesSpaces) {
    parts.push(new Replace(new Regex(' {2,}'), ' '), new Replace(new Regex('\\A | \\z'), ''));
  }
  if (proto.addsPrefix) parts.push(new Prepend('▁'));
  parts.push(new Replace(' ', '▁'));
  return new Sequence(parts);
}

function unigram({ pieces, byteFallback }: Proto, unkId: number): Model {
  const scores = pieces.filter(({ kind }) => kind === NORMAL).map(({ score }) => score);
  const [least, most] = [
    scores.reduce((a, b) => Math.min(a, b), 0),
    scores.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const vocab = pieces.map(({ text, score, kind }) => {
    // A symbol beats all other pieces that its text could be made of.
    const best = Math.max(least, [...text].length * most - 0.1);
    return [text, kind === USER_DEFINED && Number.isFinite(best) ? best : score] as const;
  });
  return new Unigram(vocab, { unkId, byteFallback });
}

function bpe({ pieces, byteFallback }: Proto, unkId: number, name: string): Model {
  const vocab = new Map(pieces.map(({ text }, id) => [text, id]));
  if (vocab.size < pieces.length) throw new DataError(`${name}: a piece comes twice.`);
  const joins = pieces.filter(({ text, kind }) => kind === NORMAL && [...text].length > 1);
  const wrong = joins.findIndex(({ score }, i) => i > 0 && score > joins[i - 1]!.score);
  if (wrong >= 0) {
    throw new DataError(
      `${name}: the piece ${JSON.stringify(joins[wrong]!.text)} has a greater score than one before it, but pieces of type bpe come in the order of their scores.`,
    );
  }
  return new RankedBPE(
    vocab,
    joins.map(({ text }) => text),
    {
      unkToken: pieces[unkId]!.text,
      fuseUnk: true,
      byteFallback,
      // A symbol stands alone, and is then taken as it is.
      ignoreMerges: pieces.some(({ kind }) => kind === USER_DEFINED),
    },
  );
}

/** The longest of some texts. */
function anyOf(texts: readonly string[]): Regex {
  const longest = texts.toSorted((a, b) => b.length - a.length);
  return new Regex(longest.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'));
}
