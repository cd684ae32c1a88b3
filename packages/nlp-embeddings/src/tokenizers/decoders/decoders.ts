import { optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import { byteOfChar } from '../byte-chars.ts';
import type { Json } from '../fields.ts';
import { Pattern, type PatternLike } from '../pattern.ts';
import {
  byteLevelJSON,
  byteLevelOptionNames,
  type ByteLevelOptions,
} from '../pre-tokenizers/byte-level.ts';
import {
  metaspaceJSON,
  metaspaceOptions,
  type MetaspaceOptions,
  type PrependScheme,
} from '../pre-tokenizers/metaspace.ts';
import { Decoder } from './decoder.ts';
import { stagesOf } from '../given.ts';

const encoder = new TextEncoder();

/**
 * The text of byte-level tokens; bytes that are no text (UTF-8) become `�`.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * new decoders.ByteLevel().decode(['oh', 'ĠÃ', '©']); // => oh é
 */
export class ByteLevel extends Decoder {
  // They are kept for the file only, in which a decoder has them, too.
  readonly #options: Required<ByteLevelOptions>;

  constructor(options?: ByteLevelOptions) {
    super();
    const given = optionsOf('ByteLevel', options, byteLevelOptionNames);
    this.#options = { addPrefixSpace: true, trimOffsets: true, useRegex: true, ...given };
  }

  decodeChain(tokens: readonly string[]): string[] {
    const bytes: number[] = [];
    for (const token of tokens) {
      const own = Array.from(token, (char) => byteOfChar.get(char));
      // An added token may have characters that stand for no byte.
      if (own.includes(undefined)) for (const byte of encoder.encode(token)) bytes.push(byte);
      else for (const byte of own) bytes.push(byte!);
    }
    return [text(bytes)];
  }

  override toJSON(): Json {
    return byteLevelJSON(this.#options);
  }
}

/** Does not drop a byte order mark that stands in front. */
function text(bytes: readonly number[]): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

/** Options of `decoders.WordPiece`. */
export interface WordPieceDecoderOptions {
  /** In front of tokens that go on with a word. Default `'##'`. */
  readonly prefix?: string;
  /** Leave out the spaces in front of signs, and write English contractions. Default true. */
  readonly cleanup?: boolean;
}

/**
 * Words with spaces between them, of WordPiece's tokens.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * new decoders.WordPiece().decode(['un', '##able', 'to', 'go', '.']); // => unable to go.
 */
export class WordPiece extends Decoder {
  readonly prefix: string;
  readonly cleanup: boolean;

  constructor(options?: WordPieceDecoderOptions) {
    super();
    const { prefix = '##', cleanup = true } = optionsOf('WordPiece', options, [
      'prefix',
      'cleanup',
    ]);
    this.prefix = prefix;
    this.cleanup = cleanup;
  }

  decodeChain(tokens: readonly string[]): string[] {
    return tokens.map((token, i) => {
      const goesOn = token.startsWith(this.prefix);
      const part = i === 0 ? token : goesOn ? token.slice(this.prefix.length) : ` ${token}`;
      return this.cleanup ? cleaned(part) : part;
    });
  }

  override toJSON(): Json {
    return { type: 'WordPiece', prefix: this.prefix, cleanup: this.cleanup };
  }
}

const contractions: readonly (readonly [from: string, to: string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

function cleaned(part: string): string {
  return contractions.reduce((text, [from, to]) => text.replaceAll(from, to), part);
}

/**
 * Spaces for the signs that stand for them; none at the very beginning.
 *
 * @throws RangeError for a replacement that is not one character.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * new decoders.Metaspace().decode(['▁one', '▁t', 'wo']); // => one two
 */
export class Metaspace extends Decoder {
  readonly replacement: string;
  readonly prependScheme: PrependScheme;
  readonly splits: boolean;

  constructor(options?: MetaspaceOptions) {
    super();
    const { replacement, prependScheme, split } = metaspaceOptions(options);
    this.replacement = replacement;
    this.prependScheme = prependScheme;
    this.splits = split;
  }

  decodeChain(tokens: readonly string[]): string[] {
    return tokens.map((token, i) =>
      token.replaceAll(this.replacement, i === 0 && this.prependScheme !== 'never' ? '' : ' '),
    );
  }

  override toJSON(): Json {
    return metaspaceJSON(this);
  }
}

/**
 * Words with spaces between them, of BPE's tokens with a suffix where a word ends.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * new decoders.BPEDecoder().decode(['lo', 'w</w>', 'er</w>']); // => low er
 */
export class BPEDecoder extends Decoder {
  readonly suffix: string;

  constructor(suffix: string = '</w>') {
    super();
    this.suffix = suffix;
  }

  decodeChain(tokens: readonly string[]): string[] {
    const last = tokens.length - 1;
    return tokens.map((token, i) => token.replaceAll(this.suffix, i === last ? '' : ' '));
  }

  override toJSON(): Json {
    return { type: 'BPEDecoder', suffix: this.suffix };
  }
}

/**
 * Text of tokens such as `<0xE3>`, which are bytes (UTF-8); bytes that are no text become `�` each.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * new decoders.ByteFallback().decode(['a', '<0xC3>', '<0xA9>']); // => aé
 */
export class ByteFallback extends Decoder {
  decodeChain(tokens: readonly string[]): string[] {
    const parts: string[] = [];
    let bytes: number[] = [];
    const flush = (): void => {
      if (bytes.length === 0) return;
      try {
        const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        parts.push(strict.decode(Uint8Array.from(bytes)));
      } catch {
        for (const _ of bytes) parts.push('\ufffd');
      }
      bytes = [];
    };
    for (const token of tokens) {
      const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
      if (byte === undefined) {
        flush();
        parts.push(token);
      } else bytes.push(Number.parseInt(byte, 16));
    }
    flush();
    return parts;
  }

  override toJSON(): Json {
    return { type: 'ByteFallback' };
  }
}

/**
 * One token of all.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * new decoders.Fuse().decodeChain(['a', 'b']); // => ["ab"]
 */
export class Fuse extends Decoder {
  decodeChain(tokens: readonly string[]): string[] {
    return [tokens.join('')];
  }

  override toJSON(): Json {
    return { type: 'Fuse' };
  }
}

/** Options of `decoders.Strip`. */
export interface StripDecoderOptions {
  /** At most so many are taken off in front. Default 0. */
  readonly left?: number;
  /** At most so many are taken off behind. Default 0. */
  readonly right?: number;
}

/**
 * Takes a character off the ends of each token.
 *
 * @throws RangeError for content that is not one character, and unless `left` and `right` are whole numbers ≥ 0.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * new decoders.Strip('_', { left: 1 }).decode(['__a_', '_b']); // => _a_b
 */
export class Strip extends Decoder {
  readonly content: string;
  readonly left: number;
  readonly right: number;

  constructor(content: string = ' ', options?: StripDecoderOptions) {
    super();
    const { left = 0, right = 0 } = optionsOf('Strip', options, ['left', 'right']);
    requireWhole('Strip', 'left', left);
    requireWhole('Strip', 'right', right);
    if (typeof content !== 'string' || [...content].length !== 1) {
      throw new RangeError(`Strip: content must be one character, got ${shown(content)}.`);
    }
    this.content = content;
    this.left = left;
    this.right = right;
  }

  decodeChain(tokens: readonly string[]): string[] {
    return tokens.map((token) => {
      let rest = token;
      for (let i = 0; i < this.left && rest.startsWith(this.content); i++) {
        rest = rest.slice(this.content.length);
      }
      for (let i = 0; i < this.right && rest.endsWith(this.content); i++) {
        rest = rest.slice(0, -this.content.length);
      }
      return rest;
    });
  }

  override toJSON(): Json {
    return { type: 'Strip', content: this.content, start: this.left, stop: this.right };
  }
}

/**
 * Other text where a pattern matches in a token.
 *
 * A RegExp is taken too, where HF's has `Regex`.
 *
 * @throws {@link DataError} in `toJSON` for flags of a RegExp, such as `i`, which tokenizer.json does not have.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * new decoders.Replace('▁', ' ').decode(['a', '▁b']); // => a b
 */
export class Replace extends Decoder {
  readonly content: string;
  readonly #pattern: Pattern;

  constructor(pattern: PatternLike, content: string) {
    super();
    this.#pattern = new Pattern('Replace', pattern);
    this.content = content;
  }

  decodeChain(tokens: readonly string[]): string[] {
    return tokens.map((token) => {
      let changed = '';
      this.#pattern.scan(token, (from, to, matches) => {
        changed += matches ? this.content : token.slice(from, to);
      });
      return changed;
    });
  }

  override toJSON(): Json {
    return { type: 'Replace', pattern: this.#pattern.toJSON(), content: this.content };
  }
}

/** Options of `decoders.CTC`. */
export interface CTCOptions {
  /** Parts letters that come twice. Default `'<pad>'`. */
  readonly padToken?: string;
  /** Default `'|'`. */
  readonly wordDelimiterToken?: string;
  /** Make spaces of delimiters, and clean up as `WordPiece`. Default true. */
  readonly cleanup?: boolean;
}

/**
 * The text that connectionist temporal classification means: runs of a token are one, padding is none.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * new decoders.CTC().decode(['l', 'l', '<pad>', 'l', 'a', '|', 'a']); // => lla a
 */
export class CTC extends Decoder {
  readonly options: Required<CTCOptions>;

  constructor(options?: CTCOptions) {
    super();
    const {
      padToken = '<pad>',
      wordDelimiterToken = '|',
      cleanup = true,
    } = optionsOf('CTC', options, ['padToken', 'wordDelimiterToken', 'cleanup']);
    this.options = { padToken, wordDelimiterToken, cleanup };
  }

  decodeChain(tokens: readonly string[]): string[] {
    const { padToken, wordDelimiterToken, cleanup } = this.options;
    return tokens
      .filter((token, i) => token !== tokens[i - 1])
      .map((token) => {
        const letters = token.replaceAll(padToken, '');
        return cleanup ? cleaned(letters).replaceAll(wordDelimiterToken, ' ') : letters;
      })
      .filter((part) => part !== '');
  }

  override toJSON(): Json {
    const { padToken, wordDelimiterToken, cleanup } = this.options;
    return { type: 'CTC', pad_token: padToken, word_delimiter_token: wordDelimiterToken, cleanup };
  }
}

/**
 * One decoder after the other.
 *
 * @example
 * import { decoders } from '@kasane/nlp-embeddings/tokenizers';
 * const { Fuse, Replace, Sequence } = decoders;
 * new Sequence([new Replace('▁', ' '), new Fuse()]).decodeChain(['▁a', '▁b']); // => [" a b"]
 */
export class Sequence extends Decoder {
  readonly decoders: readonly Decoder[];

  constructor(decoders: readonly Decoder[]) {
    super();
    this.decoders = stagesOf('Sequence', 'decoders', decoders, 'decodeChain');
  }

  decodeChain(tokens: readonly string[]): readonly string[] {
    return this.decoders.reduce((parts, one) => one.decodeChain(parts), tokens);
  }

  override toJSON(): Json {
    return { type: 'Sequence', decoders: this.decoders.map((one) => one.toJSON()) };
  }
}
