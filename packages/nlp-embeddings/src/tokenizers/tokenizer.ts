import { optionsOf, showAs, shown } from '@kasane/tensor-core';
import { AddedTokens, type AddedToken, type IdentifiedToken } from './added-tokens.ts';
import type { AlignedText } from './aligned-text.ts';
import type { Decoder } from './decoders/decoder.ts';
import { decoderFrom } from './decoders/from-json.ts';
import { Encoding } from './encoding.ts';
import { Fields, parsed, placed, type Json } from './fields.ts';
import { listOf, requireText } from './given.ts';
import { modelFrom } from './models/from-json.ts';
import { TokenList, type Model, type Tokens } from './models/model.ts';
import { normalizerFrom } from './normalizers/from-json.ts';
import type { Normalizer } from './normalizers/normalizer.ts';
import { postProcessorFrom } from './post-processors/from-json.ts';
import { joined, type PostProcessor } from './post-processors/post-processor.ts';
import { preTokenizerFrom } from './pre-tokenizers/from-json.ts';
import type { PreTokenizer } from './pre-tokenizers/pre-tokenizer.ts';
import {
  paddingFrom,
  paddingJSON,
  paddingOf,
  truncationFrom,
  truncationJSON,
  truncationOf,
  truncated,
  type Padding,
  type PaddingOptions,
  type Truncation,
  type TruncationOptions,
} from './sizes.ts';
import {
  countPieces,
  trainOptionNames,
  type Texts,
  type Trainer,
  type TrainOptions,
} from './trainers/trainer.ts';

/** The stages of a tokenizer around its model, each of which may be missing. */
export interface TokenizerOptions {
  readonly normalizer?: Normalizer | null;
  readonly preTokenizer?: PreTokenizer | null;
  readonly postProcessor?: PostProcessor | null;
  readonly decoder?: Decoder | null;
}

/** A text, or one that is split into words already; then its offsets count in each word. */
export type TextInput = string | readonly string[];

/** Options of `Tokenizer.encode`. */
export interface EncodeOptions {
  /** A second text. Default none. */
  readonly pair?: TextInput;
  /** Have the post-processor put its tokens to the text. Default true. */
  readonly addSpecialTokens?: boolean;
}

/** Options of `Tokenizer.encodeBatch`. */
export interface EncodeBatchOptions {
  /** Default true. */
  readonly addSpecialTokens?: boolean;
}

/** Options of `Tokenizer.decode`. */
export interface DecodeOptions {
  /** Default true. */
  readonly skipSpecialTokens?: boolean;
}

/**
 * Makes ids of texts and texts of ids, in five stages: the normalizer changes the text, the pre-tokenizer splits it, the model makes tokens of the
 * pieces, the post-processor puts special tokens to them, and the decoder makes text of tokens.
 *
 * As Hugging Face's `tokenizers`, with its names, results and files. Offsets are in UTF-16 code units, those of JavaScript's strings, not in code
 * points. An id without a token is an error in `decode`, where theirs leaves it out.
 *
 * @throws {@link DataError} for text that the model has no tokens for and for files that are not as they should be.
 * @throws RangeError for ids without tokens and lengths out of range.
 *
 * @example
 * import { decoders, models, preTokenizers, Tokenizer, trainers } from '@kasane/nlp-embeddings/tokenizers';
 * const tokenizer = new Tokenizer(new models.BPE(), {
 *   preTokenizer: new preTokenizers.ByteLevel({ addPrefixSpace: false }),
 *   decoder: new decoders.ByteLevel(),
 * });
 * await tokenizer.train(['the cat', 'the hat', 'that cat'], new trainers.BpeTrainer({ vocabSize: 15 }));
 * const { tokens, ids } = tokenizer.encode('the that');
 * tokens; // => ["the","Ġ","that"]
 * tokenizer.decode(ids); // => the that
 */
export class Tokenizer {
  model: Model;
  preTokenizer: PreTokenizer | null;
  postProcessor: PostProcessor | null;
  decoder: Decoder | null;
  #normalizer: Normalizer | null;
  readonly #added = new AddedTokens();
  #truncation: Truncation | null = null;
  #padding: Padding | null = null;

  constructor(model: Model, options?: TokenizerOptions) {
    const names = ['normalizer', 'preTokenizer', 'postProcessor', 'decoder'] as const;
    const given = optionsOf('Tokenizer', options, names);
    if (typeof Object(model).tokenize !== 'function') {
      throw new TypeError(
        `Tokenizer: expected a model such as new models.BPE(), got ${shown(model)}.`,
      );
    }
    this.model = model;
    this.#normalizer = given.normalizer ?? null;
    this.preTokenizer = given.preTokenizer ?? null;
    this.postProcessor = given.postProcessor ?? null;
    this.decoder = given.decoder ?? null;
  }

  get normalizer(): Normalizer | null {
    return this.#normalizer;
  }

  set normalizer(normalizer: Normalizer | null) {
    this.#normalizer = normalizer;
    this.#added.refresh();
  }

  get truncation(): Truncation | null {
    return this.#truncation;
  }

  get padding(): Padding | null {
    return this.#padding;
  }

  /** Cuts encodings to a length from now on. Throws RangeError for a stride that leaves no room for progress. */
  enableTruncation(maxLength: number, options?: TruncationOptions): this {
    this.#truncation = truncationOf(maxLength, options);
    return this;
  }

  /** Ends what `enableTruncation` began. */
  noTruncation(): this {
    this.#truncation = null;
    return this;
  }

  /** Fills encodings up from now on: to a length, or to the longest of a batch. Throws RangeError for numbers that are not whole. */
  enablePadding(options?: PaddingOptions): this {
    this.#padding = paddingOf(options);
    return this;
  }

  /** Ends what `enablePadding` began. */
  noPadding(): this {
    this.#padding = null;
    return this;
  }

  /** Adds tokens that are never split, and gives how many are new. Throws DataError for one without text. */
  addTokens(tokens: readonly (string | AddedToken)[]): number {
    return this.#added.add(tokens, false, this.model);
  }

  /** Adds tokens of special meaning, which decoding may leave out. */
  addSpecialTokens(tokens: readonly (string | AddedToken)[]): number {
    return this.#added.add(tokens, true, this.model);
  }

  /** Adds tokens with the ids that they have in a file. @internal */
  identify(tokens: readonly (AddedToken & { readonly id: number })[], place: string): void {
    this.#added.identify(tokens, place, this.model);
  }

  /** Those that were added, in the order of their ids. */
  get addedTokens(): readonly IdentifiedToken[] {
    return this.#added.all;
  }

  /** All tokens with their ids, added ones included. */
  getVocab(): Map<string, number> {
    const vocab = new Map(this.model.vocab);
    for (const { content, id } of this.#added.all) vocab.set(content, id);
    return vocab;
  }

  /** How many tokens there are, added ones included. */
  get vocabSize(): number {
    const isNew = ({ content }: IdentifiedToken): boolean => !this.model.vocab.has(content);
    return this.model.size + this.#added.all.filter(isNew).length;
  }

  /** The id of a token, also of an added one; undefined if there is none. */
  tokenToId(token: string): number | undefined {
    return this.#added.byContent(token)?.id ?? this.model.tokenToId(token);
  }

  /** The token of an id; undefined if there is none. */
  idToToken(id: number): string | undefined {
    return this.#added.byId(id)?.content ?? this.model.idToToken(id);
  }

  /**
   * A text with its tokens.
   * @throws what the model throws for text that it has no tokens for.
   * @throws RangeError where a pair cannot be truncated as was asked for.
   */
  encode(text: TextInput, options?: EncodeOptions): Encoding {
    const { pair, addSpecialTokens = true } = optionsOf('Tokenizer.encode', options, [
      'pair',
      'addSpecialTokens',
    ]);
    const encoding = this.#encoded(text, pair, addSpecialTokens);
    return this.#padding === null ? encoding : this.#padding.apply([encoding])[0]!;
  }

  /** Several texts, or pairs of texts, filled up to one length if padding is enabled. */
  encodeBatch(
    texts: readonly (string | readonly [text: string, pair: string])[],
    options?: EncodeBatchOptions,
  ): Encoding[] {
    const { addSpecialTokens = true } = optionsOf('Tokenizer.encodeBatch', options, [
      'addSpecialTokens',
    ]);
    const encodings = listOf('Tokenizer.encodeBatch', 'texts', texts).map((one) => {
      const [text, pair] = typeof one === 'string' ? [one] : listOf('encodeBatch', 'a pair', one);
      return this.#encoded(text!, pair, addSpecialTokens); // no text is refused there
    });
    return this.#padding === null ? encodings : this.#padding.apply(encodings);
  }

  #encoded(text: TextInput, pair: TextInput | undefined, addSpecialTokens: boolean): Encoding {
    let encodings = [this.#sequence(text, 0)];
    if (pair !== undefined) encodings.push(this.#sequence(pair, 1));
    if (this.#truncation !== null) {
      const added = addSpecialTokens
        ? (this.postProcessor?.addedTokens(encodings.length > 1) ?? 0)
        : 0;
      encodings = truncated(encodings, this.#truncation, added);
    }
    return this.postProcessor?.process(encodings, addSpecialTokens) ?? joined(encodings);
  }

  /** A piece's tokens, which may have been kept with it. */
  #tokensOf({ text, memo }: AlignedText): Tokens {
    const { model } = this;
    if (memo === null || !model.isSteady) return model.tokenize(text);
    if (memo.model !== model) [memo.model, memo.tokens] = [model, null];
    return (memo.tokens ??= model.tokenize(text));
  }

  /** One text up to the model. */
  #sequence(text: TextInput, sequence: 0 | 1): Encoding {
    const list = new TokenList();
    const wordIds: number[] = [];
    let word = -1;
    const add = (piece: AlignedText, { ids, tokens, starts, ends }: Tokens): void => {
      for (let i = 0; i < ids.length; i++) {
        list.push(ids[i]!, tokens[i]!, piece.startOf(starts[i]!), piece.endOf(ends[i]!));
        wordIds.push(word);
      }
    };
    const isSplit = Array.isArray(text);
    const visit = (piece: AlignedText): void => {
      if (piece.text === '') return;
      if (!isSplit) word++;
      add(piece, this.#tokensOf(piece));
    };
    for (const given of isSplit ? (text as readonly unknown[]) : [text]) {
      if (typeof given !== 'string') {
        throw new TypeError(
          `Tokenizer.encode: expected a text or a list of words, got ${shown(given)}.`,
        );
      }
      if (isSplit) word++;
      for (const { text: part, added } of this.#added.sections(given, this.#normalizer)) {
        if (added !== null) {
          if (!isSplit) word++;
          const own = part.text;
          add(part, { ids: [added.id], tokens: [own], starts: [0], ends: [own.length] });
        } else if (this.preTokenizer === null) visit(part);
        else this.preTokenizer.split(part, visit);
      }
    }
    const { ids, tokens, starts, ends } = list;
    return new Encoding({
      ids,
      tokens,
      starts,
      ends,
      wordIds,
      typeIds: sequence,
      sequenceIds: sequence,
      specialTokensMask: 0,
      attentionMask: 1,
    });
  }

  /** The text of ids. Throws RangeError for an id without a token. */
  decode(ids: Iterable<number>, options?: DecodeOptions): string {
    const { skipSpecialTokens = true } = optionsOf('Tokenizer.decode', options, [
      'skipSpecialTokens',
    ]);
    const tokens: string[] = [];
    for (const id of listOf('Tokenizer.decode', 'ids', ids)) {
      const added = this.#added.byId(id);
      const token = added?.content ?? this.model.idToToken(id);
      if (token === undefined) {
        throw new RangeError(
          `Tokenizer.decode: there is no token with the id ${id}; there are ${this.vocabSize}.`,
        );
      }
      if (!skipSpecialTokens || added?.special !== true) tokens.push(token);
    }
    return this.decoder?.decode(tokens) ?? tokens.join(' ');
  }

  /** The texts of lists of ids. */
  decodeBatch(sequences: Iterable<Iterable<number>>, options?: DecodeOptions): string[] {
    optionsOf('Tokenizer.decodeBatch', options, ['skipSpecialTokens']);
    const all = listOf('Tokenizer.decodeBatch', 'sequences', sequences);
    return all.map((ids) => this.decode(ids, options));
  }

  /** The pieces of a text as the model is given them, which is what trainers count. */
  pieces(text: string): string[] {
    requireText('Tokenizer.pieces', 'text', text);
    const pieces: string[] = [];
    const visit = (piece: AlignedText): void => {
      if (piece.text !== '') pieces.push(piece.text);
    };
    for (const { text: part, added } of this.#added.sections(text, this.#normalizer)) {
      if (added !== null) continue;
      if (this.preTokenizer === null) visit(part);
      else this.preTokenizer.split(part, visit);
    }
    return pieces;
  }

  /**
   * Trains the model anew on texts, and gives it to the tokenizer. Long work lets others have a turn, reports its progress, and stops at a signal.
   * @throws the reason of `signal`, and what the trainer throws.
   */
  async train(texts: Texts, trainer: Trainer, options?: TrainOptions): Promise<void> {
    optionsOf('Tokenizer.train', options, trainOptionNames);
    if (typeof Object(trainer).train !== 'function') {
      throw new TypeError(
        `Tokenizer.train: expected a trainer such as new trainers.BpeTrainer(), got ${shown(trainer)}.`,
      );
    }
    const counts = await countPieces(texts, (text) => this.pieces(text), options);
    this.model = await trainer.train(counts, options);
    this.#added.add(trainer.specialTokens, true, this.model);
  }

  /** As tokenizer.json has it. Throws TypeError for a stage that such files do not have. */
  toJSON(): Json {
    return {
      version: '1.0',
      truncation: this.#truncation && truncationJSON(this.#truncation),
      padding: this.#padding && paddingJSON(this.#padding),
      added_tokens: this.#added.toJSON(),
      normalizer: this.#normalizer?.toJSON() ?? null,
      pre_tokenizer: this.preTokenizer?.toJSON() ?? null,
      post_processor: this.postProcessor?.toJSON() ?? null,
      decoder: this.decoder?.toJSON() ?? null,
      model: this.model.toJSON(),
    };
  }

  /**
   * The tokenizer of a tokenizer.json, its text or what it parses to.
   * @throws {@link DataError}, with the place, for what is not supported or not as it should be; nothing in the file is passed over.
   */
  static fromJSON(json: unknown, name: string = 'tokenizer.json'): Tokenizer {
    const fields = new Fields(typeof json === 'string' ? parsed(json, name) : json, name);
    fields.word('version', ['1.0'], '1.0');
    const stage = <T>(key: string, make: (value: unknown, place: string) => T): T | null => {
      const value = fields.raw(key);
      const place = fields.at(key);
      return value === undefined ? null : placed(place, () => make(value, place));
    };
    const tokenizer = new Tokenizer(modelFrom(fields.raw('model'), fields.at('model')), {
      normalizer: stage('normalizer', normalizerFrom),
      preTokenizer: stage('pre_tokenizer', preTokenizerFrom),
      postProcessor: stage('post_processor', postProcessorFrom),
      decoder: stage('decoder', decoderFrom),
    });
    const place = fields.at('added_tokens');
    const added = fields.array('added_tokens', []);
    placed(place, () => tokenizer.#added.load(added, place, tokenizer.model));
    tokenizer.#truncation = stage('truncation', truncationFrom);
    tokenizer.#padding = stage('padding', paddingFrom);
    fields.done();
    return tokenizer;
  }
}

showAs(
  Tokenizer,
  ({ vocabSize, model }) => `Tokenizer(${model.constructor.name}, ${vocabSize} tokens)`,
);
