import {
  formatShape,
  guardedOptions,
  noGrad,
  ones,
  requireWhole,
  run,
  scope,
  ShapeError,
  sizeOf,
  stack,
  zeros,
  optionsOf,
  defaultBackend,
  type Tensor,
} from '@kasane/tensor-core';
import { layerNames, type LayerOptions } from './layer-options.ts';
import { Module } from './module.ts';
import { scaleAndShift } from './new-parameter.ts';
import { moments, normalize } from './ops/normalize.ts';
import { Buffer, type Parameter } from './parameter.ts';
import { checkTensor, wrongShape } from './shapes.ts';

/** Options of batch normalisation. */
export interface BatchNormOptions extends LayerOptions {
  /** Added to the variance. Default 1e-5. */
  readonly eps?: number;
  /** The weight of a new batch in the running statistics; null for their plain average. Default 0.1. */
  readonly momentum?: number | null;
  /** Learn a scale and a shift per feature. Default true. */
  readonly affine?: boolean;
  /** Keep running statistics for evaluation; else each batch is its own reference. Default true. */
  readonly trackRunningStats?: boolean;
}

/**
 * Batch normalisation over every dimension but the second; what `BatchNorm1d` and its relatives in other packages
 * share. They say which numbers of dimensions they accept.
 *
 * $$ y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \epsilon}} \, \gamma + \beta, \quad
 * r \leftarrow (1 - m) \, r + m \, s $$
 *
 * with r the running mean and variance, s the mean and the unbiased variance of a batch, m the momentum, or one by the number
 * of batches if it is null.
 *
 * @throws RangeError unless numFeatures is a whole number ≥ 1.
 * @throws {@link ShapeError} for a single value per feature while training.
 *
 * @example
 * import { BatchNorm } from '@kasane/nn';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * class AnyBatchNorm extends BatchNorm {
 *   protected checkInput(_input: Tensor): void {}
 * }
 * new AnyBatchNorm(1, { eps: 0 }).forward(tensor([[1], [3]])).toArray(); // => [[-1],[1]]
 */
export abstract class BatchNorm extends Module {
  /** The size of the input's second dimension. */
  readonly numFeatures: number;
  /** Added to the variance. */
  eps: number;
  /** The weight of a new batch in the running statistics; null for their plain average. */
  momentum: number | null;
  /** γ, or null. */
  readonly weight: Parameter | null;
  /** β, or null. */
  readonly bias: Parameter | null;
  /** The means used in evaluation, or null. */
  readonly runningMean: Buffer | null;
  /** The unbiased variances used in evaluation, or null. */
  readonly runningVar: Buffer | null;
  /** How many batches the running statistics have seen, or null. */
  readonly numBatchesTracked: Buffer | null;

  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super();
    const owner = this.constructor.name;
    const names = ['eps', 'momentum', 'affine', 'trackRunningStats', ...layerNames] as const;
    const given = optionsOf(owner, options, names);
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = given;
    const { dtype = 'float32', backend = defaultBackend() } = given;
    requireWhole('BatchNorm', 'numFeatures', numFeatures, 1);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    [this.weight, this.bias] = scaleAndShift(affine, [numFeatures], options);
    // In a scope, so that the buffers alone hold their memory.
    [this.runningMean, this.runningVar, this.numBatchesTracked] = scope(() =>
      trackRunningStats
        ? [
            new Buffer(zeros([numFeatures], { dtype, backend })),
            new Buffer(ones([numFeatures], { dtype, backend })),
            new Buffer(zeros([], { dtype: 'int32', backend })),
          ]
        : [null, null, null],
    );
  }

  /** Throws ShapeError unless the layer takes inputs of this shape. */
  protected abstract checkInput(input: Tensor): void;

  forward(input: Tensor): Tensor {
    checkTensor(this, input);
    this.checkInput(input);
    const { runningMean, runningVar, eps } = guardedOptions(this);
    const [batch, groups, ...rest] = input.shape as [number, number, ...number[]]; // checked
    const how = { batch, groups, inner: sizeOf(rest), each: false, centred: true, eps };
    if (this.training && input.size === groups) {
      throw new ShapeError(
        `${this.constructor.name}: one value per feature has no variance, got input ${formatShape(input.shape)}. Use a larger batch, or eval().`,
      );
    }
    const stats =
      this.training || runningMean === null || runningVar === null
        ? run(moments, [input], how)
        : stack([runningMean, runningVar.add(eps).rsqrt()]);
    if (this.training) this.#track(batch * how.inner, stats);
    return normalize(input, [this.weight, this.bias], how, stats);
  }

  /** running ← (1 - m)·running + m·batch, with m the momentum, or 1/n for the plain average of n. */
  #track(n: number, stats: Tensor): void {
    const { runningMean, runningVar, numBatchesTracked: count, momentum } = guardedOptions(this);
    if (runningMean === null || runningVar === null || count === null) return;
    noGrad(() =>
      scope(() => {
        count.assign(count.add(1));
        if (n === 0) return;
        const m = momentum ?? count.cast(runningMean.dtype).reciprocal();
        const blend = (running: Tensor, batch: Tensor): Tensor =>
          running.add(batch.cast(running.dtype).sub(running).mul(m));
        runningMean.assign(blend(runningMean, stats.select(0, 0)));
        runningVar.assign(blend(runningVar, stats.select(0, 2).mul(n / (n - 1)))); // unbiased
      }),
    );
  }
}

/**
 * Normalises each feature over the batch, and over the length where there is one.
 *
 * $$ y = \frac{x - \mathrm{E}[x]}{\sqrt{\mathrm{Var}[x] + \epsilon}} \, \gamma + \beta $$
 *
 * | tensor                                | shape                                |
 * | ------------------------------------- | ------------------------------------ |
 * | input                                 | (N, numFeatures), (N, numFeatures, L) |
 * | output                                | as the input                         |
 * | weight, bias, runningMean, runningVar | (numFeatures)                        |
 *
 * While training, mean and (biased) variance are those of the batch; in evaluation, the running ones. γ starts as ones, β as
 * zeros. Same as `torch.nn.BatchNorm1d`. An empty batch is counted, but leaves the running statistics alone.
 *
 * @throws RangeError unless numFeatures is a whole number ≥ 1.
 * @throws {@link ShapeError} for other shapes, and for a single value per feature while training.
 *
 * @example
 * import { BatchNorm1d } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const norm = new BatchNorm1d(2, { eps: 0 });
 * norm.forward(tensor([[1, 10], [3, 30]])).toArray(); // => [[-1,-1],[1,1]]
 * norm.numBatchesTracked!.item(); // => 1
 *
 * @see Ioffe and Szegedy (2015), Batch Normalization: Accelerating Deep Network Training by Reducing
 * Internal Covariate Shift.
 * @category Normalisation
 */
export class BatchNorm1d extends BatchNorm {
  protected checkInput(input: Tensor): void {
    const { ndim, shape } = input;
    const c = this.numFeatures;
    if ((ndim === 2 || ndim === 3) && shape[1] === c) return;
    throw wrongShape('BatchNorm1d', input, ` must have shape (N, ${c}) or (N, ${c}, L)`);
  }
}
