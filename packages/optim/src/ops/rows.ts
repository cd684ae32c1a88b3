/**
 * The update ops have a second form for gradients of which only rows are there: after their inputs stand
 * the indices of these rows, and how rows of equal index are linked. They change the rows that are named,
 * once each.
 */
import {
  run,
  type Kernels,
  type OpDef,
  type RowGradient,
  type Tensor,
  type View,
  type WasmOperand,
} from '@kasane/tensor-core';

/** What follows the inputs of an update op: nothing, or indices and links. */
export type Rows = readonly [] | readonly [indices: Tensor, links: Tensor];

/** A power of 2 that leaves half of a table of so many rows free. */
const slots = (rows: number): number => 2 ** (32 - Math.clz32(2 * rows));

/**
 * links[r] is the next row with the index of row r, or 0 if there is none; ~ of that for all but the
 * first of them. Behind the links stands a table of the last row found of each index.
 */
export const linkRows: OpDef = {
  name: 'linkRows',
  infer: ([index]) => ({ shape: [index!.size + slots(index!.size)], dtype: 'int32' }),
  reference([index], _, { data: out }) {
    const { size: rows, data } = index!;
    const mask = slots(rows) - 1;
    out.fill(-1, rows);
    for (let r = 0; r < rows; r++) {
      let slot = Math.imul(data[r]!, 0x9e3779b1) >>> 7;
      let last: number;
      for (; ; slot++) {
        last = out[rows + (slot & mask)]!;
        if (last < 0 || data[last] === data[r]) break;
      }
      out[rows + (slot & mask)] = r;
      out[r] = last < 0 ? 0 : ~0;
      if (last >= 0) out[last] = out[last]! < 0 ? ~r : r;
    }
  },
  vjp: null,
  wasm(k, [index], _, out) {
    k.linkRows(index!.pointer, out.pointer, index!.size, slots(index!.size));
    return true;
  },
};

/** What an update op takes besides the values of a gradient. */
export const rowsOf = ({ indices }: RowGradient): Rows => [
  indices,
  run(linkRows, [indices], undefined),
];

/**
 * Fills `out` with `rule(i, x)`, x being element i of the gradient `g`, and with `a` where the gradient has
 * no row. `aligned`: g has all rows of a.
 */
export function applied(
  a: View,
  g: View,
  [indices, links]: readonly View[],
  out: View,
  rule: (i: number, x: number) => number,
  aligned: boolean = false,
): void {
  const { data } = g;
  if (indices === undefined || links === undefined) {
    for (let i = 0; i < out.size; i++) out.data[i] = rule(i, data[i]!);
    return;
  }
  if (out.data !== a.data) out.data.set(a.data);
  const width = out.size / out.shape[0]!;
  for (let r = 0; r < indices.size; r++) {
    if (links.data[r]! < 0) continue;
    for (let j = 0; j < width; j++) {
      const i = indices.data[r]! * width + j;
      let x = aligned ? data[i]! : data[r * width + j]!;
      for (let k = links.data[r]!; k !== 0 && !aligned; k = ~links.data[k]!)
        x += data[k * width + j]!;
      out.data[i] = rule(i, x);
    }
  }
}

/** Copies what is not changed, and gives the arguments that the kernels for rows have in common. */
export function rowArguments(
  k: Kernels,
  a: WasmOperand,
  [indices, links]: readonly WasmOperand[],
  out: WasmOperand,
): [indices: number, links: number, rows: number, width: number] {
  if (out.pointer !== a.pointer) k.copy(out.pointer, a.pointer, 4 * out.size);
  return [indices!.pointer, links!.pointer, indices!.size, out.size / out.shape[0]!];
}
