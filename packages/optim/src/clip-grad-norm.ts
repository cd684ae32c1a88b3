import {
  DataError,
  noGrad,
  SparseGradient,
  scope,
  stack,
  tensor,
  optionsOf,
  type Tensor,
  requireTensors,
} from '@kasane/tensor-core';
import { requireAbove, requireAtLeast } from './ranges.ts';

/** Options of `clipGradNorm`. */
export interface ClipGradNormOptions {
  /** p of the p-norm, above 0; Infinity for the largest element. Default 2. */
  readonly normType?: number;
  /** Throw if the norm is NaN or infinite, instead of scaling by it. Default false. */
  readonly errorIfNonfinite?: boolean;
}

/**
 * Scales all gradients by one factor so that their norm, taken as one vector, is at most `maxNorm`.
 * Returns the norm before clipping. Call it between `backward` and `step`.
 *
 * ‖g‖ₚ = (Σ|gᵢ|ᵖ)^(1/p); g ← g·min(1, maxNorm/(‖g‖ₚ + 1e-6))
 *
 * Same as `torch.nn.utils.clip_grad_norm_`. Throws RangeError for options out of range, DataError for
 * a norm that is not finite if asked to.
 *
 * @example
 * import { clipGradNorm } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const w = tensor([0, 0], { requiresGrad: true });
 * w.grad = tensor([3, 4]);
 * clipGradNorm(w, 1).item(); // => 5
 * Array.from(w.grad.dataSync(), (v) => v.toFixed(4)).join(); // => 0.6000,0.8000
 *
 * @see Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks.
 */
export function clipGradNorm(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Tensor {
  const names = ['normType', 'errorIfNonfinite'] as const;
  const { normType = 2, errorIfNonfinite = false } = optionsOf('clipGradNorm', options, names);
  requireAtLeast('clipGradNorm', 'maxNorm', maxNorm, 0);
  requireAbove('clipGradNorm', 'normType', normType, 0);
  return noGrad(() =>
    scope(() => {
      const owners = withGrad('clipGradNorm', parameters);
      if (owners.length === 0) return tensor(0);
      // The norm of the norms is that of one long vector.
      const p = { p: normType };
      const total = stack(owners.map((owner) => dense(owner.heldGrad()!).norm(undefined, p))).norm(
        undefined,
        p,
      );
      if (errorIfNonfinite && !Number.isFinite(total.item())) {
        throw new DataError(
          `clipGradNorm: the norm must be finite, got ${total.item()}. Use detectAnomaly.`,
        );
      }
      const factor = total.add(1e-6).reciprocal().mul(maxNorm).clamp(-Infinity, 1);
      const scaled = (grad: Tensor): Tensor => grad.mul(factor.cast(grad.dtype));
      for (const owner of owners) {
        const grad = owner.heldGrad()!;
        owner.putGrad(grad instanceof SparseGradient ? grad.map(scaled) : scaled(grad));
      }
      return total;
    }),
  );
}

/** The parameters that have a gradient. */
export function withGrad(owner: string, parameters: Tensor | Iterable<Tensor>): readonly Tensor[] {
  // Tensors have no iterator.
  const all =
    Symbol.iterator in Object(parameters)
      ? [...(parameters as Iterable<Tensor>)]
      : [parameters as Tensor];
  requireTensors(owner, all);
  return all.filter((p) => p.heldGrad() !== null);
}

const dense = (grad: Tensor | SparseGradient): Tensor =>
  grad instanceof SparseGradient ? grad.dense() : grad;
