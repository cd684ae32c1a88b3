import { DataError, optionsOf } from '@kasane/tensor-core';
import { fixed } from './words.ts';

/** Which definitions the numbers follow, the last word of a signature: raised when a change of this package changes a score. */
const version = 'kasane-1';

/** How a score is written. */
export interface FormatOptions {
  /** Decimals, at most 40. Default 2. */
  readonly width?: number;
  /** With the settings that it was computed with. Default false. */
  readonly signature?: boolean;
}

/**
 * The references of a corpus: one list for each set of references, in each one for every hypothesis. Where a sentence has fewer references
 * than others, null or undefined stands in the rest.
 */
export type References = readonly (readonly (string | null | undefined)[])[];

/** What the sentences of a corpus add to its score. */
export interface CorpusCounts {
  /** As many for each sentence; their sum is what the score is computed of. */
  readonly counts: readonly Float64Array[];
  /** References of each sentence. */
  readonly nrefs: number | 'var';
}

/**
 * A score of a corpus or a sentence.
 *
 * @example
 * import { CHRF } from '@kasane/seq2seq/metrics';
 * const score = new CHRF().sentenceScore('a cat', ['the cat']);
 * score.format({ width: 1 }); // => chrF2 = 31.2
 * score.format({ signature: true }); // => chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:kasane-1 = 31.25
 * @category Metrics
 */
export abstract class CorpusScore {
  /** In percent. */
  readonly score: number;
  /** `BLEU`, `chrF2++`, `TER`. */
  readonly name: string;
  /** What one has to know to get the same number, such as `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:kasane-1`. */
  readonly signature: string;

  constructor(name: string, parts: Pick<CorpusScore, 'score' | 'signature'>) {
    this.name = name;
    this.score = parts.score;
    this.signature = parts.signature;
  }

  /** What is printed behind the score. */
  protected details(): string {
    return '';
  }

  /** As sacrebleu prints it: `BLEU = 34.20 71.4/…`, with its signature `BLEU|nrefs:1|… = 34.20 …`. */
  format(options?: FormatOptions): string {
    const { width = 2, signature = false } = optionsOf('format', options, ['width', 'signature']);
    const name = signature ? `${this.name}|${this.signature}` : this.name;
    return `${name} = ${fixed(this.score, width)}${this.details()}`;
  }

  /** As `format` without options. */
  toString(): string {
    return this.format();
  }
}

/**
 * What BLEU, chrF and TER have in common: counts of each sentence, summed over the corpus, of which the score is computed.
 *
 * An own metric says how many references it found, how it counts a sentence, and what the sums mean; `pairedBootstrap` takes it like the others. As
 * sacrebleu's `Metric`.
 *
 * @throws {@link DataError} if there are no hypotheses, or not as many in every set of references, or one has no reference.
 * @throws TypeError for what is no text.
 *
 * @example
 * import { CorpusMetric, CorpusScore } from '@kasane/seq2seq/metrics';
 * // How many sentences are right to the letter, in percent.
 * class ExactMatch extends CorpusMetric {
 *   protected readonly owner = 'ExactMatch';
 *   protected countsOf(hypothesis: string, references: readonly string[]): Float64Array {
 *     return Float64Array.of(Number(references.includes(hypothesis)), 1);
 *   }
 *   scoreOf(sums: Float64Array, nrefs: number | 'var'): CorpusScore {
 *     return new Exact('exact', { score: (100 * sums[0]!) / sums[1]!, signature: `nrefs:${nrefs}` });
 *   }
 * }
 * class Exact extends CorpusScore {}
 * new ExactMatch().corpusScore(['a', 'b'], [['a', 'c']]).toString(); // => exact = 50.00
 * @category Metrics
 */
export abstract class CorpusMetric<Score extends CorpusScore = CorpusScore> {
  /** What the error messages call it. */
  protected abstract readonly owner: string;

  /** The counts of one sentence; as many for each. */
  protected abstract countsOf(hypothesis: string, references: readonly string[]): Float64Array;

  /** The score of summed counts; `nrefs` is how many references the sentences have, `'var'` if not all have as many. */
  abstract scoreOf(counts: Float64Array, nrefs: number | 'var'): Score;

  /**
   * The score of all hypotheses; `references[k][i]` is reference k of hypothesis i.
   *
   * @throws {@link DataError} unless each has a reference.
   */
  corpusScore(hypotheses: readonly string[], references: References): Score {
    const { counts, nrefs } = this.statistics(hypotheses, references);
    return this.scoreOf(sum(counts), nrefs);
  }

  /** The score of one hypothesis with its references. */
  sentenceScore(hypothesis: string, references: readonly string[]): Score {
    if (!Array.isArray(references)) {
      throw new TypeError(
        `${this.owner}: the references of a sentence must be an array of strings, got ${typeof references}. Write [reference].`,
      );
    }
    return this.corpusScore(
      [hypothesis],
      references.map((one) => [one]),
    );
  }

  /** The counts of each sentence, and how many references each has. */
  statistics(hypotheses: readonly string[], references: References): CorpusCounts {
    checkCorpus(this.owner, hypotheses, references);
    let nrefs: number | 'var' | undefined;
    const counts = hypotheses.map((hypothesis, i) => {
      const found = references.flatMap((set) => set[i] ?? []);
      if (found.length === 0) {
        throw new DataError(
          `${this.owner}: hypothesis ${i} has no reference; each needs one at least, which may be ''.`,
        );
      }
      nrefs = nrefs === undefined || nrefs === found.length ? found.length : 'var';
      return this.countsOf(hypothesis, found);
    });
    return { counts, nrefs: nrefs! };
  }
}

/** All counts together. */
export function sum(counts: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(counts[0]!.length);
  for (const one of counts) for (let i = 0; i < total.length; i++) total[i]! += one[i]!;
  return total;
}

function checkCorpus(owner: string, hypotheses: readonly string[], references: References): void {
  if (!isList(hypotheses, isText)) {
    throw new TypeError(`${owner}: the hypotheses must be an array of strings.`);
  }
  if (!isList(references, (set) => isList(set, (one) => one == null || isText(one)))) {
    throw new TypeError(
      `${owner}: the references must be an array of arrays of strings, one array for each set of references. For one set write [references].`,
    );
  }
  if (hypotheses.length === 0) throw new DataError(`${owner}: there are no hypotheses to score.`);
  if (references.length === 0)
    throw new DataError(`${owner}: there are no references to score by.`);
  for (const [k, set] of references.entries()) {
    if (set.length === hypotheses.length) continue;
    throw new DataError(
      `${owner}: set ${k} of the references has ${set.length} sentences for ${hypotheses.length} hypotheses; every set needs one for each, or null.`,
    );
  }
}

const isText = (value: unknown): boolean => typeof value === 'string';

function isList(value: unknown, holds: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(holds);
}

/** The signature of a score: how many references, the settings, and whose numbers these are. */
export function signatureOf(
  nrefs: number | 'var',
  settings: Readonly<Record<string, string | number>>,
): string {
  return Object.entries({ nrefs, ...settings, version })
    .map(([name, value]) => `${name}:${value}`)
    .join('|');
}
