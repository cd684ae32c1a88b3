import { run } from '../dispatch.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { requireTensor } from '../given.ts';
import type { OpDef, View, WasmOperand } from '../op.ts';
import {
  broadcastShapes,
  broadcastStrides,
  forEachPair,
  formatShape,
  sizeOf,
  type Shape,
} from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Operands are read as if their last two dimensions were swapped, without a copy. */
export interface MatmulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * C = A·B over the last two dimensions; leading dimensions broadcast. Vectors are handled by
 * `Tensor.matmul`, which turns them into one-row or one-column matrices.
 */
export const matmul: OpDef<MatmulAttrs> = {
  name: 'matmul',
  inputs: 'promote',
  infer([a, b], attrs) {
    checkInner(a!.shape, b!.shape, attrs);
    const { m, n } = sizes(a!.shape, b!.shape, attrs);
    if (a!.dtype === 'bool') {
      throw new DTypeError('matmul: bool matrices have no product. Use .cast("float32").');
    }
    const batch =
      a!.shape.length === 2 && b!.shape.length === 2
        ? []
        : broadcastShapes('matmul', a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    return { shape: [...batch, m, n], dtype: a!.dtype };
  },
  reference([a, b], attrs, out) {
    const { m, n, k } = sizes(a!.shape, b!.shape, attrs);
    const whole = out.dtype === 'int32'; // keeps the low 32 bits
    const [rowA, colA] = attrs.transposeA ? [1, m] : [k, 1];
    const [rowB, colB] = attrs.transposeB ? [1, k] : [n, 1];
    // Rows of B, each added to a row of C: several times as fast as element by element, with the same bits.
    const right = whole ? new Int32Array(k * n) : new Float64Array(k * n);
    const row = whole ? new Int32Array(n) : new Float64Array(n);
    forEachBatch(a!, b!, out, (offsetA, offsetB, offset) => {
      for (let i = 0; i < right.length; i++) {
        right[i] = b!.data[offsetB + Math.floor(i / n) * rowB + (i % n) * colB]!;
      }
      for (let i = 0; i < m; i++) {
        row.fill(0);
        for (let p = 0; p < k; p++) {
          const x = a!.data[offsetA + i * rowA + p * colA]!;
          const from = p * n;
          if (whole) for (let j = 0; j < n; j++) row[j]! += Math.imul(x, right[from + j]!);
          else for (let j = 0; j < n; j++) row[j]! += x * right[from + j]!;
        }
        out.data.set(row, offset + i * n);
      }
    });
  },
  // With G the gradient of C: dA = G·Bᵀ, dB = Aᵀ·G; transposed operands swap roles.
  vjp({ inputs: [a, b], grad, attrs: { transposeA, transposeB }, needs }) {
    const product = (x: Tensor, y: Tensor, ta: boolean, tb: boolean): Tensor =>
      x.matmul(y, { transposeA: ta, transposeB: tb });
    return [
      !needs(0)
        ? null
        : transposeA
          ? product(b!, grad, transposeB, true)
          : product(grad, b!, false, !transposeB),
      !needs(1)
        ? null
        : transposeB
          ? product(grad, a!, true, transposeA)
          : product(a!, grad, !transposeA, false),
    ];
  },
  flops: ([a, b], attrs, out) => 2 * sizeOf(out) * sizes(a!.shape, b!.shape, attrs).k,
  wasm(kernels, [a, b], attrs, out) {
    if (a!.dtype !== 'float32') return false;
    const { m, n, k } = sizes(a!.shape, b!.shape, attrs);
    const ta = Number(attrs.transposeA);
    const tb = Number(attrs.transposeB);
    // With one matrix on the right, a batch on the left is only more rows.
    const rows = ta === 0 && b!.size === k * n ? out.size / n : m;
    const batch = out.size / (rows * n);
    const step = (size: number, area: number): number =>
      size === area ? 0 : size === batch * area ? area : -1;
    const stepA = step(a!.size, rows * k);
    const stepB = step(b!.size, k * n);
    const [pa, pb, pc] = [a!.pointer, b!.pointer, out.pointer];
    const { scratch } = kernels;
    if (stepA < 0 || stepB < 0) {
      forEachBatch(a!, b!, out, (i, j, o) =>
        kernels.gemm(pa + 4 * i, pb + 4 * j, pc + 4 * o, m, n, k, ta, tb, scratch),
      );
    } else {
      // Matrices that follow each other, or one for the whole batch, are one call.
      kernels.gemmBatch(pa, pb, pc, rows, n, k, ta, tb, scratch, batch, stepA, stepB);
    }
    return true;
  },
};

/** The product for `Tensor.matmul`: a vector counts as one row on the left, one column on the right. */
export function multiply(left: Tensor, right: Tensor, options: Partial<MatmulAttrs>): Tensor {
  requireTensor('matmul', 'the right side', right);
  const { transposeA = false, transposeB = false } = options;
  if (left.ndim === 0 || right.ndim === 0) {
    throw new ShapeError(
      `matmul: needs dimensions on both sides, got ${formatShape(left.shape)} × ${formatShape(right.shape)}. Use mul for scalars.`,
    );
  }
  // The op sees vectors as matrices; an error should show them as they are.
  if (left.ndim === 1 || right.ndim === 1) {
    checkInner(left.shape, right.shape, { transposeA, transposeB });
  }
  const a = left.ndim === 1 ? left.unsqueeze(transposeA ? 1 : 0) : left;
  const b = right.ndim === 1 ? right.unsqueeze(transposeB ? 0 : 1) : right;
  const product = run(matmul, [a, b], { transposeA, transposeB });
  const rows = a === left ? product : product.squeeze(-2);
  return b === right ? rows : rows.squeeze(-1);
}

function sizes(
  a: Shape,
  b: Shape,
  { transposeA, transposeB }: MatmulAttrs,
): { m: number; n: number; k: number } {
  return {
    m: a.at(transposeA ? -1 : -2)!,
    k: a.at(transposeA ? -2 : -1)!,
    n: b.at(transposeB ? -2 : -1)!,
  };
}

/** Throws unless the dimensions that are summed over agree; vectors count as one row or column. */
export function checkInner(a: Shape, b: Shape, attrs: MatmulAttrs): void {
  const [left, right] = innerSizes(a, b, attrs);
  if (left === right) return;
  const named = (shape: Shape, transposed: boolean): string =>
    `${formatShape(shape)}${transposed && shape.length > 1 ? 'ᵀ' : ''}`;
  throw new ShapeError(
    `matmul: inner dimensions must match, got ${left} and ${right} for ${named(a, attrs.transposeA)} × ${named(b, attrs.transposeB)}. ${hintFor(a, b, attrs)}`,
  );
}

/** What would make the product work, as far as the shapes tell. */
function hintFor(a: Shape, b: Shape, attrs: MatmulAttrs): string {
  for (const side of ['transposeA', 'transposeB'] as const) {
    const other = !attrs[side];
    const [left, right] = innerSizes(a, b, { ...attrs, [side]: other });
    if (left === right) return `Did you mean { ${side}: ${other} }?`;
  }
  return 'Reshape one side.';
}

/** The sizes of the dimensions that are summed over. */
function innerSizes(
  a: Shape,
  b: Shape,
  { transposeA, transposeB }: MatmulAttrs,
): readonly [number, number] {
  return [
    a.at(transposeA && a.length > 1 ? -2 : -1)!,
    b.at(transposeB || b.length === 1 ? -1 : -2)!,
  ];
}

/** Calls `visit` with the offsets of every pair of matrices and of their product. */
function forEachBatch(
  a: View | WasmOperand,
  b: View | WasmOperand,
  out: View | WasmOperand,
  visit: (a: number, b: number, out: number) => void,
): void {
  const area = (shape: Shape): number => shape.at(-1)! * shape.at(-2)!;
  const batch = out.shape.slice(0, -2);
  const scaled = (shape: Shape): number[] =>
    broadcastStrides(shape.slice(0, -2), batch).map((s) => s * area(shape));
  forEachPair(batch, scaled(a.shape), scaled(b.shape), (i, j, flat) => {
    visit(i, j, flat * area(out.shape));
  });
}
