import { randn, reference, tensor as tensorOf, optionsOf, type Tensor } from '@kasane/tensor-core';
import { drawLike, fill, initOptions } from './basic.ts';
import { fans } from './fans.ts';
import { xavierNames, type XavierOptions } from './scaled.ts';

/**
 * Fills a weight with a random orthogonal matrix times gain; returns it.
 *
 * $$ W W^\top = \mathrm{gain}^2 \, I \text{ if } \mathrm{out} \le \mathrm{rest}, \text{ else } W^\top W = \mathrm{gain}^2 \, I $$
 *
 * The weight is read as a matrix (out, rest); the shorter of its rows and columns become orthonormal. Same distribution as
 * `torch.nn.init.orthogonal_`. The numbers are made on the host in float64.
 *
 * @throws {@link ShapeError} for less than two dimensions, and as `constant`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const w = init.orthogonal(zeros([2, 5]));
 * w.matmul(w, { transposeB: true }).abs().round().toArray(); // => [[1,0],[0,1]]
 *
 * @see Saxe et al. (2013), Exact solutions to the nonlinear dynamics of learning in deep linear
 * neural networks.
 */
export function orthogonal<T extends Tensor>(tensor: T, options: XavierOptions = {}): T {
  const { gain = 1 } = optionsOf('init.orthogonal', options, xavierNames);
  const { fanIn: columns } = fans(tensor);
  const rows = tensor.shape[0]!;
  const [short, long] = [Math.min(rows, columns), Math.max(rows, columns)];
  return fill(tensor, () => {
    const drawn = randn([short, long], {
      ...initOptions(options),
      dtype: 'float64',
      backend: reference(),
    });
    const basis = orthonormalRows(drawn.dataSync(), short, long);
    const values = tensorOf(basis, [short, long], drawLike(tensor, {}));
    return (rows <= columns ? values : values.t()).mul(gain).reshape(tensor.shape);
  });
}

/**
 * Gram and Schmidt: every row loses its components along the rows before it. Done twice, because
 * once leaves rounding errors where rows are nearly parallel.
 */
function orthonormalRows(values: ArrayLike<number>, count: number, length: number): Float64Array {
  const q = Float64Array.from(values);
  const dot = (i: number, j: number): number => {
    let total = 0;
    for (let k = 0; k < length; k++) total += q[i * length + k]! * q[j * length + k]!;
    return total;
  };
  for (let i = 0; i < count; i++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const along = dot(i, j);
        for (let k = 0; k < length; k++) q[i * length + k]! -= along * q[j * length + k]!;
      }
    }
    const norm = Math.sqrt(dot(i, i));
    for (let k = 0; k < length; k++) q[i * length + k]! /= norm;
  }
  return q;
}
