import { optionsOf, requireThat, requireWhole } from '@kasane/tensor-core';
import { CorpusMetric, CorpusScore, signatureOf } from './corpus-metric.ts';
import { addGrams, matches } from './ngrams.ts';
import { wordsOf } from './words.ts';

/** Options of `CHRF`. */
export interface CHRFOptions {
  /** The longest n-grams of characters. Default 6. */
  readonly charOrder?: number;
  /** The longest n-grams of words. Default 0: chrF; 2 is chrF++. */
  readonly wordOrder?: number;
  /** How many times as important recall is as precision. Default 2. */
  readonly beta?: number;
  /** Small and capital letters are the same. Default false. */
  readonly lowercase?: boolean;
  /** Spaces are characters too. Default false. */
  readonly whitespace?: boolean;
  /** Orders that have no n-grams count as almost 0, as in chrF++.py and NLTK, instead of not at all. Default false. */
  readonly epsSmoothing?: boolean;
}

/**
 * A chrF score.
 *
 * @example
 * import { CHRF } from '@kasane/seq2seq/metrics';
 * const score = new CHRF().sentenceScore('a cat', ['a cat']);
 * score.name; // => chrF2
 * score.score; // => 100
 * @category Metrics
 */
export class CHRFScore extends CorpusScore {}

/** One punctuation mark of ASCII. */
const punctuation = /^[!-/:-@[-`{-~]$/u;

/** What stands for a precision or recall that cannot be computed. */
const EPSILON = 1e-16;

/**
 * chrF, the F score of n-grams of characters, and chrF++, of characters and words, as sacrebleu computes them.
 *
 * $$ \text{chrF} = 100 \, (1 + \beta^2) \frac{P R}{\beta^2 P + R} $$
 *
 * P and R, the shares of n-grams of the hypotheses and of the references that the other has too, are averaged over the orders that both
 * have (the effective order); counts are summed over the corpus first. Of several references the one counts that gives a sentence the
 * best score. Punctuation at the end or the beginning of a word is a word of its own.
 *
 * Same as sacrebleu 2.6, to the last digit printed.
 *
 * @throws TypeError for what is no text.
 * @throws {@link DataError} for references that do not fit.
 * @throws RangeError for options out of range.
 *
 * @example
 * import { CHRF } from '@kasane/seq2seq/metrics';
 * const hypotheses = ['The cat sat on the mat.'];
 * const references = [['The cat is sitting on the mat.']];
 * new CHRF().corpusScore(hypotheses, references).toString(); // => chrF2 = 49.65
 * new CHRF({ wordOrder: 2 }).corpusScore(hypotheses, references).toString(); // => chrF2++ = 54.26
 * @see Popović (2015), chrF: character n-gram F-score for automatic MT evaluation.
 * @see Popović (2017), chrF++: words helping character n-grams.
 * @category Metrics
 */
export class CHRF extends CorpusMetric<CHRFScore> {
  protected override readonly owner = 'CHRF';
  readonly #charOrder: number;
  readonly #wordOrder: number;
  readonly #beta: number;
  readonly #lowercase: boolean;
  readonly #whitespace: boolean;
  readonly #epsSmoothing: boolean;

  constructor(options?: CHRFOptions) {
    super();
    const {
      charOrder = 6,
      wordOrder = 0,
      beta = 2,
      lowercase = false,
      whitespace = false,
      epsSmoothing = false,
    } = optionsOf('CHRF', options, [
      'charOrder',
      'wordOrder',
      'beta',
      'lowercase',
      'whitespace',
      'epsSmoothing',
    ]);
    requireWhole('CHRF', 'charOrder', charOrder, 1);
    requireWhole('CHRF', 'wordOrder', wordOrder);
    requireThat(beta > 0 && beta < Infinity, 'CHRF', 'beta', beta, 'above 0 and finite');
    this.#charOrder = charOrder;
    this.#wordOrder = wordOrder;
    this.#beta = beta;
    this.#lowercase = lowercase;
    this.#whitespace = whitespace;
    this.#epsSmoothing = epsSmoothing;
  }

  /** For each order n-grams of the hypothesis, of the reference, of both; of the reference that gives the best score. */
  protected override countsOf(hypothesis: string, references: readonly string[]): Float64Array {
    const own = this.#grams(hypothesis);
    let best = new Float64Array(3 * own.length);
    let bestScore = -1;
    for (const reference of references) {
      const counts = new Float64Array(3 * own.length);
      for (const [i, theirs] of this.#grams(reference).entries()) {
        // What no reference has cannot be found: such an order does not count against the hypothesis.
        counts[3 * i] = theirs.size === 0 ? 0 : total(own[i]!);
        counts[3 * i + 1] = total(theirs);
        counts[3 * i + 2] = matches(own[i]!, theirs);
      }
      const score = this.#fScore(counts);
      if (score > bestScore) [best, bestScore] = [counts, score];
    }
    return best;
  }

  override scoreOf(sums: Float64Array, nrefs: number | 'var'): CHRFScore {
    const name = `chrF${this.#beta}${'+'.repeat(this.#wordOrder)}`;
    const signature = signatureOf(nrefs, {
      case: this.#lowercase ? 'lc' : 'mixed',
      eff: this.#epsSmoothing ? 'no' : 'yes',
      nc: this.#charOrder,
      nw: this.#wordOrder,
      space: this.#whitespace ? 'yes' : 'no',
    });
    return new CHRFScore(name, { score: this.#fScore(sums), signature });
  }

  #fScore(counts: Float64Array): number {
    const weight = this.#beta ** 2;
    const orders = counts.length / 3;
    let smoothed = 0;
    let precisions = 0;
    let recalls = 0;
    let effective = 0;
    for (let i = 0; i < counts.length; i += 3) {
      const [ours, theirs, both] = [counts[i]!, counts[i + 1]!, counts[i + 2]!];
      const precision = ours > 0 ? both / ours : EPSILON;
      const recall = theirs > 0 ? both / theirs : EPSILON;
      const among = weight * precision + recall;
      smoothed += among > 0 ? ((1 + weight) * precision * recall) / among : EPSILON;
      if (ours > 0 && theirs > 0) {
        precisions += precision;
        recalls += recall;
        effective++;
      }
    }
    if (this.#epsSmoothing) return (100 * smoothed) / orders;
    if (precisions + recalls === 0) return 0;
    precisions /= effective;
    recalls /= effective;
    return 100 * (((1 + weight) * precisions * recalls) / (weight * precisions + recalls));
  }

  /** The n-grams of each order, characters before words. */
  #grams(line: string): Map<string, number>[] {
    const text = this.#lowercase ? line.toLowerCase() : line;
    const characters = [...(this.#whitespace ? text : wordsOf(text).join(''))];
    const words = this.#wordOrder === 0 ? [] : wordsOf(text).flatMap(withoutPunctuation);
    return [...ofOrders(this.#charOrder, characters, ''), ...ofOrders(this.#wordOrder, words, ' ')];
  }
}

function ofOrders(order: number, items: readonly string[], joint: string): Map<string, number>[] {
  return Array.from({ length: order }, (_, i) => addGrams(new Map(), items, i + 1, joint));
}

/** A word and the punctuation mark at its end, or else at its beginning. */
function withoutPunctuation(word: string): string[] {
  const characters = [...word];
  if (characters.length === 1) return [word];
  const last = characters.at(-1)!;
  if (punctuation.test(last)) return [word.slice(0, -1), last];
  const first = characters[0]!;
  return punctuation.test(first) ? [first, word.slice(1)] : [word];
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}
