import { formatShape, ShapeError, sizeOf, type OpDef, type Tensor } from '@kasane/tensor-core';
import { checkLastDims } from '../shapes.ts';

/** x·Wᵀ + b of x (..., k), W (n, k) and, if there is one, b (n). */
export const linear: OpDef = {
  name: 'linear',
  inputs: 'promote',
  infer([x, w, b]) {
    const [n, k] = w!.shape;
    if (w!.shape.length !== 2 || (b !== undefined && (b.shape.length !== 1 || b.shape[0] !== n))) {
      const got = `${formatShape(w!.shape)} and ${b === undefined ? 'none' : formatShape(b.shape)}`;
      throw new ShapeError(
        `Linear: the weight must be (outFeatures, inFeatures) and the bias (outFeatures), got ${got}. Reshape them.`,
      );
    }
    checkLastDims('Linear', x!, [k!], 'inFeatures');
    return { shape: [...x!.shape.slice(0, -1), n!], dtype: x!.dtype };
  },
  // With G the gradient of the result: dx = G·W, dW = Gᵀ·x, db = Σ G over the rows.
  vjp: ({ inputs: [x, w, b], grad, needs }) => [
    needs(0) ? grad.matmul(w!) : null,
    needs(1) ? rowsOf(grad).matmul(rowsOf(x!), { transposeA: true }) : null,
    b === undefined ? null : grad,
  ],
  decompose([x, w, b]) {
    const y = rowsOf(x!).matmul(w!, { transposeB: true });
    const { shape } = linear.infer([x!, w!], undefined);
    return (b === undefined ? y : y.add(b)).reshape(shape);
  },
  flops: ([, w], _, out) => 2 * sizeOf(out) * w!.shape[1]!,
  wasm(kernels, [x, w, b], _, out) {
    const [n, k] = w!.shape as [number, number]; // a matrix
    const rows = out.size / n;
    kernels.gemm(x!.pointer, w!.pointer, out.pointer, rows, n, k, 0, 1, kernels.scratch);
    if (b !== undefined) kernels.add(out.pointer, b.pointer, out.pointer, rows, n, n, 1, 0, 1);
    return true;
  },
};

/** All dimensions but the last as one: more of them are only more rows. */
function rowsOf(x: Tensor): Tensor {
  return x.ndim === 2 ? x : x.reshape([sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!]);
}
