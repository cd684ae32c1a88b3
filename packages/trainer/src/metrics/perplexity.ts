import { crossEntropy } from '@kasane/nn';
import { optionsOf, noGrad, scope, type Tensor } from '@kasane/tensor-core';
import { Metric, requireOutputAndTarget } from './metric.ts';

/** Options of `Perplexity`. */
export interface PerplexityOptions {
  /** A target that does not count, such as padding. Default -100. */
  readonly ignoreIndex?: number;
}

/**
 * Among how many equally likely words a language model would be as uncertain: the exponential of the mean cross-entropy of all targets.
 *
 * $$ \exp \Big( -\frac{1}{n} \sum_i \log p(y_i) \Big) $$
 *
 * | tensor | shape                         |
 * | ------ | ----------------------------- |
 * | output | (N, C, ...) scores, as logits |
 * | target | (N, ...) class indices, int32 |
 *
 * torchmetrics' `Perplexity` has the classes last. NaN before the first target.
 *
 * @throws {@link ShapeError} and DTypeError as `crossEntropy` does.
 *
 * @example
 * import { Perplexity } from '@kasane/trainer';
 * import { tensor, zeros } from '@kasane/tensor-core';
 * const perplexity = new Perplexity();
 * await perplexity.update(zeros([2, 8]), tensor([3, 5], { dtype: 'int32' }));
 * perplexity.compute().toFixed(4); // => 8.0000
 *
 * @category Metrics
 */
export class Perplexity extends Metric<number, { sum: number; count: number }> {
  override readonly higherIsBetter: boolean | null = false;
  readonly #ignoreIndex: number;

  constructor(options?: PerplexityOptions) {
    const { ignoreIndex = -100 } = optionsOf('Perplexity', options, ['ignoreIndex']);
    super(() => ({ sum: 0, count: 0 }));
    this.#ignoreIndex = ignoreIndex;
  }

  /** Adds a batch. */
  async update(output: Tensor, target: Tensor): Promise<void> {
    requireOutputAndTarget('Perplexity', output, target);
    const options = { ignoreIndex: this.#ignoreIndex, reduction: 'sum' } as const;
    const total = noGrad(() => scope(() => crossEntropy(output, target, options)));
    const [[sum], targets] = await Promise.all([total.data(), target.data()]);
    total.dispose();
    this.sums.sum += sum!;
    for (const label of targets) if (label !== this.#ignoreIndex) this.sums.count++;
  }

  /** The value over all samples since the last `reset`. */
  compute(): number {
    return Math.exp(this.sums.sum / this.sums.count);
  }
}
