import { bytesPerElement } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { formatShape, sameShape, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkIndex } from './check-index.ts';
import { checkSum } from './gather.ts';

export interface IndexSelectAttrs {
  readonly dim: number;
}

/** The slices of one dim that a vector of indices names, in its order: rows of a table, for dim 0. */
export const indexSelect: OpDef<IndexSelectAttrs> = {
  name: 'indexSelect',
  infer([x, index], { dim }) {
    checkList('indexSelect', x!, index!);
    checkIndex('indexSelect', index!, x!.shape[dim]!, `dim ${dim}`);
    return { shape: x!.shape.map((d, i) => (i === dim ? index!.size : d)), dtype: x!.dtype };
  },
  reference([x, index], { dim }, out) {
    const { outer, n, inner } = loops(x!.shape, dim);
    let to = 0;
    for (let o = 0; o < outer; o++) {
      for (let r = 0; r < index!.size; r++) {
        const from = (o * n + index!.data[r]!) * inner;
        for (let j = 0; j < inner; j++) out.data[to++] = x!.data[from + j]!;
      }
    }
  },
  vjp: ({ inputs: [x, index], grad, attrs: { dim } }) => [
    grad.newFull(x!.shape, 0).indexAdd(dim, index!, grad),
    null,
  ],
  wasm(k, [x, index], { dim }, out) {
    const { outer, n, inner } = loops(x!.shape, dim);
    const row = inner * bytesPerElement[x!.dtype];
    if (row % 4 !== 0) return false;
    const m = index!.size;
    for (let o = 0; o < outer; o++) {
      const [from, to] = [x!.pointer + o * n * row, out.pointer + o * m * row];
      k.gatherRows(from, index!.pointer, to, m, row / 4);
    }
    return true;
  },
};

/** x with slice r of src added to its slice index[r]: the adjoint of indexSelect. */
export const indexAdd: OpDef<IndexSelectAttrs> = {
  name: 'indexAdd',
  infer([x, index, src], { dim }) {
    checkSum('indexAdd', x!, src!);
    checkList('indexAdd', x!, index!);
    const want = x!.shape.map((d, i) => (i === dim ? index!.size : d));
    if (!sameShape(want, src!.shape)) {
      throw new ShapeError(
        `indexAdd: src must have shape ${formatShape(want)} for dim ${dim} of ${formatShape(x!.shape)}, got ${formatShape(src!.shape)}.`,
      );
    }
    checkIndex('indexAdd', index!, x!.shape[dim]!, `dim ${dim}`);
    return { shape: x!.shape, dtype: x!.dtype };
  },
  reference([x, index, src], { dim }, out) {
    out.data.set(x!.data);
    const { outer, n, inner } = loops(x!.shape, dim);
    let from = 0;
    for (let o = 0; o < outer; o++) {
      for (let r = 0; r < index!.size; r++) {
        const to = (o * n + index!.data[r]!) * inner;
        for (let j = 0; j < inner; j++) out.data[to + j]! += src!.data[from++]!;
      }
    }
  },
  vjp: ({ inputs: [, index], grad, attrs: { dim }, needs }) => [
    grad,
    null,
    needs(2) ? grad.indexSelect(dim, index!) : null,
  ],
  wasm(k, [x, index, src], { dim }, out) {
    if (x!.dtype !== 'float32') return false;
    const { outer, n, inner } = loops(x!.shape, dim);
    const m = index!.size;
    k.copy(out.pointer, x!.pointer, x!.size * 4);
    for (let o = 0; o < outer; o++) {
      const [to, from] = [out.pointer + o * n * inner * 4, src!.pointer + o * m * inner * 4];
      k.scatterAddRows(to, index!.pointer, from, m, inner);
    }
    return true;
  },
};

function checkList(op: string, x: Tensor, index: Tensor): void {
  if (x.ndim === 0) {
    throw new ShapeError(`${op}: a scalar has no dimension to index. Unsqueeze it first.`);
  }
  if (index.ndim !== 1) {
    throw new ShapeError(
      `${op}: index must be a vector, got ${formatShape(index.shape)}. Flatten it, or use gather.`,
    );
  }
}

export function loops(shape: Shape, dim: number): { outer: number; n: number; inner: number } {
  return {
    outer: sizeOf(shape.slice(0, dim)),
    n: shape[dim]!,
    inner: sizeOf(shape.slice(dim + 1)),
  };
}
