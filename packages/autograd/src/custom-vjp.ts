import {
  isGradEnabled,
  noGrad,
  requireFunction,
  requireTensor,
  record,
  requireShape,
  ShapeError,
  type OpDef,
  type Tensor,
} from '@kasane/tensor-core';
import { recordedOp } from './recorded-op.ts';

/** A function and its gradient, for `customVjp`. */
export interface CustomVjp<A extends readonly Tensor[]> {
  /** Named in error messages. */
  readonly name: string;
  /** The value; its ops are not recorded. */
  forward(...inputs: A): Tensor;
  /** Gradients of the inputs (null for none) from the gradient of the output. */
  backward(
    grad: Tensor,
    saved: { readonly inputs: A; readonly output: Tensor },
  ): readonly (Tensor | null)[];
}

/**
 * A function with a gradient of your own, for when the true one is unstable, wasteful, or not the one
 * you want. `backward` stands in the place of $g \mapsto g^\top \, \partial f / \partial x_k$; written
 * with tensor ops, it can itself be differentiated.
 *
 * Same as `torch.autograd.Function`, without the class.
 *
 * @throws {@link ShapeError} by `backward` of autograd, if the one given here does not give one gradient per input, each of
 * its input's shape.
 *
 * @example
 * import { backward, customVjp } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * const roundStraightThrough = customVjp<[Tensor]>({
 *   name: 'roundStraightThrough',
 *   forward: (x) => x.round(),
 *   backward: (grad) => [grad],
 * });
 * const x = tensor([0.4, 1.6], { requiresGrad: true });
 * backward(roundStraightThrough(x).mul(3).sum());
 * x.grad!.toArray(); // => [3,3]
 */
export function customVjp<A extends readonly Tensor[]>(
  definition: CustomVjp<A>,
): (...inputs: A) => Tensor {
  requireFunction('customVjp', definition?.forward);
  requireFunction('customVjp', definition.backward);
  const op: OpDef = {
    ...recordedOp(definition.name),
    vjp({ inputs, output, grad }) {
      // The op is recorded below with exactly the arguments of the forward call.
      const grads = definition.backward(grad, { inputs: inputs as readonly Tensor[] as A, output });
      checkGradients(definition.name, inputs, grads);
      return grads;
    },
  };
  return (...inputs) => {
    const value = noGrad(() => definition.forward(...inputs));
    requireTensor(definition.name, 'what forward returns', value);
    const output = value.detach();
    if (isGradEnabled()) record(output, op, inputs, undefined);
    return output;
  };
}

function checkGradients(
  name: string,
  inputs: readonly Tensor[],
  grads: readonly (Tensor | null)[],
): void {
  if (grads.length !== inputs.length) {
    throw new ShapeError(
      `${name}: backward must return ${inputs.length} gradients or nulls, got ${grads.length}.`,
    );
  }
  grads.forEach((grad, i) => {
    if (grad === null) return;
    const what = `the gradient of input ${i}`;
    requireShape(name, what, inputs[i]!.shape, grad.shape, ' Use sumTo(shape).');
  });
}
