import {
  formatShape,
  isTensor,
  requireTensor,
  sameShape,
  ShapeError,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';

/** The input of a layer. Throws DTypeError if it is no tensor. @internal */
export function checkTensor(layer: object, input: Tensor): Tensor {
  // The name of a class takes longer to find than the rest of a small layer's checks.
  if (!isTensor(input)) requireTensor(layer.constructor.name, 'the input', input);
  return input;
}

/** Throws unless the last dimensions of `input` are `wanted`, called `name` in the message. */
export function checkLastDims(layer: string, input: Tensor, wanted: Shape, name: string): void {
  if (sameShape(input.shape.slice(-wanted.length), wanted)) return;
  throw wrongShape(layer, input, `'s shape must end in ${name} ${formatShape(wanted)}`);
}

/** What a layer throws at an input of another size; `rule` goes on from "the input". */
export function wrongShape(layer: string, input: Tensor, rule: string): ShapeError {
  return new ShapeError(
    `${layer}: the input${rule}, got ${formatShape(input.shape)}. Reshape it, or build the layer with its size.`,
  );
}
