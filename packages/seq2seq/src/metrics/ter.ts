import { optionsOf } from '@kasane/tensor-core';
import { CorpusMetric, CorpusScore, signatureOf } from './corpus-metric.ts';
import { translationEdits } from './ter-shifts.ts';
import { tercom } from './tercom.ts';
import { trimEnd, wordsOf } from './words.ts';

/** Options of `TER`. */
export interface TEROptions {
  /** Punctuation is split off and entities of XML are read. Default false. */
  readonly normalized?: boolean;
  /** Punctuation is left out. Default false. */
  readonly noPunct?: boolean;
  /** `normalized` splits Chinese characters, `noPunct` leaves out wide punctuation. Default false. */
  readonly asianSupport?: boolean;
  /** Small and capital letters are different. Default false. */
  readonly caseSensitive?: boolean;
}

/**
 * A TER score and what it was made of.
 *
 * @example
 * import { TER } from '@kasane/seq2seq/metrics';
 * const { numEdits, refLength } = new TER().sentenceScore('a b', ['a b c d']);
 * numEdits / refLength; // => 0.5
 * @category Metrics
 */
export class TERScore extends CorpusScore {
  /** Insertions, deletions, substitutions and shifts, of each sentence those of its nearest reference. */
  readonly numEdits: number;
  /** Words of the references, of each sentence the mean. */
  readonly refLength: number;

  constructor(parts: Omit<TERScore, 'format' | 'name'>) {
    super('TER', parts);
    this.numEdits = parts.numEdits;
    this.refLength = parts.refLength;
  }
}

/**
 * The translation edit rate: how many words have to be inserted, deleted, replaced, and runs of words moved, for a reference to come out, per
 * word of the references. Less is better.
 *
 * $$ \text{TER} = 100 \, \frac{\sum_i \min_k \mathrm{edits}(h_i, r_{ik})}{\sum_i \operatorname{mean}_k |r_{ik}|} $$
 *
 * The best moves are hard to find: Tercom's greedy search, with the limits that sacrebleu has, is what the number means.
 *
 * Same as sacrebleu 2.6, to the last digit printed; `asianSupport` is only allowed beside `normalized` or `noPunct`, without which it changes nothing.
 *
 * @throws TypeError for what is no text.
 * @throws {@link DataError} for references that do not fit.
 * @throws Error for an `asianSupport` that changes nothing.
 *
 * @example
 * import { TER } from '@kasane/seq2seq/metrics';
 * const score = new TER().corpusScore(['on the mat the cat sat'], [['the cat sat on the mat']]);
 * score.toString(); // => TER = 16.67
 * score.numEdits; // => 1
 * @see Snover et al. (2006), A Study of Translation Edit Rate with Targeted Human Annotation.
 * @category Metrics
 */
export class TER extends CorpusMetric<TERScore> {
  protected override readonly owner = 'TER';
  readonly #settings: Readonly<Required<TEROptions>>;

  constructor(options?: TEROptions) {
    super();
    const {
      normalized = false,
      noPunct = false,
      asianSupport = false,
      caseSensitive = false,
    } = optionsOf('TER', options, ['normalized', 'noPunct', 'asianSupport', 'caseSensitive']);
    if (asianSupport && !normalized && !noPunct) {
      throw new Error(
        'TER: asianSupport changes nothing by itself. Set normalized or noPunct, or leave it out.',
      );
    }
    this.#settings = { normalized, noPunct, asianSupport, caseSensitive };
  }

  /** Edits, and the mean length of the references. */
  protected override countsOf(hypothesis: string, references: readonly string[]): Float64Array {
    const words = this.#wordsOf(hypothesis);
    let fewest = Infinity;
    let lengths = 0;
    for (const reference of references) {
      // Twice, as sacrebleu reads references: where a first reading leaves "'s" in front of a space, the second makes it a word.
      const theirs = this.#wordsOf(this.#wordsOf(reference).join(' '));
      lengths += theirs.length;
      fewest = Math.min(fewest, translationEdits(words, theirs));
    }
    return Float64Array.of(fewest, lengths / references.length);
  }

  override scoreOf(sums: Float64Array, nrefs: number | 'var'): TERScore {
    const numEdits = sums[0]!;
    const refLength = sums[1]!;
    const score = 100 * (refLength > 0 ? numEdits / refLength : Math.min(numEdits, 1));
    const { caseSensitive, normalized, noPunct, asianSupport } = this.#settings;
    const signature = signatureOf(nrefs, {
      case: caseSensitive ? 'mixed' : 'lc',
      tok: 'tercom',
      norm: normalized ? 'yes' : 'no',
      punct: noPunct ? 'no' : 'yes',
      asian: asianSupport ? 'yes' : 'no',
    });
    return new TERScore({ score, signature, numEdits, refLength });
  }

  #wordsOf(line: string): string[] {
    return wordsOf(tercom(trimEnd(line), this.#settings));
  }
}
