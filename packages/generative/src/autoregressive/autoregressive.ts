import { Module } from '@kasane/nn';
import {
  defaultGenerator,
  noGrad,
  optionsOf,
  requireFunction,
  requireWhole,
  scope,
  tensor,
  type Generator,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { BernoulliLikelihood } from '../autoencoders/likelihood.ts';
import { samplingNames, type SamplingOptions } from '../diffusion/sampling.ts';

/** Options of the `sample` of an autoregressive model. */
export interface AutoregressiveSampleOptions extends SamplingOptions {
  /** Where elements are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

const likelihood = new BernoulliLikelihood();

/**
 * What models of binary data share that say of each element how likely it is 1, given those before it: the exact probability, and samples
 * drawn one element after another.
 *
 * $$ \log p(x) = \sum_i \log p(x_i \mid x_1, \ldots, x_{i-1}) $$
 *
 * @throws RangeError if `sample` is asked for a number that is not a whole one of at least 1.
 * @throws {@link ShapeError} if samples have not the shape of the model.
 *
 * @example
 * import { Autoregressive, MADE, PixelCNN } from '@kasane/generative';
 * [new MADE(4), new PixelCNN()].every((model) => model instanceof Autoregressive); // => true
 *
 * @category Autoregressive
 */
export abstract class Autoregressive extends Module {
  /** The logits of 1, of the shape of the input (N, …); each depends on the elements before its own alone. */
  abstract override forward(x: Tensor): Tensor;
  /** A tensor of the dtype and on the backend of the model. */
  protected abstract get like(): Tensor;

  /**
   * log p of binary samples (N, …), in nats: (N). The negative mean is the loss to train with. Values outside of 0 to 1 have -Infinity; between
   * them it is no probability, but what `BernoulliLikelihood` makes of grey: make such data binary first.
   */
  logProb(x: Tensor): Tensor {
    return likelihood.logProb(this.forward(x), x).flatten(1).sum(1);
  }

  /**
   * Draws n samples of a shape, (n, …), without gradients: as many steps as there are elements, each of which asks the whole model. Gives
   * way to others every 16 ms.
   */
  protected async draw(
    n: number,
    shape: Shape,
    options: AutoregressiveSampleOptions | undefined,
  ): Promise<Tensor> {
    const owner = `${this.constructor.name}.sample`;
    const given = optionsOf(owner, options, ['generator', ...samplingNames]);
    const { generator = defaultGenerator(), onProgress, signal } = given;
    requireWhole(owner, 'n', n, 1);
    if (onProgress !== undefined) requireFunction(owner, onProgress);
    const turns = new Turns(signal);
    const size = shape.reduce((a, b) => a * b, 1);
    const drawn = new Float32Array(n * size);
    const { dtype, backend } = this.like;
    const values = (): Tensor => tensor(drawn, [n, ...shape], { dtype, backend });
    for (let i = 0; i < size; i++) {
      const logits = scope(() =>
        noGrad(() =>
          this.forward(values())
            .reshape([n, size])
            .slice(1, i, i + 1),
        ),
      );
      const read = await logits.data();
      logits.dispose();
      for (let row = 0; row < n; row++) {
        const isOne = generator.random() < 1 / (1 + Math.exp(-Number(read[row])));
        drawn[row * size + i] = isOne ? 1 : 0;
      }
      if (onProgress) {
        const soFar = values();
        onProgress({ step: i + 1, steps: size, values: soFar });
        soFar.dispose();
      }
      if (turns.due) await turns.give();
    }
    return values();
  }
}
