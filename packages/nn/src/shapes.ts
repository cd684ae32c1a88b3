import { formatShape, sameShape, ShapeError, type Shape, type Tensor } from '@kasane/tensor-core';

/** Throws unless the last dimensions of `input` are `wanted`, called `name` in the message. */
export function checkLastDims(layer: string, input: Tensor, wanted: Shape, name: string): void {
  if (sameShape(input.shape.slice(-wanted.length), wanted)) return;
  const [s, size] = wanted.length === 1 ? ['', wanted[0]] : ['s', formatShape(wanted)];
  throw new ShapeError(
    `${layer}: the last dimension${s} of the input must be ${name} ${size}, got shape ${formatShape(input.shape)}. Reshape the input, or build the layer with its size.`,
  );
}
