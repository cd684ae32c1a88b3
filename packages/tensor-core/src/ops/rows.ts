/** Rows of tables by a kernel: gathered into `rows`, or `rows` added to them. */
import type { WasmKernels } from '../backends/wasm/kernels.gen.ts';
import { bytesPerElement } from '../dtype.ts';
import type { WasmOperand } from '../op.ts';

/**
 * Calls the kernel for each of `outer` tables, whose rows have `width` elements. They share the indices,
 * unless there is an index for each row of all. Returns true.
 */
export function runRows(
  kernel: WasmKernels['gatherRows'],
  table: WasmOperand,
  index: WasmOperand,
  rows: WasmOperand,
  outer: number,
  width: number,
): boolean {
  const bytes = bytesPerElement[table.dtype];
  const own = index.size === rows.size;
  const count = own ? index.size / outer : index.size;
  for (let o = 0; o < outer; o++) {
    kernel(
      table.pointer + (o * table.size * bytes) / outer,
      index.pointer + (own ? o * count * 4 : 0),
      rows.pointer + (o * rows.size * bytes) / outer,
      count,
      (width * bytes) / 4,
    );
  }
  return true;
}
