import { argmax, argmin } from '../ops/arg-extrema.ts';
import { stretchedDims } from '../ops/broadcast.ts';
import { cumprod, cumsum } from '../ops/cumulative.ts';
import { max, min } from '../ops/extrema.ts';
import { logSumExp } from '../ops/log-sum-exp.ts';
import { all, any } from '../ops/logical-reduce.ts';
import { norm, type NormOptions } from '../ops/norm.ts';
import { prod } from '../ops/prod.ts';
import { reduceInRuns, type ReduceOptions } from '../ops/reduce.ts';
import { logSoftmax, softmax } from '../ops/softmax.ts';
import { mean, sum } from '../ops/sum.ts';
import { applySpread, std, variance, type VarianceOptions } from '../ops/variance.ts';
import { checkShape, sameShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { applyAlongDim, applyReduction, asTensor } from './apply.ts';
import { Comparison } from './comparison.ts';

/** Reductions, and what runs along one dim: running sums, softmax. */
export class Reductions extends Comparison {
  /** the sum over dims, of everything by default */
  sum(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(sum, this, dims, options, reduceInRuns);
  }
  /** the mean over dims, of everything by default */
  mean(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(mean, this, dims, options, reduceInRuns);
  }
  /** the product over dims, of everything by default */
  prod(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(prod, this, dims, options);
  }
  /** the largest values over dims; NaN if there is one; ties share the gradient, as in `torch.amax` */
  max(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(max, this, dims, options);
  }
  /** the smallest values over dims; NaN if there is one; ties share the gradient, as in `torch.amin` */
  min(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(min, this, dims, options);
  }
  /** where the largest value of a dim stands, as int32; without a dim, in the flattened tensor */
  argmax(dim?: number, options?: ReduceOptions): Tensor {
    return applyReduction(argmax, this, dim, options);
  }
  /** where the smallest value of a dim stands, as int32; without a dim, in the flattened tensor */
  argmin(dim?: number, options?: ReduceOptions): Tensor {
    return applyReduction(argmin, this, dim, options);
  }
  /** are all values nonzero, as bool */
  all(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(all, this, dims, options, reduceInRuns);
  }
  /** is any value nonzero, as bool */
  any(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(any, this, dims, options, reduceInRuns);
  }
  /** log Σ eˣ over dims, without overflow */
  logSumExp(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(logSumExp, this, dims, options);
  }
  /** Σ (x - mean)² / (n - correction) over dims */
  variance(dims?: number | readonly number[], options?: VarianceOptions): Tensor {
    return applySpread(variance, asTensor(this), dims, options);
  }
  /** the square root of the variance; where it is 0, so is the gradient */
  std(dims?: number | readonly number[], options?: VarianceOptions): Tensor {
    return applySpread(std, asTensor(this), dims, options);
  }
  /** (Σ |x|ᵖ)^(1/p) over dims; p is 2 by default, Infinity for the largest |x| */
  norm(dims?: number | readonly number[], options?: NormOptions): Tensor {
    return norm(asTensor(this), dims, options);
  }
  /** running sums along a dim */
  cumsum(dim: number): Tensor {
    return applyAlongDim(cumsum, [asTensor(this)], dim);
  }
  /** running products along a dim */
  cumprod(dim: number): Tensor {
    return applyAlongDim(cumprod, [asTensor(this)], dim);
  }
  /** eˣ / Σ eˣ along a dim */
  softmax(dim: number): Tensor {
    return applyAlongDim(softmax, [asTensor(this)], dim);
  }
  /** x - log Σ eˣ along a dim */
  logSoftmax(dim: number): Tensor {
    return applyAlongDim(logSoftmax, [asTensor(this)], dim);
  }
  /** the values added up until the shape is `shape`: the inverse of broadcasting */
  sumTo(shape: Shape): Tensor {
    checkShape('sumTo', shape);
    if (sameShape(shape, this.shape)) return asTensor(this);
    return this.sum(stretchedDims(this.shape, shape)).reshape(shape);
  }
}
