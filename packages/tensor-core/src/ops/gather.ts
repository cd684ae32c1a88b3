import { bytesPerElement } from '../dtype.ts';
import { DTypeError, ShapeError } from '../errors.ts';
import { requireTensor } from '../given.ts';
import type { OpDef } from '../op.ts';
import { noFlops } from './infer.ts';
import {
  broadcastShapes,
  forEachPair,
  formatShape,
  normalizeDim,
  sameShape,
  sizeOf,
  stridesOf,
  type Shape,
} from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { checkIndex } from './check-index.ts';
import { runRows } from './rows.ts';

export interface GatherAttrs {
  readonly dim: number;
}

/** out[i][j][k] = x[i][index[i][j][k]][k] for dim 1: every element names where it comes from. */
export const gather: OpDef<GatherAttrs> = {
  name: 'gather',
  infer([x, index], { dim }) {
    checkFits('gather', index!.shape, x!.shape, dim, 'input');
    checkIndex('gather', index!, x!.shape[dim] ?? 1, `dim ${dim}`);
    return { shape: index!.shape, dtype: x!.dtype };
  },
  reference([x, index], { dim }, out) {
    const { stride, others } = splitStrides(x!.shape, dim);
    forEachPair(out.shape, others, others, (at, _, flat) => {
      out.data[flat] = x!.data[at + index!.data[flat]! * stride]!;
    });
  },
  vjp: ({ inputs: [x, index], grad, attrs: { dim } }) => [
    grad.newFull(x!.shape, 0).scatterAdd(dim, index!, grad),
    null,
  ],
  wasm(k, [x, index], { dim }, out) {
    const outer = lanesOf(x!.shape, index!.shape, dim);
    if (bytesPerElement[x!.dtype] < 4 || outer === null) return false;
    return runRows(k.gatherRows, x!, index!, out, outer, 1);
  },
  flops: noFlops,
};

/** x with out[i][index[i][j][k]][k] += src[i][j][k] for dim 1: the adjoint of gather. */
export const scatterAdd: OpDef<GatherAttrs> = {
  name: 'scatterAdd',
  infer([x, index, src], { dim }) {
    checkSum('scatterAdd', x!, src!);
    checkFits('scatterAdd', index!.shape, x!.shape, dim, 'input');
    checkFits('scatterAdd', index!.shape, src!.shape, -1, 'src');
    checkIndex('scatterAdd', index!, x!.shape[dim] ?? 1, `dim ${dim}`);
    return x!;
  },
  reference([x, index, src], { dim }, out) {
    out.data.set(x!.data);
    const { stride, others } = splitStrides(out.shape, dim);
    forEachPair(index!.shape, others, stridesOf(src!.shape), (at, from, flat) => {
      out.data[at + index!.data[flat]! * stride]! += src!.data[from]!;
    });
  },
  vjp({ inputs: [, index, src], grad, attrs: { dim }, needs }) {
    if (!needs(2)) return [grad, null, null];
    const taken = grad.gather(dim, index!);
    // What lies beyond the index was not added to anything.
    const beyond = src!.shape.map((d, i) => [0, d - taken.shape[i]!] as const);
    return [grad, null, sameShape(taken.shape, src!.shape) ? taken : taken.pad(beyond)];
  },
  wasm(k, [x, index, src], { dim }, out) {
    const outer = lanesOf(x!.shape, index!.shape, dim);
    if (x!.dtype !== 'float32' || outer === null) return false;
    if (!sameShape(index!.shape, src!.shape)) return false;
    k.copy(out.pointer, x!.pointer, x!.size * 4);
    return runRows(k.scatterAddRows, out, index!, src!, outer, 1);
  },
};

/** gather after broadcasting every dim but `dim` to the common shape. */
export function takeAlongDim(x: Tensor, index: Tensor, dim: number): Tensor {
  requireTensor('takeAlongDim', 'the index', index);
  if (x.ndim !== index.ndim) {
    throw new ShapeError(
      `takeAlongDim: input and index must have one ndim, got ${formatShape(x.shape)} and ${formatShape(index.shape)}. Unsqueeze one.`,
    );
  }
  const d = normalizeDim('takeAlongDim', dim, x.ndim);
  const without = (shape: Shape): number[] => shape.map((size, i) => (i === d ? 1 : size));
  const common = broadcastShapes('takeAlongDim', without(x.shape), without(index.shape));
  const stretch = (t: Tensor): Tensor => {
    const shape = common.map((size, i) => (i === d ? t.shape[i]! : size));
    return sameShape(shape, t.shape) ? t : t.broadcastTo(shape);
  };
  return stretch(x).gather(d, stretch(index));
}

/** Throws unless `values` can be added to `x`: one dtype, and one that has a sum. */
export function checkSum(op: string, x: Tensor, values: Tensor): void {
  if (x.dtype !== values.dtype || x.dtype === 'bool') {
    throw new DTypeError(
      `${op}: input and src must have one numeric dtype, got ${x.dtype} and ${values.dtype}. Use .cast(dtype).`,
    );
  }
}

/** Throws unless `index` lies within `shape` along every dim but `dim`. */
function checkFits(op: string, index: Shape, shape: Shape, dim: number, what: string): void {
  if (index.length === shape.length && index.every((d, i) => i === dim || d <= shape[i]!)) return;
  const except = dim < 0 ? '' : ` except along dim ${dim}`;
  throw new ShapeError(
    `${op}: index must be no larger than ${what}${except}, got ${formatShape(index)} and ${formatShape(shape)}. Slice or broadcast one.`,
  );
}

/** The stride of `dim`, and all strides with that one set to 0. A scalar counts as one element. */
export function splitStrides(shape: Shape, dim: number): { stride: number; others: number[] } {
  const strides = stridesOf(shape);
  return { stride: strides[dim] ?? 1, others: strides.map((s, i) => (i === dim ? 0 : s)) };
}

/**
 * The number of lanes of single elements that the row kernels can take one by one, if `dim` is the last
 * that holds more than one. Otherwise null.
 */
function lanesOf(shape: Shape, index: Shape, dim: number): number | null {
  const lead = shape.slice(0, dim);
  const alone = [shape, index].every((s) => sizeOf(s.slice(dim + 1)) === 1);
  return alone && sameShape(lead, index.slice(0, dim)) ? sizeOf(lead) : null;
}
