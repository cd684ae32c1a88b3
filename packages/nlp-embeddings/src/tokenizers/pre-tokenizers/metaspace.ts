import { DataError, optionsOf, shown } from '@kasane/tensor-core';
import type { AlignedText, Emit } from '../aligned-text.ts';
import type { Fields, Json } from '../fields.ts';
import { prepended } from '../normalizers/sequence.ts';
import { Pattern } from '../pattern.ts';
import { PreTokenizer } from './pre-tokenizer.ts';

/** When the sign of a space is put in front: always, only at the beginning of a text, or never. */
export type PrependScheme = 'always' | 'first' | 'never';

/** Options of `Metaspace`. */
export interface MetaspaceOptions {
  /** The character that stands for a space. Default `'▁'` (U+2581). */
  readonly replacement?: string;
  /** Default `'always'`. */
  readonly prependScheme?: PrependScheme;
  /** Split in front of each space. Default true. */
  readonly split?: boolean;
}

/** The options with defaults. Throws RangeError for what they may not be. */
export function metaspaceOptions(
  options: MetaspaceOptions | undefined,
): Required<MetaspaceOptions> {
  const {
    replacement = '▁',
    prependScheme = 'always',
    split = true,
  } = optionsOf('Metaspace', options, ['replacement', 'prependScheme', 'split']);
  if (typeof replacement !== 'string' || replacement.length !== 1) {
    throw new RangeError(
      `Metaspace: replacement must be one character (a UTF-16 code unit), got ${shown(replacement)}.`,
    );
  }
  if (!schemes.includes(prependScheme)) {
    throw new RangeError(
      `Metaspace: prependScheme must be one of ${schemes.join(', ')}, got ${shown(prependScheme)}.`,
    );
  }
  return { replacement, prependScheme, split };
}

const schemes: readonly PrependScheme[] = ['always', 'first', 'never'];

/**
 * Writes spaces as characters that can be seen, and splits in front of them, as SentencePiece does.
 *
 * @throws RangeError for a replacement that is not one character.
 *
 * @example
 * import { preTokenizers } from '@kasane/nlp-embeddings/tokenizers';
 * new preTokenizers.Metaspace().preTokenizeStr('one two'); // => [["▁one",[0,3]],["▁two",[3,7]]]
 */
export class Metaspace extends PreTokenizer {
  readonly replacement: string;
  readonly prependScheme: PrependScheme;
  readonly splits: boolean;
  readonly #sign: Pattern;

  constructor(options?: MetaspaceOptions) {
    super();
    const { replacement, prependScheme, split } = metaspaceOptions(options);
    this.replacement = replacement;
    this.prependScheme = prependScheme;
    this.splits = split;
    this.#sign = new Pattern('Metaspace', replacement);
  }

  split(source: AlignedText, emit: Emit): void {
    const { replacement, prependScheme } = this;
    const signs = source.text.includes(' ')
      ? source.replaced(source.text.replaceAll(' ', replacement))
      : source;
    const isBegun =
      signs.text.startsWith(replacement) ||
      prependScheme === 'never' ||
      (prependScheme === 'first' && source.origin > 0);
    const begun = isBegun ? signs : prepended(signs, replacement);
    if (this.splits) this.#sign.split(begun, 'mergedWithNext', false, emit);
    else emit(begun);
  }

  override toJSON(): Json {
    return metaspaceJSON(this);
  }
}

/** As tokenizer.json has it, be it pre-tokenizer or decoder. */
export function metaspaceJSON(
  one: Pick<Metaspace, 'replacement' | 'prependScheme' | 'splits'>,
): Json {
  return {
    type: 'Metaspace',
    replacement: one.replacement,
    prepend_scheme: one.prependScheme,
    split: one.splits,
  };
}

/** The options in a file; older ones say `add_prefix_space`. */
export function metaspaceFields(fields: Fields): MetaspaceOptions {
  const before = fields.optionalBoolean('add_prefix_space');
  fields.optionalString('str_rep'); // the replacement once more
  const scheme = before === false ? 'never' : 'always';
  const prependScheme = fields.word('prepend_scheme', schemes, scheme);
  if (before === false && prependScheme !== 'never') {
    throw new DataError(
      `${fields.place}: add_prefix_space is false and prepend_scheme "${prependScheme}"; they contradict each other.`,
    );
  }
  return {
    replacement: fields.string('replacement'),
    prependScheme,
    split: fields.boolean('split', true),
  };
}
