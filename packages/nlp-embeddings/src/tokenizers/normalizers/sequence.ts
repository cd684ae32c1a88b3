import { type AlignedText, Rewriter } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { Pattern, type PatternLike } from '../pattern.ts';
import { Normalizer } from './normalizer.ts';
import { stagesOf } from '../given.ts';

/**
 * One normalizer after the other.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * const { Lowercase, NFKC, Sequence } = normalizers;
 * new Sequence([new NFKC(), new Lowercase()]).normalizeStr('ＡＢＣ'); // => abc
 */
export class Sequence extends Normalizer {
  readonly normalizers: readonly Normalizer[];

  constructor(normalizers: readonly Normalizer[]) {
    super();
    this.normalizers = stagesOf('Sequence', 'normalizers', normalizers, 'normalize');
  }

  normalize(text: AlignedText): AlignedText {
    return this.normalizers.reduce((changed, one) => one.normalize(changed), text);
  }

  override toJSON(): Json {
    return { type: 'Sequence', normalizers: this.normalizers.map((one) => one.toJSON()) };
  }
}

/**
 * Other text where a pattern matches.
 *
 * A RegExp is taken too, where HF's has `Regex`.
 *
 * @throws {@link DataError} in `toJSON` for flags of a RegExp, such as `i`, which tokenizer.json does not have.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.Replace(/\s+/u, ' ').normalizeStr('a \n b'); // => a b
 */
export class Replace extends Normalizer {
  readonly content: string;
  readonly #pattern: Pattern;

  constructor(pattern: PatternLike, content: string) {
    super();
    this.#pattern = new Pattern('Replace', pattern);
    this.content = content;
  }

  normalize(source: AlignedText): AlignedText {
    const { text } = source;
    const rewriter = new Rewriter(source);
    let changes = false;
    this.#pattern.scan(text, (from, to, matches) => {
      if (!matches) return rewriter.copy(from, to);
      // As in HF's, it comes from the last character that it stands for.
      const last = to > from + 1 && isLowSurrogate(text, to - 1) ? to - 2 : Math.max(0, to - 1);
      rewriter.put(this.content, last, Math.max(last, to));
      changes = true;
    });
    return changes ? rewriter.done() : source;
  }

  override toJSON(): Json {
    return { type: 'Replace', pattern: this.#pattern.toJSON(), content: this.content };
  }
}

function isLowSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

/**
 * Text in front of a text that is not empty.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * new normalizers.Prepend('▁').normalizeStr('one two'); // => ▁one two
 */
export class Prepend extends Normalizer {
  readonly prepend: string;

  constructor(prepend: string) {
    super();
    this.prepend = prepend;
  }

  normalize(text: AlignedText): AlignedText {
    return prepended(text, this.prepend);
  }

  override toJSON(): Json {
    return { type: 'Prepend', prepend: this.prepend };
  }
}

/** With text in front, which comes from the first character. */
export function prepended(source: AlignedText, front: string): AlignedText {
  const { text } = source;
  if (text === '') return source;
  const rewriter = new Rewriter(source);
  rewriter.put(front, 0, text.codePointAt(0)! > 0xffff ? 2 : 1);
  rewriter.copy(0, text.length);
  return rewriter.done();
}
