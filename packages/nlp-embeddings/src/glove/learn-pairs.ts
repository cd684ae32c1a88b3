import type { OpDef } from '@kasane/tensor-core';

/** How `learnPairs` learns. */
export interface LearnPairsAttrs {
  /** How many pairs there are. */
  readonly count: number;
  /** Rows of weights. */
  readonly rows: number;
  /** Elements of a row, a multiple of 8. */
  readonly width: number;
  readonly lr: number;
}

/** Elements of the table that `learnPairs` learns. */
export const tableSize = ({ rows, width }: Pick<LearnPairsAttrs, 'rows' | 'width'>): number =>
  2 * rows * (width + 1) + 1;

/**
 * AdaGrad on GloVe's table, pair by pair. The table is flat: the weights, rows of `width`; a bias for each row; the sums of squares of the weights; those
 * of the biases; and one number, which becomes the sum of the losses. The second input, int32, has the two rows of each pair, the third what x ought to be and
 * its weight f.
 *
 * x = a·b + the biases of both, d = x - value, L = f d²; w -= lr h / √G, G += (lr h)² for each weight w, with h = ∂(½ L)/∂w.
 *
 * Whoever calls it vouches for the rows: they are not checked, and none may be a first one in one pair and a second one in another.
 */
export const learnPairs: OpDef<LearnPairsAttrs> = {
  name: 'learnPairs',
  infer: ([table]) => table!,
  vjp: null,
  reference([table, places, values], { count, rows, width, lr }, { data: out }) {
    if (out !== table!.data) out.set(table!.data);
    const half = rows * (width + 1); // from a weight or bias to its sum of squares
    const move = (at: number, h: number): void => {
      const sum = out[at + half]!;
      out[at]! -= h / Math.sqrt(sum);
      out[at + half] = sum + h * h;
    };
    let total = 0;
    for (let pair = 0; pair < count; pair++) {
      const [i, j] = [places!.data[2 * pair]!, places!.data[2 * pair + 1]!];
      const [value, f] = [values!.data[2 * pair]!, values!.data[2 * pair + 1]!];
      const [a, b] = [i * width, j * width];
      const [biasA, biasB] = [rows * width + i, rows * width + j];
      let d = out[biasA]! + out[biasB]! - value;
      for (let k = 0; k < width; k++) d += out[a + k]! * out[b + k]!;
      total += f * d * d;
      const step = lr * f * d;
      for (let k = 0; k < width; k++) {
        const [x, y] = [out[a + k]!, out[b + k]!];
        move(a + k, step * y);
        move(b + k, step * x);
      }
      move(biasA, step);
      move(biasB, step);
    }
    out[out.length - 1] = total;
  },
  wasm(k, [table, places, values], { count, rows, width, lr }, { dtype, pointer, size }) {
    if (dtype !== 'float32') return false;
    if (pointer !== table!.pointer) k.copy(pointer, table!.pointer, 4 * size);
    const biases = pointer + 4 * rows * width;
    const sums = biases + 4 * rows;
    const biasSums = sums + 4 * rows * width;
    const loss = pointer + 4 * (size - 1);
    const [at, xs] = [places!.pointer, values!.pointer];
    k.learnPairs(pointer, biases, sums, biasSums, at, xs, count, width, lr, loss);
    return true;
  },
};
