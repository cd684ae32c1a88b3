import { bytesPerElement } from '../dtype.ts';
import { run } from '../dispatch.ts';
import { ShapeError } from '../errors.ts';
import type { OpDef } from '../op.ts';
import { normalizeDim, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { likeFirst } from './infer.ts';

/** One dim shifted; what falls off the end comes in at the start. `shift` is in [0, size). */
export const rollOp: OpDef<{ readonly dim: number; readonly shift: number }> = {
  name: 'roll',
  infer: likeFirst,
  reference([x], { dim, shift }, out) {
    const { row, tail } = blocks(x!.shape, dim, shift);
    for (let start = 0; start < x!.size; start += row) {
      const end = start + row;
      out.data.set(x!.data.subarray(end - tail, end), start);
      out.data.set(x!.data.subarray(start, end - tail), start + tail);
    }
  },
  vjp: ({ grad, attrs: { dim, shift } }) => [grad.roll(-shift, dim)],
  wasm(k, [x], { dim, shift }, out) {
    const bytes = bytesPerElement[x!.dtype];
    const { row, tail } = blocks(x!.shape, dim, shift);
    for (let start = 0; start < x!.size; start += row) {
      const [from, to] = [x!.pointer + start * bytes, out.pointer + start * bytes];
      k.copy(to, from + (row - tail) * bytes, tail * bytes);
      k.copy(to + tail * bytes, from, (row - tail) * bytes);
    }
    return true;
  },
};

/** The elements of one whole turn, and how many of them change ends. */
function blocks(shape: Shape, dim: number, shift: number): { row: number; tail: number } {
  const inner = sizeOf(shape.slice(dim + 1));
  return { row: shape[dim]! * inner, tail: shift * inner };
}

/** `x` shifted along each of `dims`, or flattened first if none is named. */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  dims?: number | readonly number[],
): Tensor {
  const amounts = typeof shifts === 'number' ? [shifts] : shifts;
  if (dims === undefined && amounts.length === 1) {
    return roll(x.flatten(), amounts, 0).reshape(x.shape);
  }
  const list = dims === undefined ? [] : typeof dims === 'number' ? [dims] : dims;
  if (list.length !== amounts.length || !amounts.every(Number.isInteger)) {
    throw new ShapeError(
      `roll: needs one whole shift for every dim, got shifts [${amounts.join(',')}] for dims [${list.join(',')}].`,
    );
  }
  let rolled = x;
  list.forEach((d, i) => {
    const dim = normalizeDim('roll', d, x.ndim);
    const size = x.shape[dim] ?? 1;
    const shift = size === 0 ? 0 : ((amounts[i]! % size) + size) % size;
    if (shift > 0) rolled = run(rollOp, [rolled], { dim, shift });
  });
  return rolled;
}
