/** Files of OpenAI's tiktoken: a line for each token, its bytes in base64 and its rank, which is its id. */
import { DataError, optionsOf, shown } from '@kasane/tensor-core';
import { byteOfChar, charOfByte } from './byte-chars.ts';
import { ByteLevel as ByteLevelDecoder } from './decoders/decoders.ts';
import { BPE } from './models/bpe.ts';
import { RankedBPE } from './models/ranked-bpe.ts';
import { Regex, type PatternLike } from './pattern.ts';
import { ByteLevel } from './pre-tokenizers/byte-level.ts';
import { Sequence } from './pre-tokenizers/sequence.ts';
import { Split } from './pre-tokenizers/split.ts';
import { Tokenizer } from './tokenizer.ts';
import { requireText } from './given.ts';

const spaces = String.raw`\s+(?!\S)|\s+`;
const suffixes = "'s|'t|'re|'ve|'m|'ll|'d";
const marked = String.raw`\p{Lm}\p{Lo}\p{M}`;
const upper = String.raw`[\p{Lu}\p{Lt}${marked}]`;
const lower = String.raw`[\p{Ll}${marked}]`;
const word = String.raw`[^\r\n\p{L}\p{N}]?`;

/** How OpenAI's vocabularies split text, by their names. */
const patterns: Readonly<Record<string, string>> = {
  r50k_base: String.raw`${suffixes}| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|${spaces}`,
  cl100k_base: String.raw`(?i:${suffixes})|${word}\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+\z|\s*[\r\n]|${spaces}`,
  o200k_base: String.raw`${word}${upper}*${lower}+(?i:${suffixes})?|${word}${upper}+${lower}*(?i:${suffixes})?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|${spaces}`,
};

/** The names of OpenAI's vocabularies whose patterns are known. */
export type TiktokenPattern = 'r50k_base' | 'cl100k_base' | 'o200k_base';

/** Options of `fromTiktoken`. */
export interface TiktokenOptions {
  /** How text is split: the name of an encoding, or an expression. GPT-2 and p50k_base split as r50k_base. Default `'r50k_base'`. */
  readonly pattern?: TiktokenPattern | Regex | RegExp;
  /** Tokens of special meaning with their ids, such as `{ '<|endoftext|>': 50256 }`. Default none. */
  readonly specialTokens?: Readonly<Record<string, number>>;
  /** Stands in messages. Default `'tiktoken'`. */
  readonly name?: string;
}

/**
 * The tokenizer of a `.tiktoken` file.
 *
 * Gives tiktoken's ids. Special tokens are found wherever they stand, as with `allowed_special="all"` there. Saved as tokenizer.json, it has
 * the merges that Hugging Face makes of such files.
 *
 * @throws {@link DataError} for a line that is no token and its rank, with its number; for a rank or a token that comes twice, and for a byte that no token
 * is.
 *
 * @example
 * import { fromTiktoken } from '@kasane/nlp-embeddings/tokenizers';
 * const bytes = Array.from({ length: 256 }, (_, byte) => `${btoa(String.fromCharCode(byte))} ${byte}`);
 * const file = [...bytes, `${btoa('th')} 256`, `${btoa('the')} 257`].join('\n');
 * const tokenizer = fromTiktoken(file);
 * tokenizer.encode('the thé').ids; // => [257,32,256,195,169]
 * tokenizer.decode([257, 32, 256]); // => the th
 */
export function fromTiktoken(text: string, options?: TiktokenOptions): Tokenizer {
  const {
    pattern = 'r50k_base',
    specialTokens = {},
    name = 'tiktoken',
  } = optionsOf('fromTiktoken', options, ['pattern', 'specialTokens', 'name']);
  requireText('fromTiktoken', 'text', text);
  const vocab = read(text, name);
  const joins = [...vocab].sort(([, a], [, b]) => a - b).map(([token]) => token);
  const model = new RankedBPE(vocab, joins, { ignoreMerges: true });
  const tokenizer = new Tokenizer(model, {
    preTokenizer: new Sequence([
      new Split(patternOf(pattern), 'isolated'),
      new ByteLevel({ addPrefixSpace: false, useRegex: false }),
    ]),
    decoder: new ByteLevelDecoder(),
  });
  tokenizer.identify(
    Object.entries(specialTokens).map(([content, id]) => ({ content, id, special: true })),
    `${name}: specialTokens`,
  );
  return tokenizer;
}

function patternOf(pattern: PatternLike): PatternLike {
  if (typeof pattern !== 'string') return pattern;
  const known = Object.hasOwn(patterns, pattern) ? patterns[pattern] : undefined;
  if (known !== undefined) return new Regex(known);
  throw new RangeError(
    `fromTiktoken: pattern must be ${Object.keys(patterns).join(', ')} or an expression, got ${shown(pattern)}.`,
  );
}

function read(text: string, name: string): Map<string, number> {
  const vocab = new Map<string, number>();
  const ranks = new Set<number>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, base64, digits] = /^([A-Za-z0-9+/]+={0,2}) (\d+)\r?$/.exec(line) ?? [];
    const bytes = base64 === undefined ? undefined : decoded(base64);
    const rank = Number(digits);
    const what = 'expected the bytes of a token in base64, a space and its rank';
    if (bytes === undefined || !Number.isSafeInteger(rank)) {
      throw new DataError(`${name}: line ${i + 1}: ${what}, got ${JSON.stringify(line)}.`);
    }
    const token = Array.from(bytes, (char) => charOfByte[char.charCodeAt(0)]!).join('');
    if (vocab.has(token) || ranks.has(rank)) {
      throw new DataError(
        `${name}: line ${i + 1}: the ${ranks.has(rank) ? `rank ${rank}` : 'token'} comes twice.`,
      );
    }
    vocab.set(token, rank);
    ranks.add(rank);
  }
  const missing = charOfByte.findIndex((char) => !vocab.has(char));
  if (missing < 0) return vocab;
  throw new DataError(
    `${name}: expected all 256 bytes as tokens, but the byte ${missing} is none.`,
  );
}

function decoded(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    return undefined;
  }
}

/**
 * The `.tiktoken` file of a tokenizer with a byte-level BPE model. Special and other added tokens are not in such files.
 *
 * There a pair is merged whenever what it becomes is a token, the lowest id first.
 *
 * @throws {@link DataError} for a model whose merges are in another order than their ids, that has prefixes or suffixes, or tokens with characters that are
 * no bytes.
 *
 * @example
 * import { fromTiktoken, toTiktoken } from '@kasane/nlp-embeddings/tokenizers';
 * const bytes = Array.from({ length: 256 }, (_, byte) => `${btoa(String.fromCharCode(byte))} ${byte}`);
 * const file = [...bytes, `${btoa('th')} 256`, ''].join('\n');
 * toTiktoken(fromTiktoken(file)) === file; // => true
 */
export function toTiktoken(tokenizer: Tokenizer): string {
  if (!(tokenizer instanceof Tokenizer)) {
    throw new TypeError(`toTiktoken: tokenizer must be a Tokenizer, got ${shown(tokenizer)}.`);
  }
  const { model } = tokenizer;
  if (!(model instanceof BPE)) {
    throw new DataError(
      `toTiktoken: the model must be a byte-level BPE, got ${model.constructor.name}.`,
    );
  }
  const { continuingSubwordPrefix, endOfWordSuffix } = model.options;
  if (continuingSubwordPrefix !== null || endOfWordSuffix !== null) {
    throw new DataError('toTiktoken: .tiktoken files have no prefixes and suffixes of tokens.');
  }
  let last = -1;
  for (const merge of model.merges) {
    const id = model.tokenToId(merge.join(''))!;
    if (id < last) {
      throw new DataError(
        `toTiktoken: the merge ${JSON.stringify(merge)} comes behind ones with higher ids, but such files order merges by ids.`,
      );
    }
    last = id;
  }
  const lines = [...model.vocab]
    .filter(([token]) => tokenizer.addedTokens.every(({ content }) => content !== token))
    .sort(([, a], [, b]) => a - b)
    .map(([token, id]) => {
      const bytes = Array.from(token, (char) => byteOfChar.get(char));
      if (!bytes.includes(undefined))
        return `${btoa(String.fromCharCode(...(bytes as number[])))} ${id}\n`; // no byte is missing
      throw new DataError(
        `toTiktoken: the token ${JSON.stringify(token)} has characters that stand for no byte.`,
      );
    });
  return lines.join('');
}
