import { optionsOf } from '../options.ts';
import { run } from '../dispatch.ts';
import { isTensor } from '../given.ts';
import { gather, scatterAdd, takeAlongDim } from '../ops/gather.ts';
import { indexAdd, indexSelect, type IndexSelectOptions } from '../ops/index-select.ts';
import { maskedFill } from '../ops/masked-fill.ts';
import { oneHot } from '../ops/one-hot.ts';
import { stretched, where } from '../ops/where.ts';
import { normalizeDim } from '../shape.ts';
import type { Operand, Tensor } from '../tensor.ts';
import { applyAlongDim, applyUnary, asTensor, operand, scalar } from './apply.ts';
import { Movement } from './movement.ts';

/** Elements chosen by masks and indices. */
export class Indexing extends Movement {
  /** `a` where this bool tensor holds, else `b` */
  where(a: Operand, b: Operand): Tensor {
    // Two numbers are float32.
    const like = isTensor(a) ? a : isTensor(b) ? b : scalar(0, 'float32', this.backend);
    const operands = [asTensor(this), operand(like, a, where), operand(like, b, where)];
    return run(where, stretched(operands), undefined);
  }
  /** `value` where the bool mask holds; the dtype stays */
  maskedFill(mask: Tensor, value: Operand): Tensor {
    return maskedFill(asTensor(this), mask, value);
  }
  /**
   * For dim 1, out[i][j] = this[i][index[i][j]]: every element of the int32 `index` names a position
   * along `dim`. Negative indices are errors.
   */
  gather(dim: number, index: Tensor): Tensor {
    return applyAlongDim(gather, [asTensor(this), index], dim);
  }
  /** gather, with all dims but `dim` broadcast: what follows argmax and argsort */
  takeAlongDim(index: Tensor, dim: number): Tensor {
    return takeAlongDim(asTensor(this), index, dim);
  }
  /** for dim 1, src[i][j] added to element [i][index[i][j]]: the adjoint of gather */
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return applyAlongDim(scatterAdd, [asTensor(this), index, src], dim);
  }
  /** the slices of a dim that an int32 vector names, in its order */
  indexSelect(dim: number, index: Tensor, options?: IndexSelectOptions): Tensor {
    const given = optionsOf('indexSelect', options, ['sparseGrad', 'checked']);
    const attrs = { ...given, dim: normalizeDim('indexSelect', dim, this.ndim) };
    return run(indexSelect, [asTensor(this), index], attrs);
  }
  /** slice r of src added to slice index[r] of a dim: the adjoint of indexSelect */
  indexAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return applyAlongDim(indexAdd, [asTensor(this), index, src], dim);
  }
  /** a new last dim with a one at each int32 index and zeros elsewhere; float32, where PyTorch has int64 */
  oneHot(numClasses: number): Tensor {
    return applyUnary(oneHot, this, { numClasses });
  }
}
