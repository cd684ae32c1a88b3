/** The Cholesky factor of matrices, and the solution of triangular systems. */
import { ShapeError, eye, formatShape, run, type OpDef, type Tensor } from '@kasane/tensor-core';
import { commonShape, expandTo } from '../broadcast.ts';

function requireSquare(op: string, { shape }: Tensor): void {
  if (shape.length >= 2 && shape.at(-1) === shape.at(-2)) return;
  throw new ShapeError(`${op}: needs square matrices (…, n, n), got ${formatShape(shape)}.`);
}

const choleskyOp: OpDef = {
  name: 'cholesky',
  infer([x]) {
    requireSquare('cholesky', x!);
    return x!;
  },
  reference([x], _, { data, shape }) {
    const n = shape.at(-1)!;
    const l = new Float64Array(n * n);
    for (let start = 0; start < data.length; start += n * n) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = x!.data[start + i * n + j]!;
          for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
          // NaN where the matrix is not positive definite.
          l[i * n + j] = i === j ? Math.sqrt(sum > 0 ? sum : Number.NaN) : sum / l[j * n + j]!;
        }
      }
      data.set(l, start);
    }
  },
  // S = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, where Φ takes the lower triangle with half of the diagonal; the gradient is (S + Sᵀ)/2.
  vjp({ output: l, grad }) {
    const inner = l.matmul(grad.tril(), { transposeA: true });
    const half = inner.tril().add(inner.tril(-1)).mul(0.5);
    const left = solveTriangular(l, half, { transpose: true });
    const s = solveTriangular(l, left.transpose(-1, -2), { transpose: true });
    return [s.add(s.transpose(-1, -2)).mul(0.5)];
  },
};

const solveOp: OpDef<{ readonly transpose: boolean }> = {
  name: 'solveTriangular',
  infer([l, b]) {
    requireSquare('solveTriangular', l!);
    if (b!.shape.at(-2) !== l!.shape.at(-1)) {
      throw new ShapeError(
        `solveTriangular: shapes ${formatShape(l!.shape)} and ${formatShape(b!.shape)} do not fit.`,
      );
    }
    return b!;
  },
  reference([l, b], { transpose }, { data, shape }) {
    const [n, m] = [shape.at(-2)!, shape.at(-1)!];
    const x = new Float64Array(n * m);
    for (let s = 0; s * n * m < data.length; s++) {
      const from = s * n * n;
      for (let step = 0; step < n; step++) {
        const i = transpose ? n - 1 - step : step;
        for (let j = 0; j < m; j++) {
          let sum = b!.data[s * n * m + i * m + j]!;
          for (let k = transpose ? i + 1 : 0; k < (transpose ? n : i); k++) {
            sum -= l!.data[from + (transpose ? k * n + i : i * n + k)]! * x[k * m + j]!;
          }
          x[i * m + j] = sum / l!.data[from + i * n + i]!;
        }
      }
      data.set(x, s * n * m);
    }
  },
  // X = L⁻¹ B: B̄ = L⁻ᵀ X̄ and L̄ = -B̄ Xᵀ; with Lᵀ: B̄ = L⁻¹ X̄ and L̄ = -X B̄ᵀ. Only the lower triangle is read.
  vjp({ inputs: [l], output, grad, attrs: { transpose }, needs }) {
    const back = solveTriangular(l!, grad, { transpose: !transpose });
    const [a, b] = transpose ? [output, back] : [back, output];
    return [needs(0) ? a.matmul(b, { transposeB: true }).neg().tril() : null, back];
  },
};

/** The lower triangular L with L Lᵀ = x; NaN where x is not positive definite. (…, n, n) */
export function cholesky(x: Tensor): Tensor {
  return run(choleskyOp, [x], undefined);
}

/** L⁻¹ B, or L⁻ᵀ B, for lower triangular L (…, n, n) and B (…, n, m), whose leading dims broadcast. */
export function solveTriangular(
  l: Tensor,
  b: Tensor,
  { transpose = false }: { readonly transpose?: boolean } = {},
): Tensor {
  const lead = commonShape('solveTriangular', [l.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const inputs = [l, b].map((x) => expandTo(x, [...lead, ...x.shape.slice(-2)]));
  return run(solveOp, inputs, { transpose });
}

/** The diagonals of matrices: (…, n, n) → (…, n). */
export function diagonal(x: Tensor): Tensor {
  const n = x.shape.at(-1)!;
  return x.mul(eye(n, n, { dtype: x.dtype, backend: x.backend })).sum(-1);
}

/** Identity matrices beside other tensors. */
export function identityLike(x: Tensor, n: number): Tensor {
  return eye(n, n, { dtype: x.dtype, backend: x.backend });
}
