import type { OpDef } from '@kasane/tensor-core';

/** How `learnRows` learns. */
export interface LearnRowsAttrs {
  /** How many examples there are. */
  readonly count: number;
  /** Elements of a row, a multiple of 16. */
  readonly width: number;
  readonly lr: number;
  /** Share the gradient of the mean out among the inputs, as calculus has it; else each gets all of it. */
  readonly divide: boolean;
}

/** Rows of an example at most: kernels have room for no more. */
export const MAX_ROWS = 4096;

/**
 * Gradient descent on a table of vectors, example by example. The table is flat: rows of `width`, and behind them one
 * number, which becomes the sum of the losses. An example stands in the second input, int32, as the number of its
 * inputs, that of its targets, the rows of the inputs and those of the targets, ~ of a row for a target whose answer is no.
 *
 * h = mean of the inputs, s = h·w, L = -Σ log σ(s) over the targets with yes, -Σ log σ(-s) over those with no.
 *
 * Whoever calls it vouches for the examples: they are not checked, for that takes longer than to learn from them.
 */
export const learnRows: OpDef<LearnRowsAttrs> = {
  name: 'learnRows',
  infer: ([table]) => table!,
  vjp: null,
  reference([table, examples], { count, width, lr, divide }, { data: out }) {
    if (out !== table!.data) out.set(table!.data);
    const rows = examples!.data;
    const [h, d] = [new Float64Array(width), new Float64Array(width)];
    let total = 0;
    for (let example = 0, at = 0; example < count; example++) {
      const inputs = at + 2;
      const targets = inputs + rows[at]!;
      const end = targets + rows[at + 1]!;
      h.fill(0);
      d.fill(0);
      for (let i = inputs; i < targets; i++) {
        for (let j = 0; j < width; j++) h[j]! += out[rows[i]! * width + j]! / rows[at]!;
      }
      // All scores come before the first change.
      const steps = Array.from({ length: end - targets }, (_, t) => {
        const row = rows[targets + t]!;
        const from = (row < 0 ? ~row : row) * width;
        let s = 0;
        for (let j = 0; j < width; j++) s += h[j]! * out[from + j]!;
        const sign = row < 0 ? -1 : 1;
        const e = Math.exp(-sign * s);
        // log(1 + e^x) is x where e^x is beyond all numbers.
        total += e === Infinity ? -sign * s : Math.log1p(e);
        return { from, g: (sign * lr) / (1 + 1 / e) };
      });
      for (const { from, g } of steps) {
        for (let j = 0; j < width; j++) {
          d[j]! += g * out[from + j]!;
          out[from + j]! += g * h[j]!;
        }
      }
      const share = divide ? 1 / rows[at]! : 1;
      for (let i = inputs; i < targets; i++) {
        for (let j = 0; j < width; j++) out[rows[i]! * width + j]! += share * d[j]!;
      }
      at = end;
    }
    out[out.length - 1] = total;
  },
  wasm(k, [table, examples], { count, width, lr, divide }, { dtype, pointer, size }) {
    if (dtype !== 'float32') return false;
    if (pointer !== table!.pointer) k.copy(pointer, table!.pointer, 4 * size);
    const loss = pointer + 4 * (size - 1);
    k.learnRows(pointer, examples!.pointer, count, width, lr, Number(divide), k.scratch, loss);
    return true;
  },
};
