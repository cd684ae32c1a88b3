import { reference, tensor, type Shape, type Tensor } from '@kasane/tensor-core';

const LINES = 3;

/**
 * A function of many numbers as one of a few: how far to go from the inputs along lines that move all of their elements, each its own way.
 * It gives the sum of all outputs, each with its own weight. So its gradient is wrong if any element of the gradient is, up to
 * sums that cancel along every line.
 */
export function alongLines(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
): [(...steps: Tensor[]) => Tensor, Tensor[]] {
  const ways = inputs.map(({ dtype, shape }) =>
    dtype === 'float64' ? Array.from({ length: LINES }, (_, line) => weights(shape, line)) : [],
  );
  const along = (...steps: Tensor[]): Tensor => {
    const moved = inputs.map((input, k) =>
      ways[k]!.reduce((at, way, line) => at.add(way.mul(steps[line]!)), input),
    );
    const out = f(...moved);
    return out.mul(weights(out.shape, LINES)).sum();
  };
  return [along, Array.from({ length: LINES }, () => float64([0], []))];
}

function weights(shape: Shape, seed: number): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return float64(
    Array.from({ length: size }, (_, i) => Math.cos((seed + 1) * (i + 1.7))),
    shape,
  );
}

const float64 = (values: readonly number[], shape: Shape): Tensor =>
  tensor(values, shape, { dtype: 'float64', backend: reference() });
