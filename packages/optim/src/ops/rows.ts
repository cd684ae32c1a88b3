/** What a gradient of which only rows are there asks of a table: to take rows, and to write them. */
import { run, type OpDef, type Tensor } from '@kasane/tensor-core';

/** The rows of a table that indices name; these have been checked when the gradient came to be. */
const takeRows: OpDef = {
  name: 'takeRows',
  infer: ([table, indices]) => {
    return { shape: [indices!.size, ...table!.shape.slice(1)], dtype: table!.dtype };
  },
  reference([table, indices], _, { data: out, size }) {
    const width = size / indices!.size;
    for (let i = 0; i < size; i++)
      out[i] = table!.data[indices!.data[Math.floor(i / width)]! * width + (i % width)]!;
  },
  vjp: null,
  wasm(k, [table, indices], _, { dtype, pointer, size }) {
    if (dtype !== 'float32') return false;
    const rows = indices!.size;
    k.gatherRows(table!.pointer, indices!.pointer, pointer, rows, size / rows);
    return true;
  },
};

/**
 * Rows added to those of a table, times β, or, without β, put in their place. Rows of equal index count as
 * their sum, or the first of them. Without indices, the rows are as many as the table's.
 */
export const writeRows: OpDef<{ readonly beta: number | null }> = {
  name: 'writeRows',
  infer: ([table]) => table!,
  reference([table, rows, links, indices], { beta }, { data: out }) {
    out.set(table!.data);
    const width = rows!.size / rows!.shape[0]!;
    for (let i = 0; i < rows!.size; i++) {
      const r = Math.floor(i / width);
      const to = (indices === undefined ? 0 : indices.data[r]! - r) * width + i;
      if (links!.data[r]! < 0) continue;
      let x = rows!.data[i]!;
      for (let k = links!.data[r]!; k !== 0 && beta !== null; k = ~links!.data[k]!)
        x += rows!.data[(k - r) * width + i]!;
      out[to] = beta === null ? x : out[to]! + beta * x;
    }
  },
  vjp: null,
  wasm(k, [table, rows, links, indices], { beta }, { dtype, pointer, size }) {
    if (dtype !== 'float32') return false;
    if (pointer !== table!.pointer) k.copy(pointer, table!.pointer, 4 * size);
    const n = rows!.shape[0]!;
    if (n === 0) return true;
    const at = [pointer, indices?.pointer ?? 0, links!.pointer, rows!.pointer] as const;
    if (beta === null) k.putRows(...at, n, rows!.size / n);
    else k.addRows(...at, n, rows!.size / n, beta);
    return true;
  },
};

/** A power of 2 that leaves half of a table of so many rows free. */
const slots = (rows: number): number => 2 ** (32 - Math.clz32(2 * rows));

/**
 * links[r] is the next row with the index of row r, or 0 if there is none; ~ of that for all but the
 * first of them. Behind the links is the place where kernels look for them.
 */
export const linkRows: OpDef = {
  name: 'linkRows',
  infer: ([indices]) => ({ shape: [indices!.size + slots(indices!.size)], dtype: 'int32' }),
  reference([indices], _, { data: out }) {
    const last = new Map<number, number>();
    for (let r = 0; r < indices!.size; r++) {
      const before = last.get(indices!.data[r]!);
      out[r] = before === undefined ? 0 : ~0;
      if (before !== undefined) out[before] = out[before]! < 0 ? ~r : r;
      last.set(indices!.data[r]!, r);
    }
  },
  vjp: null,
  wasm(k, [indices], _, { pointer }) {
    k.linkRows(indices!.pointer, pointer, indices!.size, slots(indices!.size));
    return true;
  },
};

/** Rows `indices` of a table. */
export const take = (table: Tensor, indices: Tensor): Tensor =>
  run(takeRows, [table, indices], undefined);

/** What `writeRows` takes besides a table and rows for it. */
export const placesOf = (indices: Tensor): readonly [links: Tensor, indices: Tensor] => [
  run(linkRows, [indices], undefined),
  indices,
];
