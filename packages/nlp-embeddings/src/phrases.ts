import { optionsOf, requireThat, requireWhole, shown } from '@kasane/tensor-core';
import { requireEach } from './given.ts';

/** What is known of two neighbours and decides how well they go together. */
export interface PhraseCounts {
  /** How often the first word was seen. */
  readonly first: number;
  /** How often the second word was seen. */
  readonly second: number;
  /** How often one followed the other. */
  readonly both: number;
  readonly minCount: number;
  /** How many different words and pairs were seen. */
  readonly vocabularySize: number;
  /** How many words were seen. */
  readonly words: number;
}

/** Options of `Phrases`. */
export interface PhrasesOptions {
  /** Pairs that are seen less often are no phrases. Default 5. */
  readonly minCount?: number;
  /** A phrase's score is above it. Default 10; with npmi, which is from -1 to 1, something like 0.5. */
  readonly threshold?: number;
  /**
   * How well two words go together: `'default'` is that of Mikolov et al., `'npmi'` the normalised pointwise mutual information;
   * or a function of one's own. Default `'default'`.
   */
  readonly scoring?: 'default' | 'npmi' | ((counts: PhraseCounts) => number);
  /** Stands between the words of a phrase. Default `'_'`. */
  readonly delimiter?: string;
  /** Words that may stand inside of a phrase and are not counted: "Bank of England" is one of "Bank" and "England". Default none. */
  readonly connectorWords?: Iterable<string>;
}

const scorers = {
  // (ab - minCount) / (a * b) * size
  default: ({ first, second, both, minCount, vocabularySize }: PhraseCounts): number =>
    ((both - minCount) / first / second) * vocabularySize,
  // ln(p(ab) / (p(a) p(b))) / -ln p(ab)
  npmi: ({ first, second, both, minCount, words }: PhraseCounts): number =>
    both < minCount
      ? -Infinity
      : Math.log(both / words / ((first / words) * (second / words))) / -Math.log(both / words),
};

/**
 * Pairs of words that belong together, found by how often they are seen as neighbours: "new york" becomes the word `new_york`.
 *
 * $$ \mathrm{score}(a, b) = \frac{\mathrm{count}(ab) - \mathrm{minCount}}{\mathrm{count}(a) \, \mathrm{count}(b)} \cdot \mathrm{size} $$
 *
 * where size counts the different words and pairs; with `'npmi'`
 *
 * $$ \mathrm{score}(a, b) = \ln \frac{p(ab)}{p(a) \, p(b)} \Big/ {-\ln p(ab)} $$
 *
 * and no phrase that was seen less than minCount times. Longer phrases come of a second pass over the sentences of the first. As gensim's
 * `Phrases`, with its numbers; it forgets rare words beyond 40 million (`max_vocab_size`), this one keeps all. As there, a word
 * that is written like a phrase is counted with it.
 *
 * @throws RangeError for a minCount that is no whole number ≥ 1 or a threshold that is NaN.
 * @throws TypeError for a sentence that is no list of words.
 *
 * @example
 * import { Phrases } from '@kasane/nlp-embeddings';
 * const sentences = [
 *   ['in', 'new', 'york'],
 *   ['new', 'york', 'is', 'big'],
 *   ['a', 'new', 'day', 'in', 'york'],
 * ];
 * const phrases = new Phrases(sentences, { minCount: 1, threshold: 1 });
 * phrases.apply(['i', 'love', 'new', 'york']); // => ["i","love","new_york"]
 * phrases.findPhrases(sentences).get('new_york'); // => 1.6667
 * @see Mikolov et al. (2013), Distributed Representations of Words and Phrases and their Compositionality.
 */
export class Phrases {
  readonly minCount: number;
  readonly threshold: number;
  readonly delimiter: string;
  readonly connectorWords: ReadonlySet<string>;
  /** How often each word and each pair of neighbours was seen. */
  readonly counts: Map<string, number> = new Map();
  readonly #score: (counts: PhraseCounts) => number;
  #words = 0;

  constructor(sentences: Iterable<readonly string[]> = [], options?: PhrasesOptions) {
    const {
      minCount = 5,
      threshold = 10,
      scoring = 'default',
      delimiter = '_',
      connectorWords = [],
    } = optionsOf('Phrases', options, [
      'minCount',
      'threshold',
      'scoring',
      'delimiter',
      'connectorWords',
    ]);
    requireWhole('Phrases', 'minCount', minCount, 1);
    requireThat(!Number.isNaN(threshold), 'Phrases', 'threshold', threshold, 'a number');
    if (typeof scoring !== 'function' && !Object.hasOwn(scorers, scoring)) {
      throw new TypeError(
        `Phrases: scoring must be 'default', 'npmi' or a function, got ${shown(scoring)}.`,
      );
    }
    this.minCount = minCount;
    this.threshold = threshold;
    this.delimiter = delimiter;
    this.connectorWords = new Set(connectorWords);
    this.#score = typeof scoring === 'function' ? scoring : scorers[scoring];
    this.addVocab(sentences);
  }

  /** Counts further sentences. */
  addVocab(sentences: Iterable<readonly string[]>): void {
    requireEach('Phrases', 'sentences, each an array of words', sentences);
    const count = (key: string): void => {
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    };
    for (const sentence of sentences) {
      this.#words += words(sentence).length;
      let first: string | null = null;
      let between: string[] = [];
      for (const word of sentence) {
        if (this.connectorWords.has(word)) {
          between.push(word);
          continue;
        }
        count(word);
        if (first !== null) count(this.#joined(first, between, word));
        [first, between] = [word, []];
      }
    }
  }

  /** The words of a sentence, neighbours that are a phrase made one word. */
  apply(sentence: readonly string[]): string[] {
    return this.#analyze(sentence).flatMap(({ tokens }) => tokens);
  }

  /** The phrases that stand in sentences, with their scores. */
  findPhrases(sentences: Iterable<readonly string[]>): Map<string, number> {
    requireEach('Phrases.findPhrases', 'sentences, each an array of words', sentences);
    const found = new Map<string, number>();
    for (const sentence of sentences) {
      for (const { tokens, score } of this.#analyze(sentence)) {
        if (score !== null) found.set(tokens[0]!, score);
      }
    }
    return found;
  }

  /** Parts of a sentence, from the left: a phrase with its score, or words without. */
  #analyze(sentence: readonly string[]): { tokens: string[]; score: number | null }[] {
    const parts: { tokens: string[]; score: number | null }[] = [];
    let first: string | null = null;
    let between: string[] = [];
    const flush = (): void => {
      parts.push({ tokens: first === null ? between : [first, ...between], score: null });
    };
    for (const word of words(sentence)) {
      if (this.connectorWords.has(word)) {
        between.push(word);
        continue;
      }
      const score = first === null ? null : this.#scoreOf(first, between, word);
      if (first !== null && score !== null) {
        parts.push({ tokens: [this.#joined(first, between, word)], score });
        first = null;
      } else {
        flush();
        first = word;
      }
      between = [];
    }
    flush();
    return parts;
  }

  /** Above the threshold, or null. */
  #scoreOf(first: string, between: readonly string[], second: string): number | null {
    const seen = (word: string): number => this.counts.get(word) ?? 0;
    const counts = {
      first: seen(first),
      second: seen(second),
      both: seen(this.#joined(first, between, second)),
      minCount: this.minCount,
      vocabularySize: this.counts.size,
      words: this.#words,
    };
    if (counts.first === 0 || counts.second === 0 || counts.both === 0) return null;
    const score = this.#score(counts);
    return score > this.threshold ? score : null;
  }

  #joined(first: string, between: readonly string[], second: string): string {
    return [first, ...between, second].join(this.delimiter);
  }
}

function words(sentence: readonly string[]): readonly string[] {
  if (Array.isArray(sentence)) return sentence;
  throw new TypeError(
    `Phrases: a sentence must be a list of words, got ${shown(sentence)}; text.split(' ') makes one.`,
  );
}
