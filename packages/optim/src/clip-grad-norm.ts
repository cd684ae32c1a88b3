import {
  DataError,
  DTypeError,
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
 * Scales all gradients by one factor so that their norm, taken as one vector, is at most `maxNorm`. Returns the norm
 * before clipping. Call it between `backward` and `step`.
 *
 * $$ g \leftarrow g \, \min\left(1, \frac{\mathrm{maxNorm}}{\|g\|_p + 10^{-6}}\right), \quad \|g\|_p = \Big(\sum_i |g_i|^p\Big)^{1/p} $$
 *
 * Same as `torch.nn.utils.clip_grad_norm_`.
 *
 * @throws RangeError for options out of range.
 * @throws {@link DataError} for a norm that is not finite if asked to.
 * @throws {@link DTypeError} if asked to while the norm is on a device that answers later.
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
  const { normType, errorIfNonfinite } = settingsOf('clipGradNorm', maxNorm, options);
  return noGrad(() =>
    scope(() => {
      const owners = withGrad('clipGradNorm', parameters);
      const total = normOf(owners, normType);
      if (errorIfNonfinite) {
        const { name, synchronous } = total.backend;
        if (!synchronous) {
          throw new DTypeError(
            `clipGradNorm: errorIfNonfinite needs the norm, which is on ${name}. Use await clipGradNormAsync(…).`,
          );
        }
        requireFinite(total.item());
      }
      scale(owners, total, maxNorm);
      return total;
    }),
  );
}

/**
 * The same as `clipGradNorm`, also with `errorIfNonfinite` on a device that answers later: the norm is read before
 * anything is scaled.
 *
 * $$ g \leftarrow g \, \min\left(1, \frac{\mathrm{maxNorm}}{\|g\|_p + 10^{-6}}\right) $$
 *
 * Throws, by rejecting, RangeError for options out of range, and DataError for a norm that is not finite if asked to.
 *
 * @example
 * import { clipGradNormAsync } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * import { gpu } from '@kasane/tensor-core/gpu';
 * const w = tensor([0, 0], { requiresGrad: true, backend: gpu() });
 * w.grad = tensor([3, 4], { backend: gpu() });
 * const norm = await clipGradNormAsync(w, 1, { errorIfNonfinite: true });
 * await norm.data(); // => [5]
 */
export async function clipGradNormAsync(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): Promise<Tensor> {
  const { normType, errorIfNonfinite } = settingsOf('clipGradNormAsync', maxNorm, options);
  const owners = withGrad('clipGradNormAsync', parameters);
  const total = noGrad(() => scope(() => normOf(owners, normType)));
  if (errorIfNonfinite) requireFinite((await total.data())[0]!);
  noGrad(() => scope(() => scale(owners, total, maxNorm)));
  return total;
}

function settingsOf(
  owner: string,
  maxNorm: number,
  options: ClipGradNormOptions,
): Required<ClipGradNormOptions> {
  const given = optionsOf(owner, options, ['normType', 'errorIfNonfinite'] as const);
  const { normType = 2, errorIfNonfinite = false } = given;
  requireAtLeast(owner, 'maxNorm', maxNorm, 0);
  requireAbove(owner, 'normType', normType, 0);
  return { normType, errorIfNonfinite };
}

/** The norm of the norms, which is that of one long vector. */
function normOf(owners: readonly Tensor[], p: number): Tensor {
  if (owners.length === 0) return tensor(0);
  return stack(owners.map((owner) => dense(owner.heldGrad()!).norm(undefined, { p }))).norm(
    undefined,
    { p },
  );
}

function requireFinite(norm: number): void {
  if (Number.isFinite(norm)) return;
  throw new DataError(`clipGradNorm: the norm must be finite, got ${norm}. Use detectAnomaly.`);
}

function scale(owners: readonly Tensor[], total: Tensor, maxNorm: number): void {
  const factor = total.add(1e-6).reciprocal().mul(maxNorm).clamp(-Infinity, 1);
  const scaled = (grad: Tensor): Tensor => grad.mul(factor.cast(grad.dtype));
  for (const owner of owners) {
    const grad = owner.heldGrad()!;
    owner.putGrad(grad instanceof SparseGradient ? grad.map(scaled) : scaled(grad));
  }
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
