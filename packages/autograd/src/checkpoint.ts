import {
  isGradEnabled,
  noGrad,
  record,
  requireFunction,
  requireTensor,
  requireTensors,
  scope,
  type OpDef,
  type Tensor,
} from '@kasane/tensor-core';
import { recordedOp } from './recorded-op.ts';

interface CheckpointAttrs {
  readonly f: (...inputs: Tensor[]) => Tensor;
}

const checkpointOp: OpDef<CheckpointAttrs> = {
  ...recordedOp('checkpoint'),
  vjp: null,
  decompose: (inputs, { f }) => f(...inputs),
};

/**
 * Calls `f` without keeping what its ops would save for the gradient; backward computes it again when
 * it gets there. Costs one more forward pass of `f`, saves its memory.
 *
 * Gradients reach the inputs and every tensor that `f` uses from outside. `f` must give the same
 * result both times: pass random masks in as inputs. Same as `torch.utils.checkpoint`, which restores
 * the generator for you instead.
 *
 * @example
 * import { backward, checkpoint } from '@kasane/autograd';
 * import { tensor } from '@kasane/tensor-core';
 * const x = tensor([1, 2], { requiresGrad: true });
 * backward(checkpoint((t) => t.exp().log().square(), [x]).sum());
 * x.grad!.toArray().toString(); // => 2,4
 *
 * @see Chen et al. (2016), Training Deep Nets with Sublinear Memory Cost.
 */
export function checkpoint(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): Tensor {
  requireFunction('checkpoint', f);
  requireTensors('checkpoint', inputs);
  const value = scope(() => noGrad(() => f(...inputs)));
  requireTensor('checkpoint', 'what the function returns', value);
  const output = value.detach();
  if (isGradEnabled()) record(output, checkpointOp, inputs, { f }, true);
  return output;
}
