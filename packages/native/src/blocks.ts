/** Products in blocks that are small enough for OpenBLAS to compute them from where the numbers are. */
import type { Kernels } from '@kasane/tensor-core';
import type { Matrix, Products } from './product.ts';
import type { Memory } from './room.ts';

/** Panels of weights have so many columns: assembly/recurrent-product.ts. */
const PANEL = 8;

/**
 * What is asked for at once of a library that does not pack small products, which for OpenBLAS are those of up to 10⁶
 * multiplications. Packing takes up to a third of the time of a product that is narrow in one of its sizes; columns that lie
 * apart by a power of two of bytes cost more than that: on an Intel Xeon with AVX-512 (32, 128) · (128, 512) took 38 µs, in
 * blocks 30, and (1600, 64) · (64, 512) 785, in blocks 620.
 */
const ROWS = 48;
export const COLUMNS = 128;
const DEPTH = 128;

/** A second factor (depth, columns): where it lies, or laid out so that 128 columns at a time are a matrix of their own. */
export class Blocks {
  readonly #products: Products;
  readonly #depth: number;
  readonly #columns: number;
  readonly #at: number;
  readonly #row: number | null;
  /** Columns of a block. */
  readonly #width: number;

  /** `row` is by how many elements the rows of one that stays where it lies are apart. */
  constructor(
    products: Products,
    depth: number,
    columns: number,
    at: number,
    row: number | null = null,
  ) {
    this.#products = products;
    this.#depth = depth;
    this.#columns = columns;
    this.#at = at;
    this.#row = row;
    this.#width = products.packsSmall ? columns : COLUMNS;
  }

  /** Lays out a matrix (depth, columns), or the transpose of one (columns, depth). */
  take(k: Kernels, matrix: number, transposed: boolean): void {
    const [depth, columns] = [this.#depth, this.#columns];
    const [down, right] = transposed ? [1, depth] : [columns, 1];
    for (let j = 0; j < columns; j += this.#width) {
      const width = Math.min(this.#width, columns - j);
      const to = this.#at + 4 * j * depth;
      k.stridedCopy(matrix, to, 1, 1, depth, width, 0, 0, down, right, j * right);
    }
  }

  /** Lays out the weights of gates of `hidden` columns, each as ⌈hidden / 8⌉ panels (depth, 8). */
  takePanels(memory: Memory, k: Kernels, panels: number, hidden: number): void {
    const [depth, columns, most] = [this.#depth, this.#columns, this.#width];
    if (hidden % PANEL === 0) {
      const [row, panel] = [PANEL, PANEL * depth];
      for (let j = 0; j < columns; j += most) {
        const from = panels + 4 * j * depth;
        const to = this.#at + 4 * j * depth;
        const count = Math.min(most, columns - j) / PANEL;
        k.stridedCopy(from, to, 1, depth, count, PANEL, 0, row, panel, 1, 0);
      }
      return;
    }
    const each = Math.ceil(hidden / PANEL);
    const read = 4 * (columns / hidden) * each * depth * PANEL;
    const buffer = memory.bufferTo(Math.max(panels + read, this.#at + 4 * depth * columns));
    const numbers = new Float32Array(buffer);
    let panel = panels / 4;
    for (let gate = 0; gate < columns; gate += hidden) {
      for (let column = 0; column < hidden; column += PANEL, panel += depth * PANEL) {
        const count = Math.min(PANEL, hidden - column);
        for (let lane = 0; lane < count; lane++) {
          const start = gate + column + lane;
          const block = start - (start % most);
          const width = Math.min(most, columns - block);
          let to = this.#at / 4 + block * depth + (start - block);
          for (let from = panel + lane, end = from + depth * PANEL; from < end; from += PANEL) {
            numbers[to] = numbers[from]!;
            to += width;
          }
        }
      }
    }
  }

  /** c = op(a) · this + beta c, with op(a) (rows, depth). */
  multiply(rows: number, transA: boolean, a: Matrix, c: Matrix, beta: 0 | 1): boolean {
    const [products, depth, columns, row] = [this.#products, this.#depth, this.#columns, this.#row];
    const [most, deep] = products.packsSmall ? [rows, depth] : [ROWS, DEPTH];
    // Rows of a transpose are columns: what is read from one block of them is read while it is near.
    for (let l = 0; l < depth; l += deep) {
      const k = Math.min(deep, depth - l);
      const sum = l === 0 ? beta : 1;
      for (let j = 0; j < columns; j += this.#width) {
        const n = Math.min(this.#width, columns - j);
        const start = row === null ? j * depth + l * n : l * row + j;
        const block = { at: this.#at + 4 * start, row: row ?? n };
        for (let i = 0; i < rows; i += most) {
          const m = Math.min(most, rows - i);
          const from = { at: a.at + 4 * (transA ? l * a.row + i : i * a.row + l), row: a.row };
          const to = { at: c.at + 4 * (i * c.row + j), row: c.row };
          if (!products.multiply(transA, false, [m, n, k], from, block, to, 1, sum)) return false;
        }
      }
    }
    return true;
  }
}
