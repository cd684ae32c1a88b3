import { shown } from '@kasane/tensor-core';

/**
 * Among how many equally likely tokens a model would be as uncertain: the exponential of the mean negative log-probability.
 *
 * $$ \exp \Big( -\frac{1}{n} \sum_i \log p_i \Big) $$
 *
 * Takes natural logarithms, one for each token; of a corpus those of all sentences, as a mean of sentences' perplexities is none. `Perplexity`
 * of `@kasane/trainer` is computed from logits. Infinity if a token was impossible, NaN for no tokens.
 *
 * @throws RangeError for a probability above 1, as a sign that the logarithms are negated or no logarithms.
 * @throws TypeError for what is no array of numbers.
 *
 * @example
 * import { perplexity } from '@kasane/seq2seq/metrics';
 * perplexity([Math.log(0.5), Math.log(0.125)]); // => 4
 * @category Metrics
 */
export function perplexity(logProbs: ArrayLike<number>): number {
  if (!Array.isArray(logProbs) && !ArrayBuffer.isView(logProbs)) {
    throw new TypeError(
      `perplexity: log-probabilities must be an array of numbers, got ${shown(logProbs)}. Of a tensor take the data.`,
    );
  }
  let sum = 0;
  for (let i = 0; i < logProbs.length; i++) {
    const one = logProbs[i]!;
    if (typeof one !== 'number') {
      throw new TypeError(
        `perplexity: log-probabilities must be numbers, got ${shown(one)} at ${i}.`,
      );
    }
    // What is certain may be rounded to a little more than 1.
    if (one > 1e-4) {
      throw new RangeError(
        `perplexity: log-probabilities must be ≤ 0, got ${one} at ${i}. Pass log p, not -log p.`,
      );
    }
    sum += one;
  }
  return Math.exp(-sum / logProbs.length);
}
