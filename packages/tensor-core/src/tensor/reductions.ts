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
  /**
   * $\sum x$ over dims, of everything by default; int32 stays so, and bools become it, where PyTorch makes int64
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  sum(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(sum, this, dims, options, reduceInRuns);
  }
  /**
   * $\tfrac1n \sum x$ over dims, of everything by default; NaN of nothing; integers, which PyTorch refuses, become float32
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  mean(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(mean, this, dims, options, reduceInRuns);
  }
  /**
   * $\prod x$ over dims, of everything by default; 1 of nothing; PyTorch's takes one dim, and makes int64 of integers
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  prod(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(prod, this, dims, options);
  }
  /**
   * the largest values over dims, $\max x$; NaN if there is one; ties share the gradient
   *
   * Same as `torch.amax`. `torch.max` with a dim gives the positions too, here `argmax`, and with another tensor is `maximum`.
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice, and of nothing.
   */
  max(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(max, this, dims, options);
  }
  /**
   * the smallest values over dims, $\min x$; NaN if there is one; ties share the gradient
   *
   * Same as `torch.amin`. `torch.min` with a dim gives the positions too, here `argmin`, and with another tensor is `minimum`.
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice, and of nothing.
   */
  min(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(min, this, dims, options);
  }
  /**
   * where the largest value of a dim stands, $\operatorname{argmax}_i x_i$, as int32 (PyTorch: int64); without a dim, in the
   * flattened tensor; the first of equals, or the first NaN
   *
   * @throws {@link ShapeError} for a dim that there is not, and of nothing.
   */
  argmax(dim?: number, options?: ReduceOptions): Tensor {
    return applyReduction(argmax, this, dim, options);
  }
  /**
   * where the smallest value of a dim stands, $\operatorname{argmin}_i x_i$, as int32 (PyTorch: int64); without a dim, in the
   * flattened tensor; the first of equals, or the first NaN
   *
   * @throws {@link ShapeError} for a dim that there is not, and of nothing.
   */
  argmin(dim?: number, options?: ReduceOptions): Tensor {
    return applyReduction(argmin, this, dim, options);
  }
  /**
   * are all values nonzero, as bool; true of nothing
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  all(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(all, this, dims, options, reduceInRuns);
  }
  /**
   * is any value nonzero, as bool; false of nothing
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  any(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(any, this, dims, options, reduceInRuns);
  }
  /**
   * $\ln \sum e^x$ over dims, of everything by default, without overflow: `torch.logsumexp`
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  logSumExp(dims?: number | readonly number[], options?: ReduceOptions): Tensor {
    return applyReduction(logSumExp, this, dims, options);
  }
  /**
   * $\sum (x - \bar x)^2 / \max(0, n - \text{correction})$ over dims: `torch.var`, for integers too
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  variance(dims?: number | readonly number[], options?: VarianceOptions): Tensor {
    return applySpread(variance, asTensor(this), dims, options);
  }
  /**
   * $\sqrt{\sum (x - \bar x)^2 / \max(0, n - \text{correction})}$ over dims; where it is 0, so is the gradient
   *
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  std(dims?: number | readonly number[], options?: VarianceOptions): Tensor {
    return applySpread(std, asTensor(this), dims, options);
  }
  /**
   * $(\sum |x|^p)^{1/p}$ over dims; p is 2 by default, Infinity for the largest |x|
   *
   * The dims come first, and p is an option; `torch.norm` has p first, and also counts what is not 0 with `p=0`.
   *
   * @throws RangeError unless p is above 0.
   * @throws {@link ShapeError} for a dim that there is not, or twice.
   */
  norm(dims?: number | readonly number[], options?: NormOptions): Tensor {
    return norm(asTensor(this), dims, options);
  }
  /**
   * running sums along a dim, $y_i = x_0 + \dots + x_i$
   *
   * @throws {@link ShapeError} for a dim that there is not.
   */
  cumsum(dim: number): Tensor {
    return applyAlongDim(cumsum, [asTensor(this)], dim);
  }
  /**
   * running products along a dim, $y_i = x_0 \cdots x_i$
   *
   * @throws {@link ShapeError} for a dim that there is not.
   */
  cumprod(dim: number): Tensor {
    return applyAlongDim(cumprod, [asTensor(this)], dim);
  }
  /**
   * $y_i = e^{x_i} / \sum_j e^{x_j}$ along a dim; integers, which PyTorch refuses, become float32
   *
   * @throws {@link ShapeError} for a dim that there is not.
   */
  softmax(dim: number): Tensor {
    return applyAlongDim(softmax, [asTensor(this)], dim);
  }
  /**
   * $y_i = x_i - \ln \sum_j e^{x_j}$ along a dim; integers, which PyTorch refuses, become float32
   *
   * @throws {@link ShapeError} for a dim that there is not.
   */
  logSoftmax(dim: number): Tensor {
    return applyAlongDim(logSoftmax, [asTensor(this)], dim);
  }
  /**
   * the values added up until the shape is `shape`: the inverse of broadcasting, `sum_to_size` of PyTorch
   *
   * @throws {@link ShapeError} unless `shape` broadcasts to the shape of this.
   */
  sumTo(shape: Shape): Tensor {
    checkShape('sumTo', shape);
    if (sameShape(shape, this.shape)) return asTensor(this);
    return this.sum(stretchedDims(this.shape, shape)).reshape(shape);
  }
}
