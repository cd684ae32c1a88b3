import { optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import { unitsAt, type AlignedText, type Emit } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { behaviors, Pattern, type PatternLike, type SplitBehavior } from '../pattern.ts';
import { PreTokenizer } from './pre-tokenizer.ts';

/** Options of `preTokenizers.Split`. */
export interface SplitOptions {
  /** Take what the pattern does not match for what it matches. Default false. */
  readonly invert?: boolean;
}

/**
 * Splits where a pattern matches.
 *
 * @throws TypeError for another pattern than a string, a RegExp or a Regex, and for a behaviour that there is not.
 * @throws {@link DataError} in `toJSON` for flags of a RegExp, such as `i`, which tokenizer.json does not have.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * const split = new preTokenizers.Split('-', 'mergedWithNext');
 * split.preTokenizeStr('the-final'); // => [["the",[0,3]],["-final",[3,9]]]
 */
export class Split extends PreTokenizer {
  readonly behavior: SplitBehavior;
  readonly invert: boolean;
  readonly #pattern: Pattern;

  constructor(pattern: PatternLike, behavior: SplitBehavior, options?: SplitOptions) {
    super();
    const { invert = false } = optionsOf('Split', options, ['invert']);
    this.#pattern = new Pattern('Split', pattern);
    this.behavior = requireBehavior('Split', behavior);
    this.invert = invert;
  }

  split(text: AlignedText, emit: Emit): void {
    this.#pattern.split(text, this.behavior, this.invert, emit);
  }

  /** As tokenizer.json has it. */
  override toJSON(): Json {
    return {
      type: 'Split',
      pattern: this.#pattern.toJSON(),
      behavior: behaviorName(this.behavior),
      invert: this.invert,
    };
  }
}

function requireBehavior(owner: string, behavior: SplitBehavior): SplitBehavior {
  if (behaviors.includes(behavior)) return behavior;
  throw new TypeError(
    `${owner}: behavior must be one of ${behaviors.join(', ')}, got ${shown(behavior)}.`,
  );
}

/** As files spell it: `MergedWithNext`. */
export function behaviorName(behavior: SplitBehavior): string {
  return behavior[0]!.toUpperCase() + behavior.slice(1);
}

/** Splits by a pattern that is always the same. */
abstract class Fixed extends PreTokenizer {
  readonly #type: string;
  readonly #pattern: Pattern;
  readonly #behavior: SplitBehavior;
  readonly #invert: boolean;

  constructor(
    type: string,
    pattern: PatternLike,
    behavior: SplitBehavior,
    invert: boolean = false,
  ) {
    super();
    this.#type = type;
    this.#pattern = new Pattern(type, pattern);
    this.#behavior = behavior;
    this.#invert = invert;
  }

  split(text: AlignedText, emit: Emit): void {
    this.#pattern.split(text, this.#behavior, this.#invert, emit);
  }

  /** As tokenizer.json has it. */
  override toJSON(): Json {
    return { type: this.#type };
  }
}

/**
 * Words, and what stands between them but white space.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * new preTokenizers.Whitespace().preTokenizeStr("it's new!").map(([text]) => text); // => ["it","'","s","new","!"]
 */
export class Whitespace extends Fixed {
  constructor() {
    // \w+|[^\w\s]+ of Rust's regular expressions.
    const word = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';
    const either = new RegExp(`[${word}]+|[^${word}\\p{White_Space}]+`, 'u');
    super('Whitespace', either, 'removed', true);
  }
}

/**
 * Splits at white space, which is left out.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * new preTokenizers.WhitespaceSplit().preTokenizeStr("it's  new!"); // => [["it's",[0,4]],["new!",[6,10]]]
 */
export class WhitespaceSplit extends Fixed {
  constructor() {
    super('WhitespaceSplit', /\p{White_Space}/u, 'removed');
  }
}

/** What HF takes for punctuation: Unicode's and all signs of ASCII. */
const punctuation: RegExp = /[\p{P}!-/:-@[-`{-~]/u;

/**
 * Splits at white space, which is left out, and at each sign of punctuation, as BERT.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * new preTokenizers.BertPreTokenizer().preTokenizeStr("it's $5").map(([text]) => text); // => ["it","'","s","$","5"]
 */
export class BertPreTokenizer extends PreTokenizer {
  readonly #spaces = new Pattern('BertPreTokenizer', /\p{White_Space}/u);
  readonly #signs = new Pattern('BertPreTokenizer', punctuation);

  split(text: AlignedText, emit: Emit): void {
    this.#spaces.split(text, 'removed', false, (piece) => {
      this.#signs.split(piece, 'isolated', false, emit);
    });
  }

  /** As tokenizer.json has it. */
  override toJSON(): Json {
    return { type: 'BertPreTokenizer' };
  }
}

/**
 * Splits at signs of punctuation; default `'isolated'`: each stands alone.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * new preTokenizers.Punctuation('contiguous').preTokenizeStr('So...').map(([text]) => text); // => ["So","..."]
 */
export class Punctuation extends Fixed {
  readonly behavior: SplitBehavior;

  constructor(behavior: SplitBehavior = 'isolated') {
    super('Punctuation', punctuation, requireBehavior('Punctuation', behavior));
    this.behavior = behavior;
  }

  /** As tokenizer.json has it. */
  override toJSON(): Json {
    return { type: 'Punctuation', behavior: behaviorName(this.behavior) };
  }
}

/** Options of `preTokenizers.Digits`. */
export interface DigitsOptions {
  /** Each digit stands alone. Default false: numbers do. */
  readonly individualDigits?: boolean;
}

/**
 * Splits numbers from the rest.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * new preTokenizers.Digits().preTokenizeStr('abc123').map(([text]) => text); // => ["abc","123"]
 */
export class Digits extends Fixed {
  readonly individualDigits: boolean;

  constructor(options?: DigitsOptions) {
    const { individualDigits = false } = optionsOf('Digits', options, ['individualDigits']);
    super('Digits', /\p{N}/u, individualDigits ? 'isolated' : 'contiguous');
    this.individualDigits = individualDigits;
  }

  /** As tokenizer.json has it. */
  override toJSON(): Json {
    return { type: 'Digits', individual_digits: this.individualDigits };
  }
}

/**
 * Splits at a character, which is left out.
 *
 * @throws RangeError for what is not one character.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * new preTokenizers.CharDelimiterSplit(',').preTokenizeStr('a,b').map(([text]) => text); // => ["a","b"]
 */
export class CharDelimiterSplit extends Fixed {
  readonly delimiter: string;

  constructor(delimiter: string) {
    if (typeof delimiter !== 'string' || [...delimiter].length !== 1) {
      throw new RangeError(
        `CharDelimiterSplit: delimiter must be one character, got ${shown(delimiter)}.`,
      );
    }
    super('CharDelimiterSplit', delimiter, 'removed');
    this.delimiter = delimiter;
  }

  /** As tokenizer.json has it. */
  override toJSON(): Json {
    return { type: 'CharDelimiterSplit', delimiter: this.delimiter };
  }
}

/**
 * Splits after so many characters; default 5.
 *
 * @throws RangeError unless the length is a whole number ≥ 1.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * new preTokenizers.FixedLength(3).preTokenizeStr('ACGTAC').map(([text]) => text); // => ["ACG","TAC"]
 */
export class FixedLength extends PreTokenizer {
  readonly length: number;

  constructor(length: number = 5) {
    super();
    requireWhole('FixedLength', 'length', length, 1);
    this.length = length;
  }

  split(source: AlignedText, emit: Emit): void {
    const { text } = source;
    for (let from = 0, to = 0, count = 0; to < text.length;) {
      to += unitsAt(text, to);
      count++;
      if (count % this.length !== 0 && to < text.length) continue;
      emit(source.slice(from, to));
      from = to;
    }
  }

  /** As tokenizer.json has it. */
  override toJSON(): Json {
    return { type: 'FixedLength', length: this.length };
  }
}
