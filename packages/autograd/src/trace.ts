/** Calling a function so that its result can be differentiated: what grad, vjp and jvp share. */
import {
  DTypeError,
  enableGrad,
  isFloatingPoint,
  requireFunction,
  requireTensor,
  requireTensors,
  ShapeError,
  tensor,
  zerosLike,
  type Tensor,
} from '@kasane/tensor-core';
import { gradients } from './backward.ts';

/** A function of tensors that returns one tensor. */
export type TensorFunction<A extends readonly Tensor[]> = (...args: A) => Tensor;

// Inside of a transform the gradients may be differentiated again by the transform around it.
let depth = 0;

/** True while an outer transform runs, so that inner ones must record their gradients. */
export function isNested(): boolean {
  return depth > 0;
}

/** Calls `f` on arguments that require gradients at the `given` positions, or at all. */
export function call<A extends readonly Tensor[]>(
  name: string,
  f: TensorFunction<A>,
  args: A,
  given?: readonly number[],
): { output: Tensor; inputs: Tensor[] } {
  requireFunction(name, f);
  requireTensors(name, args);
  const positions = given ?? args.map((_, i) => i);
  // Mapping keeps the tuple's length and element type, which the type of map does not say.
  const traced = args.map((arg, i) =>
    positions.includes(i) ? enableGrad(() => asInput(name, arg, i)) : arg,
  ) as readonly Tensor[] as A;
  const inputs = positions.map((i) => {
    const input = traced[i];
    if (input === undefined) {
      throw new ShapeError(`${name}: argnums must be from 0 to ${args.length - 1}, got ${i}.`);
    }
    return input;
  });
  depth++;
  try {
    const output = enableGrad(() => f(...traced));
    requireTensor(name, 'what the function returns', output);
    return { output, inputs };
  } finally {
    depth--;
  }
}

/** Gradients as tensors: zeros where the outputs do not depend on an input. */
export function pull(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs: readonly Tensor[],
  createGraph: boolean,
  retainGraph: boolean = createGraph,
): Tensor[] {
  const grads = outputs.some((t) => t.requiresGrad)
    ? gradients(outputs, inputs, { createGraph, retainGraph, gradOutputs })
    : [];
  return inputs.map((t, i) => grads[i] ?? zerosLike(t));
}

/** The gradients of every element of `output`, in order. */
export function pullEach(
  output: Tensor,
  inputs: readonly Tensor[],
  createGraph: boolean,
): Tensor[][] {
  const { size, shape, dtype, backend } = output;
  return Array.from({ length: size }, (_, i) => {
    const basis = new Float64Array(size);
    basis[i] = 1;
    return pull([output], inputs, [tensor(basis, shape, { dtype, backend })], createGraph, true);
  });
}

/**
 * An argument to differentiate: a fresh leaf, or, if an outer transform follows it, a fresh alias that
 * the outer gradient flows through. Fresh, because `f` may also close over the argument itself, and
 * that is another variable.
 */
function asInput(name: string, arg: Tensor, position: number): Tensor {
  if (!isFloatingPoint(arg.dtype)) {
    throw new DTypeError(
      `${name}: argument ${position} must be float32 or float64, got ${arg.dtype}. Use .cast("float32").`,
    );
  }
  if (depth > 0 && arg.requiresGrad) return arg.reshape(arg.shape);
  const leaf = arg.detach();
  leaf.requiresGrad = true;
  return leaf;
}
