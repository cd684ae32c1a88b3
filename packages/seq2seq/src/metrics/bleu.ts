import { optionsOf, requireThat, requireWhole } from '@kasane/tensor-core';
import { CorpusMetric, CorpusScore, signatureOf } from './corpus-metric.ts';
import { requireOneOf } from './given.ts';
import { addGrams, matches } from './ngrams.ts';
import { tokenize, tokenizerNames, type BLEUTokenizer } from './tokenizers.ts';
import { fixed, trimEnd } from './words.ts';

/** What stands in for an order of n-grams of which none is right; see Chen and Cherry (2014). */
export type BLEUSmoothing = 'add-k' | 'exp' | 'floor' | 'none';

/** Options of `BLEU`. */
export interface BLEUOptions {
  /** How lines become words. Default `'13a'`, WMT's. `'none'` splits at spaces, for text that is tokenised. */
  readonly tokenize?: BLEUTokenizer;
  /** Default `'exp'`: the first empty order counts as half a match, the second as a quarter, and so on. */
  readonly smoothMethod?: BLEUSmoothing;
  /** What `'floor'` takes for no match (default 0.1), and `'add-k'` adds from the second order on (default 1). */
  readonly smoothValue?: number;
  /** Small and capital letters are the same. Default false. */
  readonly lowercase?: boolean;
  /** The longest n-grams. Default 4. */
  readonly maxNgramOrder?: number;
  /** Orders that the hypothesis is too short for do not count: for single sentences. Default false. */
  readonly effectiveOrder?: boolean;
}

/**
 * A BLEU score and what it was made of.
 *
 * @example
 * import { BLEU } from '@kasane/seq2seq/metrics';
 * const score = new BLEU().corpusScore(['The cat sat on the mat.'], [['The cat sat on a mat.']]);
 * score.counts; // => [6,4,2,1]
 * score.totals; // => [7,6,5,4]
 * score.bp; // => 1
 * @category Metrics
 */
export class BLEUScore extends CorpusScore {
  /** Matched n-grams by order, from 1 on. */
  readonly counts: readonly number[];
  /** N-grams of the hypotheses by order. */
  readonly totals: readonly number[];
  /** In percent by order, smoothed. */
  readonly precisions: readonly number[];
  /** The brevity penalty. */
  readonly bp: number;
  /** Words of the hypotheses. */
  readonly sysLen: number;
  /** Words of the references that were nearest in length. */
  readonly refLen: number;

  constructor(parts: Omit<BLEUScore, 'format' | 'name'>) {
    super('BLEU', parts);
    this.counts = parts.counts;
    this.totals = parts.totals;
    this.precisions = parts.precisions;
    this.bp = parts.bp;
    this.sysLen = parts.sysLen;
    this.refLen = parts.refLen;
  }

  protected override details(): string {
    const { bp, sysLen, refLen } = this;
    const precisions = this.precisions.map((p) => fixed(p, 1)).join('/');
    const ratio = refLen === 0 ? 0 : sysLen / refLen;
    return ` ${precisions} (BP = ${fixed(bp, 3)} ratio = ${fixed(ratio, 3)} hyp_len = ${sysLen} ref_len = ${refLen})`;
  }
}

const smoothDefaults = { 'add-k': 1, exp: null, floor: 0.1, none: null } as const;

/**
 * BLEU, the share of n-grams that some reference has too, as sacrebleu computes it.
 *
 * $$ \text{BLEU} = 100 \, \min(1, e^{1 - r/c}) \Big( \prod_{n=1}^{4} p_n \Big)^{1/4}, \quad
 * p_n = \frac{\text{matched n-grams, each at most as often as in a reference}}{\text{n-grams of the hypotheses}} $$
 *
 * c words of the hypotheses, r of the references nearest in length (of two the shorter). Counts are summed over the corpus before anything is divided.
 * Pass detokenised text; `'none'` is for text that is tokenised already, and then no number to compare with others' papers.
 *
 * Same as sacrebleu 2.6, to the last digit printed, with its tokenizers `13a`, `intl`, `char`, `zh` and `none`, its smoothing, and its signature up to the
 * version. Without `corpusScore`'s bootstrap, which is `pairedBootstrap`; lists of different lengths are an error, where sacrebleu drops what
 * is left over. Japanese needs `char`, or text segmented by hand with `none`: `ja-mecab` is not here.
 *
 * @throws TypeError for what is no text.
 * @throws {@link DataError} for references that do not fit.
 * @throws RangeError for options out of range.
 * @throws Error for a `smoothValue` with smoothing that has none.
 *
 * @example
 * import { BLEU } from '@kasane/seq2seq/metrics';
 * const bleu = new BLEU();
 * const score = bleu.corpusScore(['The cat sat on the mat.', 'Hello there!'], [['The cat sat on a mat.', 'Hello, there!']]);
 * score.toString(); // => BLEU = 42.10 90.0/62.5/33.3/25.0 (BP = 0.905 ratio = 0.909 hyp_len = 10 ref_len = 11)
 * score.signature; // => nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:kasane-1
 * new BLEU({ effectiveOrder: true }).sentenceScore('a b', ['a b', 'a c']).score.toFixed(2); // => 100.00
 * @see Papineni et al. (2002), BLEU: a Method for Automatic Evaluation of Machine Translation.
 * @see Post (2018), A Call for Clarity in Reporting BLEU Scores.
 * @category Metrics
 */
export class BLEU extends CorpusMetric<BLEUScore> {
  protected override readonly owner = 'BLEU';
  readonly #tokenize: BLEUTokenizer;
  readonly #smoothMethod: BLEUSmoothing;
  readonly #smoothValue: number;
  readonly #lowercase: boolean;
  readonly #order: number;
  readonly #effectiveOrder: boolean;

  constructor(options?: BLEUOptions) {
    super();
    const {
      tokenize = '13a',
      smoothMethod = 'exp',
      smoothValue,
      lowercase = false,
      maxNgramOrder = 4,
      effectiveOrder = false,
    } = optionsOf('BLEU', options, [
      'tokenize',
      'smoothMethod',
      'smoothValue',
      'lowercase',
      'maxNgramOrder',
      'effectiveOrder',
    ]);
    requireOneOf('BLEU', 'tokenize', tokenize, tokenizerNames);
    requireOneOf('BLEU', 'smoothMethod', smoothMethod, Object.keys(smoothDefaults));
    requireWhole('BLEU', 'maxNgramOrder', maxNgramOrder, 1);
    const usual = smoothDefaults[smoothMethod];
    if (smoothValue !== undefined) {
      if (usual === null) {
        throw new Error(
          `BLEU: smoothMethod '${smoothMethod}' has no smoothValue, got ${smoothValue}. Leave it out, or use 'floor' or 'add-k'.`,
        );
      }
      requireThat(smoothValue > 0, 'BLEU', 'smoothValue', smoothValue, 'above 0');
    }
    this.#tokenize = tokenize;
    this.#smoothMethod = smoothMethod;
    this.#smoothValue = smoothValue ?? usual ?? 0;
    this.#lowercase = lowercase;
    this.#order = maxNgramOrder;
    this.#effectiveOrder = effectiveOrder;
  }

  /** Words of hypothesis and nearest reference, matched n-grams by order, n-grams by order. */
  protected override countsOf(hypothesis: string, references: readonly string[]): Float64Array {
    const order = this.#order;
    const words = this.#wordsOf(hypothesis);
    // How often the reference that has it most often has each n-gram, by order.
    const most = Array.from({ length: order }, () => new Map<string, number>());
    let nearest = Infinity;
    for (const reference of references) {
      const theirs = this.#wordsOf(reference);
      const farther = Math.abs(theirs.length - words.length) - Math.abs(nearest - words.length);
      if (farther < 0 || (farther === 0 && theirs.length < nearest)) nearest = theirs.length;
      for (const [i, counts] of most.entries()) {
        for (const [gram, count] of addGrams(new Map(), theirs, i + 1, ' ')) {
          if (count > (counts.get(gram) ?? 0)) counts.set(gram, count);
        }
      }
    }
    const counts = new Float64Array(2 + 2 * order);
    counts[0] = words.length;
    counts[1] = nearest;
    for (let i = 0; i < order; i++) {
      counts[2 + i] = matches(addGrams(new Map(), words, i + 1, ' '), most[i]!);
      counts[2 + order + i] = Math.max(0, words.length - i);
    }
    return counts;
  }

  override scoreOf(sums: Float64Array, nrefs: number | 'var'): BLEUScore {
    const order = this.#order;
    const sysLen = sums[0]!;
    const refLen = sums[1]!;
    const counts = [...sums.subarray(2, 2 + order)];
    const totals = [...sums.subarray(2 + order)];
    const bp = sysLen >= refLen ? 1 : sysLen > 0 ? Math.exp(1 - refLen / sysLen) : 0;
    const precisions = counts.map(() => 0);
    let used = order;
    let score = 0;
    if (counts.some((count) => count > 0)) {
      const found = this.#smooth(counts, totals, precisions);
      if (this.#effectiveOrder) used = found;
      let logs = 0;
      for (let i = 0; i < used; i++) logs += Math.log(precisions[i]!);
      score = bp * Math.exp(logs / used);
    }
    const signature = this.#signature(nrefs);
    return new BLEUScore({ score, signature, counts, totals, precisions, bp, sysLen, refLen });
  }

  /** Fills in the precisions, adds to counts and totals what smoothing does, and gives how many orders the hypotheses have n-grams of. */
  #smooth(counts: number[], totals: number[], precisions: number[]): number {
    let halves = 1;
    for (let i = 0; i < counts.length; i++) {
      if (this.#smoothMethod === 'add-k' && i > 0) {
        counts[i]! += this.#smoothValue;
        totals[i]! += this.#smoothValue;
      }
      const total = totals[i]!;
      if (total === 0) return i;
      let count = counts[i]!;
      if (count === 0 && this.#smoothMethod === 'exp') count = 1 / (halves *= 2);
      if (count === 0 && this.#smoothMethod === 'floor') count = this.#smoothValue;
      precisions[i] = (100 * count) / total;
    }
    return counts.length;
  }

  #wordsOf(line: string): string[] {
    return tokenize(this.#tokenize, trimEnd(this.#lowercase ? line.toLowerCase() : line));
  }

  #signature(nrefs: number | 'var'): string {
    const method = this.#smoothMethod;
    const value = smoothDefaults[method] === null ? '' : `[${fixed(this.#smoothValue, 2)}]`;
    return signatureOf(nrefs, {
      case: this.#lowercase ? 'lc' : 'mixed',
      eff: this.#effectiveOrder ? 'yes' : 'no',
      tok: this.#tokenize,
      smooth: method + value,
    });
  }
}
