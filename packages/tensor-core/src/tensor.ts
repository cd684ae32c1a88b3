/**
 * Tensor, the last of a chain of classes: what a tensor is stands in tensor-base.ts, its ops by their kind in
 * tensor/, each file a class that extends the one before it, and here are its copies.
 */
import type { Backend } from './backends/backend.ts';
import { isGradEnabled, noGrad, record, run } from './dispatch.ts';
import { checkDType, type DType } from './dtype.ts';
import { requireBackend } from './given.ts';
import { cast } from './ops/cast.ts';
import { full } from './ops/full.ts';
import { to } from './ops/to.ts';
import type { Shape } from './shape.ts';
import { TensorBase } from './tensor-base.ts';
import { Aliases } from './tensor/aliases.ts';
import { hints } from './tensor/hints.ts';
import { fromValues } from './tensor/from-values.ts';

/** A tensor, or a number that takes the tensor's dtype: int32 beside bool, float32 if it has a fraction. */
export type Operand = Tensor | number;

/**
 * A multi-dimensional array of numbers: immutable, contiguous, row-major.
 *
 * Results of ops on tensors that require gradients remember where they came from; `backward` of
 * `@kasane/autograd` walks that record. Memory frees itself; `dispose`, `using` and `scope` only make
 * it prompt.
 *
 * Unlike `torch.Tensor`, nothing is a view: `permute` and `slice` copy, only `reshape` and its
 * relatives share data, and no op writes in place. Activations, in PyTorch functions of
 * `torch.nn.functional`, are methods too.
 *
 * In the formulas of its methods $x$ is the tensor, $y$ the result or the other operand. Two operands broadcast as in
 * PyTorch, and take the dtype that `promoteTypes` gives; functions with fractions, such as `exp`, make float32 of int32
 * and bool. Negative dims count from the end. Reductions leave their dims out, or keep them with size 1 if `keepdim` is set.
 *
 * @throws {@link ShapeError} by ops whose rule the shapes or dims do not fit, and for results of more than 4 GiB. An
 * index out of range is found where the values are at hand; kernels of a gpu stay within bounds instead.
 * @throws {@link DTypeError} by ops for operands on two backends, for a dtype that the op has no result for, and for a
 * number that int32 beside it cannot hold.
 * @throws {@link ScopeError} by whatever needs the values of a tensor that was freed.
 * @throws RangeError if there is no memory for a result.
 *
 * @example
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([[1, 2], [3, 4]]);
 * x.matmul(x).sum().item(); // => 54
 * x.add(10).toArray(); // => [[11,12],[13,14]]
 */
export class Tensor extends Aliases {
  /**
   * The same values on another backend; the tensor itself if it is there already. `torch.Tensor.to` takes dtypes too,
   * for which there is `cast`.
   *
   * @throws {@link DTypeError} on a backend that answers later: await `toAsync()`.
   */
  to(backend: Backend): Tensor {
    if (this.backend === requireBackend('to', backend)) return this;
    const values = this.read('to', 'tensor.toAsync(backend)');
    const moved = fromValues(values, this.shape, this.dtype, backend);
    if (isGradEnabled()) record(moved, to, [this], undefined);
    return moved;
  }
  /**
   * The same as `to`, from any backend: the values may come from a device that answers later, as they were
   * when this was called. Gradients flow back. Rejects with what reading a device throws.
   */
  async toAsync(backend: Backend): Promise<Tensor> {
    const here = this.backend;
    if (here === requireBackend('toAsync', backend) || here.synchronous) return this.to(backend);
    const recording = isGradEnabled(); // now, not when the values have come
    const moved = fromValues(await this.data(), this.shape, this.dtype, backend);
    if (recording) record(moved, to, [this], undefined);
    return moved;
  }
  /**
   * the values in another dtype: to int32 towards zero, to bool whether they are other than 0
   *
   * What int32 does not hold wraps on the host, and NaN becomes 0.
   */
  cast(dtype: DType): Tensor {
    return checkDType(dtype) === this.dtype ? this : run(cast, [this], { dtype });
  }
  /** The same values without their history: no gradient flows through the result. */
  detach(): Tensor {
    return noGrad(() => this.reshape(this.shape));
  }
  /**
   * one value in every element, on this tensor's backend and (by default) of its dtype
   *
   * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
   * @throws {@link DTypeError} if int32 cannot hold the value.
   */
  newFull(shape: Shape, value: number, dtype: DType = this.dtype): Tensor {
    return noGrad(() => run(full, [this], { shape, value, dtype: checkDType(dtype) }));
  }
}

// The classes between have no constructors, but passing through each would cost every new tensor two nanoseconds:
// it goes straight to that of TensorBase. Methods are found as before.
Object.setPrototypeOf(Tensor, TensorBase);
// A method that no class has may be a word of PyTorch for something else.
Object.setPrototypeOf(TensorBase.prototype, hints);
