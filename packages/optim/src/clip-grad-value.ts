import { noGrad, scope, type Tensor } from '@kasane/tensor-core';
import { withGrad } from './clip-grad-norm.ts';
import { requireAtLeast } from './ranges.ts';

/**
 * Limits every element of every gradient to [-clipValue, clipValue].
 *
 * $$ g_i \leftarrow \min(\max(g_i, -\mathrm{clipValue}), \mathrm{clipValue}) $$
 *
 * Same as `torch.nn.utils.clip_grad_value_`.
 *
 * @throws RangeError if `clipValue` is below 0.
 *
 * @example
 * import { clipGradValue } from '@kasane/optim';
 * import { tensor } from '@kasane/tensor-core';
 * const w = tensor([0, 0], { requiresGrad: true });
 * w.grad = tensor([3, -0.5]);
 * clipGradValue(w, 1);
 * w.grad.toArray(); // => [1,-0.5]
 */
export function clipGradValue(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  requireAtLeast('clipGradValue', 'clipValue', clipValue, 0);
  noGrad(() =>
    scope(() => {
      for (const p of withGrad('clipGradValue', parameters))
        p.putGrad(p.peekGrad()!.clamp(-clipValue, clipValue));
    }),
  );
}
