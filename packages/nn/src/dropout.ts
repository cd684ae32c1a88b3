import {
  guardedOptions,
  rand,
  requireThat,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { drawLike, type InitOptions } from './init/basic.ts';
import { Module } from './module.ts';

/** Options of the function `dropout`. */
export interface DropoutFunctionOptions extends InitOptions {
  /** The probability of a zero. Default 0.5. */
  readonly p?: number;
  /** Without training, the input passes unchanged. Default true. */
  readonly training?: boolean;
}

/**
 * Sets elements to zero, each with probability p, and scales the others by 1/(1 - p), so that the
 * expected value stays. Same as `torch.nn.functional.dropout`. Throws RangeError unless 0 ≤ p ≤ 1.
 *
 * @example
 * import { dropout } from '@kasane/nn';
 * import { ones } from '@kasane/tensor-core';
 * const y = dropout(ones([10000]), { p: 0.2 });
 * y.notEqual(0).cast('float32').mean().item().toFixed(1); // => 0.8
 *
 * @see Srivastava et al. (2014), Dropout: A Simple Way to Prevent Neural Networks from Overfitting.
 */
export function dropout(input: Tensor, options: DropoutFunctionOptions = {}): Tensor {
  const { p = 0.5, training = true } = options;
  checkProbability(p);
  if (!training || p === 0) return input;
  // With p = 1 nothing is kept. What is dropped is left out, not multiplied by 0, which would keep NaN.
  const kept = rand(input.shape, drawLike(input, options)).greaterEqual(p);
  return kept.where(input.mul(p === 1 ? 0 : 1 / (1 - p)), 0);
}

/** Options of `Dropout`. */
export interface DropoutOptions {
  /** Where the masks are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * Sets elements to zero while training, each with probability p, and scales the others by 1/(1 - p);
 * the identity in evaluation.
 *
 * Same as `torch.nn.Dropout`. Throws RangeError unless 0 ≤ p ≤ 1.
 *
 * @example
 * import { Dropout } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * new Dropout(0.5).eval().forward(tensor([1, 2])).toArray(); // => [1,2]
 *
 * @see Srivastava et al. (2014), Dropout: A Simple Way to Prevent Neural Networks from Overfitting.
 * @category Layers
 */
export class Dropout extends Module {
  /** The probability of a zero. */
  p: number;
  readonly #options: DropoutOptions;

  constructor(p: number = 0.5, options: DropoutOptions = {}) {
    super();
    checkProbability(p);
    this.p = p;
    this.#options = options;
  }

  forward(input: Tensor): Tensor {
    const { p } = guardedOptions(this);
    return dropout(input, { ...this.#options, p, training: this.training });
  }
}

function checkProbability(p: number): void {
  requireThat(p >= 0 && p <= 1, 'dropout', 'p', p, 'from 0 to 1');
}
