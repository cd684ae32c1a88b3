/** How gradients of which only rows are there change a table. */
import { run, type OpDef, type Tensor } from '@kasane/tensor-core';

/**
 * Rows added to those of a table, times β, or, without β, put in their place. Rows of equal index count as
 * their sum, or the first of them. Without indices, the rows are as many as the table's.
 */
export const writeRows: OpDef<{ readonly beta: number | null }> = {
  name: 'writeRows',
  infer: ([table]) => table!,
  reference([table, rows, links, indices], { beta }, { data: out }) {
    out.set(table!.data);
    const [{ data }, next] = [rows!, links!.data];
    const width = data.length / rows!.shape[0]!;
    for (let i = 0; i < data.length; i++) {
      const r = Math.floor(i / width);
      if (next[r]! < 0) continue;
      const to = i + ((indices?.data[r] ?? r) - r) * width;
      let x = data[i]!;
      if (beta === null) out[to] = x;
      else {
        for (let k = next[r]!; k !== 0; k = ~next[k]!) x += data[i + (k - r) * width]!;
        out[to]! += beta * x;
      }
    }
  },
  vjp: null,
  wasm(k, [table, rows, links, indices], { beta }, { dtype, pointer, size }) {
    if (dtype !== 'float32') return false;
    if (pointer !== table!.pointer) k.copy(pointer, table!.pointer, 4 * size);
    const n = rows!.shape[0]!;
    const at = [pointer, indices?.pointer ?? 0, links!.pointer, rows!.pointer, n] as const;
    const width = rows!.size / n || 0;
    if (beta === null) k.putRows(...at, width);
    else k.addRows(...at, width, beta);
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

/** What `writeRows` takes besides a table and rows for it. */
export const placesOf = (indices: Tensor): readonly [links: Tensor, indices: Tensor] => [
  run(linkRows, [indices], undefined),
  indices,
];
