import { optionsOf } from '@kasane/tensor-core';
import { unitsAt, type AlignedText, type Emit, type Memo } from '../aligned-text.ts';
import { byteChars, charOfByte } from '../byte-chars.ts';
import type { Json } from '../fields.ts';
import { RecentMap } from '../recent-map.ts';
import { prepended } from '../normalizers/sequence.ts';
import { Pattern, Regex } from '../pattern.ts';
import { PreTokenizer } from './pre-tokenizer.ts';

/** Options of `ByteLevel`. */
export interface ByteLevelOptions {
  /** Put a space in front of a text that begins with none. Default true. */
  readonly addPrefixSpace?: boolean;
  /** Leave spaces out of offsets; the post-processor does it. Default true. */
  readonly trimOffsets?: boolean;
  /** Split by GPT-2's expression first. Default true. */
  readonly useRegex?: boolean;
}

export const byteLevelOptionNames = ['addPrefixSpace', 'trimOffsets', 'useRegex'] as const;

const gpt2 = new Regex(
  String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
);

/** What a piece becomes, and for each unit of it where the character stood that it is a byte of. */
interface Bytes {
  readonly text: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly memo: Memo;
}

/**
 * Splits as GPT-2 does, words with the space in front of them, and makes each byte (UTF-8) a character of its own: any text can
 * be written with 256 of them.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * const bytes = new preTokenizers.ByteLevel({ addPrefixSpace: false });
 * bytes.preTokenizeStr('oh é'); // => [["oh",[0,2]],["ĠÃ©",[2,4]]]
 */
export class ByteLevel extends PreTokenizer {
  readonly addPrefixSpace: boolean;
  readonly trimOffsets: boolean;
  readonly useRegex: boolean;
  readonly #pattern = new Pattern('ByteLevel', gpt2);
  readonly #cache = new RecentMap<Bytes>();

  constructor(options?: ByteLevelOptions) {
    super();
    const {
      addPrefixSpace = true,
      trimOffsets = true,
      useRegex = true,
    } = optionsOf('ByteLevel', options, byteLevelOptionNames);
    this.addPrefixSpace = addPrefixSpace;
    this.trimOffsets = trimOffsets;
    this.useRegex = useRegex;
  }

  /** The characters that stand for the 256 bytes. */
  static alphabet(): string[] {
    return [...charOfByte];
  }

  split(source: AlignedText, emit: Emit): void {
    const spaced =
      this.addPrefixSpace && !source.text.startsWith(' ') ? prepended(source, ' ') : source;
    if (!this.useRegex) emit(this.#bytes(spaced));
    else this.#pattern.split(spaced, 'isolated', false, (piece) => emit(this.#bytes(piece)));
  }

  #bytes(piece: AlignedText): AlignedText {
    const { text } = piece;
    const { text: bytes, starts, ends, memo } = this.#cache.get(text) ?? this.#made(text);
    // As long as before: all of it is ASCII, unit for unit.
    if (bytes.length === text.length) return piece.replaced(bytes, memo);
    return piece.rewritten(bytes, starts, ends, memo);
  }

  #made(text: string): Bytes {
    const bytes = byteChars(text);
    const memo = { model: null, tokens: null };
    if (bytes.length === text.length) {
      return this.#cache.set(text, { text: bytes, starts: none, ends: none, memo });
    }
    const starts = new Int32Array(bytes.length);
    const ends = new Int32Array(bytes.length);
    for (let at = 0, out = 0; at < text.length;) {
      const next = at + unitsAt(text, at);
      const length = bytesOf(text.codePointAt(at)!);
      starts.fill(at, out, out + length);
      ends.fill(next, out, out + length);
      out += length;
      at = next;
    }
    return this.#cache.set(text, { text: bytes, starts, ends, memo });
  }

  override toJSON(): Json {
    return byteLevelJSON(this);
  }
}

const none = new Int32Array(0);

function bytesOf(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/** As tokenizer.json has it, be it pre-tokenizer, post-processor or decoder. */
export function byteLevelJSON(one: Required<ByteLevelOptions>): Json {
  return {
    type: 'ByteLevel',
    add_prefix_space: one.addPrefixSpace,
    trim_offsets: one.trimOffsets,
    use_regex: one.useRegex,
  };
}
