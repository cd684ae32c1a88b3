import { optionsOf, requireWhole } from '@kasane/tensor-core';
import { unitsAt } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { Model, requireId, requireUnk, TokenList, type Tokens, type Vocab } from './model.ts';

/** Options of `models.WordLevel` and `models.Characters`. */
export interface WordLevelOptions {
  /** Stands for what is not in the vocabulary. Default `'<unk>'`. */
  readonly unkToken?: string;
}

/**
 * A token for each piece.
 *
 * @throws {@link DataError} for a piece that is not in the vocabulary if the unknown token is not there either.
 *
 * @example
 * import { models } from '@kasane/nlp-embeddings/tokenizers';
 * const model = new models.WordLevel({ '<unk>': 0, cat: 1 });
 * model.tokenize('dog').ids; // => [0]
 */
export class WordLevel extends Model {
  readonly unkToken: string;

  constructor(vocab: Vocab = [], options?: WordLevelOptions) {
    const { unkToken = '<unk>' } = optionsOf('WordLevel', options, ['unkToken']);
    super('WordLevel', vocab);
    this.unkToken = unkToken;
  }

  tokenize(text: string): Tokens {
    const id = this.tokenToId(text);
    const starts = [0];
    const ends = [text.length];
    if (id !== undefined) return { ids: [id], tokens: [text], starts, ends };
    const unk = requireUnk(this, 'WordLevel', this.unkToken, text);
    return { ids: [unk], tokens: [this.unkToken], starts, ends };
  }

  override toJSON(): Json {
    return { type: 'WordLevel', vocab: this.vocabJSON(), unk_token: this.unkToken };
  }
}

/**
 * A token for each character (code point). HF has no such model; in tokenizer.json it is a BPE model without merges.
 *
 * @throws {@link DataError} for a character that is not in the vocabulary if the unknown token is not there either.
 *
 * @example
 * import { models } from '@kasane/nlp-embeddings/tokenizers';
 * const model = new models.Characters({ '<unk>': 0, a: 1, b: 2 });
 * model.tokenize('abc').ids; // => [1,2,0]
 */
export class Characters extends Model {
  readonly unkToken: string;

  constructor(vocab: Vocab = [], options?: WordLevelOptions) {
    const { unkToken = '<unk>' } = optionsOf('Characters', options, ['unkToken']);
    super('Characters', vocab);
    this.unkToken = unkToken;
  }

  tokenize(text: string): Tokens {
    const list = new TokenList();
    for (let at = 0; at < text.length;) {
      const next = at + unitsAt(text, at);
      const char = text.slice(at, next);
      const id = this.tokenToId(char);
      if (id !== undefined) list.push(id, char, at, next);
      else list.push(requireUnk(this, 'Characters', this.unkToken, char), this.unkToken, at, next);
      at = next;
    }
    return list;
  }

  override toJSON(): Json {
    return {
      type: 'BPE',
      dropout: null,
      unk_token: this.unkToken,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: this.vocabJSON(),
      merges: [],
    };
  }
}

/** Options of `models.WordPiece`. */
export interface WordPieceOptions {
  /** Stands for words that cannot be written with the vocabulary. Default `'[UNK]'`. */
  readonly unkToken?: string;
  /** In front of tokens that do not begin a word. Default `'##'`. */
  readonly continuingSubwordPrefix?: string;
  /** Longer words are unknown. Default 100. */
  readonly maxInputCharsPerWord?: number;
}

/**
 * The longest token that a word begins with, then the longest that goes on, and so forth, as in BERT; a word that cannot be written so is
 * unknown as a whole.
 *
 * @throws {@link DataError} for an unknown word if the unknown token is not in the vocabulary.
 * @throws RangeError unless `maxInputCharsPerWord` is a whole number ≥ 1.
 *
 * @example
 * import { models } from '@kasane/nlp-embeddings/tokenizers';
 * const model = new models.WordPiece({ '[UNK]': 0, un: 1, '##able': 2, '##a': 3 });
 * model.tokenize('unable').tokens; // => ["un","##able"]
 * model.tokenize('unarmed').tokens; // => ["[UNK]"]
 */
export class WordPiece extends Model {
  readonly unkToken: string;
  readonly continuingSubwordPrefix: string;
  readonly maxInputCharsPerWord: number;
  readonly #longest: number;

  constructor(vocab: Vocab = [], options?: WordPieceOptions) {
    const {
      unkToken = '[UNK]',
      continuingSubwordPrefix = '##',
      maxInputCharsPerWord = 100,
    } = optionsOf('WordPiece', options, [
      'unkToken',
      'continuingSubwordPrefix',
      'maxInputCharsPerWord',
    ]);
    requireWhole('WordPiece', 'maxInputCharsPerWord', maxInputCharsPerWord, 1);
    super('WordPiece', vocab);
    this.unkToken = unkToken;
    this.continuingSubwordPrefix = continuingSubwordPrefix;
    this.maxInputCharsPerWord = maxInputCharsPerWord;
    let longest = 1;
    for (const token of this.vocab.keys()) longest = Math.max(longest, token.length);
    this.#longest = longest;
  }

  tokenize(text: string): Tokens {
    const list = new TokenList();
    // A character has one unit at least.
    const isShort = text.length <= 2 * this.maxInputCharsPerWord;
    let start = isShort && [...text].length <= this.maxInputCharsPerWord ? 0 : -1;
    while (start >= 0 && start < text.length) {
      const front = start > 0 ? this.continuingSubwordPrefix : '';
      let end = Math.min(text.length, start + this.#longest);
      while (end > start && !this.vocab.has(front + text.slice(start, end))) end--;
      if (end === start) start = -1;
      else {
        const token = front + text.slice(start, end);
        list.push(this.vocab.get(token)!, token, start, end);
        start = end;
      }
    }
    if (start >= 0) return list;
    const unk = requireId(this, 'WordPiece', 'the unknown token', this.unkToken);
    return { ids: [unk], tokens: [this.unkToken], starts: [0], ends: [text.length] };
  }

  override toJSON(): Json {
    return {
      type: 'WordPiece',
      unk_token: this.unkToken,
      continuing_subword_prefix: this.continuingSubwordPrefix,
      max_input_chars_per_word: this.maxInputCharsPerWord,
      vocab: this.vocabJSON(),
    };
  }
}
