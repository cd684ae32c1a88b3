/** Weights of a recurrent layer, laid out for the products of its steps. */
import type { Matrix, Products } from './product.ts';
import type { Memory } from './room.ts';

/** Panels of weights have so many columns: assembly/recurrent-product.ts. */
const PANEL = 8;

/**
 * Largest product that is asked for at once. OpenBLAS computes those of up to 10⁶ multiplications from where the numbers are,
 * without packing them first, which for weights takes a quarter of the time; columns that lie apart by a power of two of bytes
 * cost more than that: on an Intel Xeon with AVX-512 (32, 128) · (128, 512) took 38 µs, in blocks 30.
 */
const ROWS = 64;
const COLUMNS = 64;
const DEPTH = 128;

/** A matrix (depth, columns), of which 64 columns at a time are a matrix of their own. */
export class Blocks {
  readonly #products: Products;
  readonly #depth: number;
  readonly #columns: number;
  readonly #at: number;

  constructor(products: Products, depth: number, columns: number, at: number) {
    this.#products = products;
    this.#depth = depth;
    this.#columns = columns;
    this.#at = at;
  }

  /** Takes the weights of gates of `hidden` columns, each as ⌈hidden / 8⌉ panels (depth, 8). */
  take(memory: Memory, panels: number, hidden: number): void {
    const [depth, columns] = [this.#depth, this.#columns];
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
          const block = start - (start % COLUMNS);
          const width = Math.min(COLUMNS, columns - block);
          let to = this.#at / 4 + block * depth + (start - block);
          for (let from = panel + lane, end = from + depth * PANEL; from < end; from += PANEL) {
            numbers[to] = numbers[from]!;
            to += width;
          }
        }
      }
    }
  }

  /** c = a · weights + beta c, with a (rows, depth). */
  multiply(rows: number, a: Matrix, c: Matrix, beta: 0 | 1): boolean {
    const [depth, columns] = [this.#depth, this.#columns];
    for (let i = 0; i < rows; i += ROWS) {
      const m = Math.min(ROWS, rows - i);
      for (let j = 0; j < columns; j += COLUMNS) {
        const n = Math.min(COLUMNS, columns - j);
        const to = { at: c.at + 4 * (i * c.row + j), row: c.row };
        for (let l = 0; l < depth; l += DEPTH) {
          const k = Math.min(DEPTH, depth - l);
          const from = { at: a.at + 4 * (i * a.row + l), row: a.row };
          const block = { at: this.#at + 4 * (j * depth + l * n), row: n };
          const sum = l === 0 ? beta : 1;
          if (!this.#products.multiply(false, false, [m, n, k], from, block, to, 1, sum))
            return false;
        }
      }
    }
    return true;
  }
}
