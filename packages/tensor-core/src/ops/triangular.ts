import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { formatShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { copying } from './copying.ts';

export interface TriangleAttrs {
  /** The last diagonal kept: 0 is the main one, positive ones lie above it. */
  readonly k: number;
}

/** The matrices with everything above diagonal k set to 0. */
export const tril: OpDef<TriangleAttrs> = triangle(
  'tril',
  (row, columns, k) => [0, clip(row + k + 1, columns)],
  (grad, k) => grad.tril(k),
);

/** The matrices with everything below diagonal k set to 0. */
export const triu: OpDef<TriangleAttrs> = triangle(
  'triu',
  (row, columns, k) => [clip(row + k, columns), columns],
  (grad, k) => grad.triu(k),
);

/** The op that keeps columns [from, to) of every row. */
function triangle(
  name: string,
  kept: (row: number, columns: number, k: number) => readonly [number, number],
  again: (grad: Tensor, k: number) => Tensor,
): OpDef<TriangleAttrs> {
  return {
    name,
    infer([x], { k }) {
      if (x!.ndim < 2) {
        throw new ShapeError(
          `${name}: needs at least 2 dimensions, got ${formatShape(x!.shape)}. Unsqueeze it first.`,
        );
      }
      if (!Number.isInteger(k)) {
        throw new ShapeError(`${name}: the diagonal k must be a whole number, got ${k}.`);
      }
      return { shape: x!.shape, dtype: x!.dtype };
    },
    ...copying(
      () => 0,
      ([x], { k }, _, copy) => {
        const { shape } = x!;
        const columns = shape.at(-1)!;
        const rows = sizeOf(shape.slice(0, -1));
        for (let r = 0; r < rows; r++) {
          const [from, to] = kept(r % shape.at(-2)!, columns, k);
          copy(0, r * columns + from, r * columns + from, to - from);
        }
      },
    ),
    vjp: ({ grad, attrs: { k } }) => [again(grad, k)],
  };
}

function clip(column: number, columns: number): number {
  return Math.min(Math.max(column, 0), columns);
}
