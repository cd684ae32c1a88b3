import { backward, noGrad } from '@kasane/autograd';
import { scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { bit, forward, lossOf, PLACES, sumOf } from './network.ts';
import type { Pair, Settings, Weights } from './network.ts';

/** Plain gradient descent, W ← W − ε ∂E/∂W after each pair; gives the loss of each. */
export function* training(
  weights: Weights,
  pairs: Iterable<Pair>,
  { lr, ...settings }: Settings & { readonly lr: number },
): Iterable<Tensor> {
  const parameters = Object.values(weights);
  // Only four inputs are possible at a step.
  const inputs = [0, 1, 2, 3].map((both) => tensor([[both >> 1, both & 1]])); // 4 × (1, 2)
  for (const [a, b] of pairs) {
    yield scope(() => {
      const x = PLACES.map((t) => inputs[2 * bit(a, t) + bit(b, t)]!); // T × (1, 2)
      const loss = lossOf(forward(weights, x, settings).y, sumOf([a, b]));
      backward(loss);
      noGrad(() => {
        for (const parameter of parameters) {
          parameter.assign(parameter.sub(parameter.grad!.mul(lr)));
          parameter.grad = null;
        }
      });
      return loss.detach();
    });
  }
}
