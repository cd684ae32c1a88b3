import { formatShape, requireTensor, ShapeError, sizeOf, type Tensor } from '@kasane/tensor-core';

/**
 * How many inputs feed one output of a weight, and how many outputs one input feeds.
 *
 * $$ \mathrm{fan_{in}} = \mathrm{in} \cdot k, \quad \mathrm{fan_{out}} = \mathrm{out} \cdot k $$
 *
 * with k elements in a kernel. Shapes are PyTorch's, (out, in) or (out, in, ...kernel).
 *
 * @throws {@link ShapeError} for less than two dimensions.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * init.fans(zeros([8, 3, 5, 5])); // => {"fanIn":75,"fanOut":200}
 */
export function fans(tensor: Tensor): { readonly fanIn: number; readonly fanOut: number } {
  requireTensor('init', 'what is filled', tensor);
  const [out, inputs, ...kernel] = tensor.shape;
  if (tensor.ndim < 2) {
    throw new ShapeError(
      `init: needs a shape (out, in, ...), got ${formatShape(tensor.shape)}. Use init.uniform for biases.`,
    );
  }
  const field = sizeOf(kernel);
  return { fanIn: inputs! * field, fanOut: out! * field };
}

/** The functions `calculateGain` knows. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

/**
 * The factor by which initial weights grow to keep the variance through an activation: 1 for linear and sigmoid, 5/3
 * for tanh, √2 for relu, 3/4 for selu, and for leakyRelu
 *
 * $$ \sqrt{2 / (1 + \mathrm{slope}^2)} $$
 *
 * Same as `torch.nn.init.calculate_gain`; convolutions count as `'linear'`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * init.calculateGain('leakyRelu', 1); // => 1
 */
export function calculateGain(nonlinearity: Nonlinearity, slope: number = 0.01): number {
  const gains: Readonly<Record<Nonlinearity, number>> = {
    linear: 1,
    sigmoid: 1,
    tanh: 5 / 3,
    relu: Math.SQRT2,
    leakyRelu: Math.sqrt(2 / (1 + slope ** 2)),
    selu: 3 / 4,
  };
  return gains[nonlinearity];
}
