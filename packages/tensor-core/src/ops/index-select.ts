import { isGradEnabled } from '../dispatch.ts';
import { bytesPerElement } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import type { OpDef, View } from '../op.ts';
import { noFlops } from './infer.ts';
import { SparseGradient } from '../sparse-gradient.ts';
import { formatShape, sameShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkIndex } from './check-index.ts';
import { checkSum } from './gather.ts';
import { loops } from './reduce.ts';
import { runRows } from './rows.ts';

export interface IndexSelectAttrs {
  readonly dim: number;
}

/** Options of `indexSelect`. */
export interface IndexSelectOptions {
  /**
   * Keep only the rows of the gradient that were selected, if `dim` is 0. Not where the gradient is
   * differentiated again, and not on a gpu. Default false.
   */
  readonly sparseGrad?: boolean;
  /** The indices have been found valid before. @internal */
  readonly checked?: boolean;
}

/** The slices of one dim that a vector of indices names, in its order: rows of a table, for dim 0. */
export const indexSelect: OpDef<IndexSelectAttrs & IndexSelectOptions> = {
  name: 'indexSelect',
  infer([x, index], { dim, checked }) {
    checkList('indexSelect', x!, index!);
    if (checked !== true) checkIndex('indexSelect', index!, x!.shape[dim]!, `dim ${dim}`);
    return { shape: x!.shape.with(dim, index!.size), dtype: x!.dtype };
  },
  reference([x, index], { dim }, out) {
    forEachSlice(x!.shape, dim, index!, (from, to, length) => {
      for (let j = 0; j < length; j++) out.data[to + j] = x!.data[from + j]!;
    });
  },
  vjp({ inputs: [x, index], grad, attrs: { dim, sparseGrad } }) {
    const rows = new SparseGradient(x!.shape, index!, grad);
    if (sparseGrad === true && dim === 0 && grad.backend.inPlace && !isGradEnabled()) return [rows];
    return [grad.newFull(x!.shape, 0).indexAdd(dim, index!, grad), null];
  },
  wasm(k, [x, index], { dim }, out) {
    const { outer, inner } = loops(x!.shape, dim);
    if ((inner * bytesPerElement[x!.dtype]) % 4 !== 0) return false;
    return runRows(k.gatherRows, x!, index!, out, outer, inner);
  },
  flops: noFlops,
};

/** x with slice r of src added to its slice index[r]: the adjoint of indexSelect. */
export const indexAdd: OpDef<IndexSelectAttrs> = {
  name: 'indexAdd',
  infer([x, index, src], { dim }) {
    checkSum('indexAdd', x!, src!);
    checkList('indexAdd', x!, index!);
    const want = x!.shape.with(dim, index!.size);
    if (!sameShape(want, src!.shape)) {
      throw new ShapeError(
        `indexAdd: src must have shape ${formatShape(want)} for dim ${dim} of ${formatShape(x!.shape)}, got ${formatShape(src!.shape)}.`,
      );
    }
    checkIndex('indexAdd', index!, x!.shape[dim]!, `dim ${dim}`);
    return x!;
  },
  reference([x, index, src], { dim }, out) {
    out.data.set(x!.data);
    forEachSlice(x!.shape, dim, index!, (to, from, length) => {
      for (let j = 0; j < length; j++) out.data[to + j]! += src!.data[from + j]!;
    });
  },
  vjp: ({ inputs: [, index], grad, attrs: { dim }, needs }) => [
    grad,
    null,
    needs(2) ? grad.indexSelect(dim, index!) : null,
  ],
  wasm(k, [x, index, src], { dim }, out) {
    if (x!.dtype !== 'float32') return false;
    const { outer, inner } = loops(x!.shape, dim);
    k.copy(out.pointer, x!.pointer, x!.size * 4);
    return runRows(k.scatterAddRows, out, index!, src!, outer, inner);
  },
};

function checkList(op: string, x: Tensor, index: Tensor): void {
  if (x.ndim === 0) {
    throw new ShapeError(`${op}: a scalar has no dimension. Unsqueeze it.`);
  }
  if (index.ndim !== 1) {
    throw new ShapeError(
      `${op}: index must be a vector, got ${formatShape(index.shape)}. Flatten it, or use gather.`,
    );
  }
}

/** Calls `visit` for every named slice: where it starts, where among the slices of all names. */
function forEachSlice(
  shape: Shape,
  dim: number,
  index: View,
  visit: (at: number, row: number, length: number) => void,
): void {
  const { outer, n, inner } = loops(shape, dim);
  for (let o = 0; o < outer; o++) {
    for (let r = 0; r < index.size; r++) {
      visit((o * n + index.data[r]!) * inner, (o * index.size + r) * inner, inner);
    }
  }
}
