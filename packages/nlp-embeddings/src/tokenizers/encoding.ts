import { optionsOf, requireWhole, showAs, shown } from '@kasane/tensor-core';
import type { Offsets } from './aligned-text.ts';

/** What an `Encoding` is made of: lists of one length. Those whose elements are all alike may be given as one element. */
export interface EncodingParts {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly wordIds: readonly (number | null)[];
  readonly typeIds: number | readonly number[];
  readonly sequenceIds: number | readonly (number | null)[];
  readonly specialTokensMask: number | readonly number[];
  readonly attentionMask: number | readonly number[];
}

const lists = [
  'ids',
  'tokens',
  'starts',
  'ends',
  'wordIds',
  'typeIds',
  'sequenceIds',
  'specialTokensMask',
  'attentionMask',
] as const;

/** On which side something is cut off or filled up. */
export type Side = 'left' | 'right';

/** Options of `Encoding.truncate`. */
export interface TruncateOptions {
  /** So many tokens of a part stand in the next one again. Default 0. */
  readonly stride?: number;
  /** Default `'right'`. */
  readonly direction?: Side;
}

/** Options of `Encoding.pad`. */
export interface PadOptions {
  /** Default `'right'`. */
  readonly direction?: Side;
  /** Default 0. */
  readonly padId?: number;
  /** Default 0. */
  readonly padTypeId?: number;
  /** Default `'[PAD]'`. */
  readonly padToken?: string;
}

/**
 * A text, or a pair of texts, as a tokenizer encodes it: for each token its id, itself, and where it comes from.
 *
 * Offsets are in UTF-16 code units of the text that was given, those of JavaScript's strings: `text.slice(start, end)`. A token of special meaning
 * has (0, 0). Encodings do not change; what changes one gives another, where `truncate` and `pad` of HF's change it.
 *
 * @throws RangeError in `truncate` and `pad` unless lengths are whole numbers ≥ 0 and the stride is less.
 *
 * @example
 * import { models, preTokenizers, Tokenizer } from '@kasane/nlp-embeddings/tokenizers';
 * const model = new models.WordLevel({ '<unk>': 0, big: 1, cat: 2 });
 * const tokenizer = new Tokenizer(model, { preTokenizer: new preTokenizers.Whitespace() });
 * const encoding = tokenizer.encode('big 🐈 cat');
 * encoding.ids; // => [1,0,2]
 * encoding.offsets; // => [[0,3],[4,6],[7,10]]
 * encoding.attentionMask; // => [1,1,1]
 */
export class Encoding implements EncodingParts {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  /** Where each token begins in its text. */
  readonly starts: readonly number[];
  /** Where each token ends in its text. */
  readonly ends: readonly number[];
  /** Which piece of the pre-tokenizer a token is of; null for special ones. */
  readonly wordIds: readonly (number | null)[];
  /** What was cut off, in parts of the same length. */
  readonly overflowing: readonly Encoding[];
  #offsets: readonly Offsets[] | undefined;
  // Made when they are asked for, if all their elements are alike.
  #typeIds: number | readonly number[];
  #sequenceIds: number | readonly (number | null)[];
  #specialTokensMask: number | readonly number[];
  #attentionMask: number | readonly number[];

  constructor(parts: EncodingParts, overflowing: readonly Encoding[] = []) {
    this.ids = parts.ids;
    this.tokens = parts.tokens;
    this.starts = parts.starts;
    this.ends = parts.ends;
    this.wordIds = parts.wordIds;
    this.#typeIds = parts.typeIds;
    this.#sequenceIds = parts.sequenceIds;
    this.#specialTokensMask = parts.specialTokensMask;
    this.#attentionMask = parts.attentionMask;
    this.overflowing = overflowing;
  }

  get length(): number {
    return this.ids.length;
  }

  /** Which segment a token is of, for models that are told so. */
  get typeIds(): readonly number[] {
    return (this.#typeIds = filled(this.#typeIds, this.length));
  }

  /** Which text a token is of, 0 or 1; null for special ones. */
  get sequenceIds(): readonly (number | null)[] {
    return (this.#sequenceIds = filled(this.#sequenceIds, this.length));
  }

  /** 1 for tokens that the tokenizer put there. */
  get specialTokensMask(): readonly number[] {
    return (this.#specialTokensMask = filled(this.#specialTokensMask, this.length));
  }

  /** 0 for padding. */
  get attentionMask(): readonly number[] {
    return (this.#attentionMask = filled(this.#attentionMask, this.length));
  }

  /** Where each token begins and ends in its text. */
  get offsets(): readonly Offsets[] {
    return (this.#offsets ??= this.starts.map((start, i) => [start, this.ends[i]!] as const));
  }

  /** The token that a unit of a text belongs to; undefined where none does. */
  charToToken(position: number, sequence: number = 0): number | undefined {
    const at = this.starts.findIndex(
      (start, i) =>
        this.sequenceIds[i] === sequence && start <= position && position < this.ends[i]!,
    );
    return at < 0 ? undefined : at;
  }

  /** The same with some of its lists replaced. */
  with(
    parts: Partial<EncodingParts>,
    overflowing: readonly Encoding[] = this.overflowing,
  ): Encoding {
    return new Encoding({ ...partsOf(this), ...parts }, overflowing);
  }

  /** The tokens from `from` to `to`. */
  slice(from: number, to: number): Encoding {
    return new Encoding(eachList((name) => this[name].slice(from, to)));
  }

  /**
   * At most so many tokens; the others are in `overflowing`.
   *
   * @throws RangeError unless the stride is less than the length.
   */
  truncate(maxLength: number, options?: TruncateOptions): Encoding {
    const { stride = 0, direction = 'right' } = optionsOf('Encoding.truncate', options, [
      'stride',
      'direction',
    ]);
    requireWhole('Encoding.truncate', 'maxLength', maxLength);
    requireWhole('Encoding.truncate', 'stride', stride, 0, Math.max(0, maxLength - 1));
    const { length } = this;
    if (maxLength >= length) return this;
    if (maxLength === 0) return new Encoding(this.slice(0, 0), [this]);
    const parts: Encoding[] = [];
    for (let i = 0; ; i += maxLength - stride) {
      const [from, to] =
        direction === 'right'
          ? [i, Math.min(i + maxLength, length)]
          : [Math.max(0, length - i - maxLength), length - i];
      parts.push(this.slice(from, to));
      if (direction === 'right' ? to === length : from === 0) break;
    }
    return new Encoding(parts[0]!, parts.slice(1));
  }

  /** At least so many tokens, and so all that overflow. */
  pad(length: number, options?: PadOptions): Encoding {
    const {
      direction = 'right',
      padId = 0,
      padTypeId = 0,
      padToken = '[PAD]',
    } = optionsOf('Encoding.pad', options, ['direction', 'padId', 'padTypeId', 'padToken']);
    requireWhole('Encoding.pad', 'length', length);
    const overflowing = this.overflowing.map((one) => one.pad(length, options));
    const missing = length - this.length;
    if (missing <= 0) return new Encoding(this, overflowing);
    const filling = specialEncoding(
      Array.from({ length: missing }, () => [padToken, padId]),
      padTypeId,
    ).with({ attentionMask: 0 });
    const own = new Encoding(this);
    const padded = direction === 'right' ? own.followedBy(filling) : filling.followedBy(own);
    return new Encoding(padded, overflowing);
  }

  /** This and another behind it; what overflows is combined with the other, in all ways. */
  followedBy(other: Encoding): Encoding {
    if (!(other instanceof Encoding)) {
      throw new TypeError(`Encoding.followedBy: other must be an Encoding, got ${shown(other)}.`);
    }
    const joined = (a: Encoding, b: Encoding): Encoding =>
      // Lists of one name have elements of one kind.
      new Encoding(eachList((name) => [...a[name], ...b[name]] as never));
    const overflowing = [
      ...this.overflowing.flatMap((one) => [
        joined(one, other),
        ...other.overflowing.map((two) => joined(one, two)),
      ]),
      ...other.overflowing.map((two) => joined(this, two)),
    ];
    return new Encoding(joined(this, other), overflowing);
  }
}

showAs(Encoding, ({ tokens }) => `Encoding(${tokens.length} tokens)`);

function filled<T>(given: number | readonly T[], length: number): readonly (T | number)[] {
  return typeof given === 'number' ? Array<number>(length).fill(given) : given;
}

type Lists = { -readonly [N in keyof EncodingParts]: EncodingParts[N] };

function eachList(list: <N extends keyof EncodingParts>(name: N) => unknown): EncodingParts {
  // Each name has what `list` gives for it, of the kind that the name has.
  return Object.fromEntries(lists.map((name) => [name, list(name)])) as unknown as Lists;
}

function partsOf(encoding: Encoding): EncodingParts {
  return eachList((name) => encoding[name]);
}

/** Tokens of special meaning. */
export function specialEncoding(
  tokens: readonly (readonly [token: string, id: number])[],
  typeId: number,
): Encoding {
  const all = <T>(value: T): T[] => tokens.map(() => value);
  return new Encoding({
    ids: tokens.map(([, id]) => id),
    tokens: tokens.map(([token]) => token),
    starts: all(0),
    ends: all(0),
    wordIds: all(null),
    typeIds: typeId,
    sequenceIds: all(null),
    specialTokensMask: 1,
    attentionMask: 1,
  });
}
