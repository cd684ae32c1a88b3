/**
 * What all layers that normalise share. Elements form groups, those with the same g in (batch, groups,
 * inner), and each group is shifted and scaled as a whole; then γ and β change them per group, or per
 * element of a group.
 */
import {
  requireTensor,
  run,
  sizeOf,
  stack,
  type OpDef,
  type Shape,
  type Spec,
  type Tensor,
  type WasmOperand,
} from '@kasane/tensor-core';
import { checkLastDims } from '../shapes.ts';

/** How elements form groups, and what becomes of them. */
export interface Grouping {
  readonly batch: number;
  readonly groups: number;
  readonly inner: number;
  /** γ and β belong to the elements within a group, not to groups; then batch is 1. */
  readonly each: boolean;
  /** The mean is subtracted. */
  readonly centred: boolean;
  /** Added to the variance. */
  readonly eps: number;
}

/** Mean, scale and variance of every group, (3, groups); the scale is 1 / √(variance + ε). */
export const moments: OpDef<Grouping> = {
  name: 'moments',
  inputs: 'float',
  infer: ([x], { groups }) => ({ shape: [3, groups], dtype: x!.dtype }),
  vjp: null, // normalize knows what reaches x through them
  decompose([x], { batch, groups, inner, centred, eps }) {
    let grouped = x!.reshape([batch, groups, inner]);
    const over = (t: Tensor): Tensor => t.mean([0, 2], { keepdim: true });
    let mean = x!.newFull([1, groups, 1], 0);
    if (centred) {
      // Twice, for what rounding leaves: the mean of equal numbers is their value.
      const near = over(grouped);
      const rest = over(grouped.sub(near));
      mean = near.add(rest);
      // In two steps, which lack nothing of the mean as its rounding does.
      grouped = grouped.sub(near).sub(rest);
    }
    const variance = over(grouped.square());
    return stack([mean, variance.add(eps).rsqrt(), variance]).reshape([3, groups]);
  },
  wasm(k, [x], how, out) {
    k.moments(
      x!.pointer,
      ...rowsOf(out, how),
      out.pointer + 8 * how.groups,
      ...sizesOf(how),
      Number(how.centred),
      how.eps,
    );
    return true;
  },
};

/** (x - mean)·scale·γ + β, of x, the rows mean and scale, and γ and β if they are there. */
const scaled: OpDef<Grouping> = {
  name: 'normalize',
  inputs: 'float',
  infer: likeFirst,
  vjp({ inputs: [x, stats, gamma], grad, attrs, needs }) {
    const operands = [grad, x!, stats!];
    const how = { ...attrs, moving: needs(1) };
    const sums = gamma === undefined ? [] : run(affineGrad, operands, attrs).unbind();
    return [
      needs(0) ? run(normalizeGrad, gamma ? [...operands, gamma] : operands, how) : null,
      null,
      ...sums.map((sum) => sum.reshape(gamma!.shape)), // one too many where there is no β
    ];
  },
  decompose([x, stats, gamma, beta], { batch, groups, inner, each }) {
    const perGroup = (t: Tensor): Tensor => t.reshape([groups, 1]);
    const perChannel = (t: Tensor): Tensor => t.reshape(each ? [inner] : [groups, 1]);
    const centred = x!.reshape([batch, groups, inner]).sub(perGroup(stats!.select(0, 0)));
    let y = centred.mul(perGroup(stats!.select(0, 1)));
    if (gamma !== undefined) y = y.mul(perChannel(gamma));
    if (beta !== undefined) y = y.add(perChannel(beta));
    return y.reshape(x!.shape);
  },
  wasm(k, [x, stats, gamma, beta], how, out) {
    k.normalize(
      x!.pointer,
      ...rowsOf(stats!, how),
      gamma?.pointer ?? 0,
      beta?.pointer ?? 0,
      out.pointer,
      ...sizesOf(how),
      Number(how.each),
    );
    return true;
  },
};

/**
 * From the gradient of `scaled` to that of x, with h = g·γ: h·scale, less what reaches x through moments
 * that move with it, scale·(mean(h) + x̂·mean(h·x̂)).
 */
const normalizeGrad: OpDef<Grouping & { readonly moving: boolean }> = {
  name: 'normalizeGrad',
  infer: likeFirst,
  vjp: null,
  wasm(k, [grad, x, stats, gamma], how, out) {
    k.normalizeGrad(
      grad!.pointer,
      x!.pointer,
      ...rowsOf(stats!, how),
      gamma?.pointer ?? 0,
      out.pointer,
      ...sizesOf(how),
      Number(how.each),
      Number(how.centred && how.moving),
      Number(how.moving),
    );
    return true;
  },
};

/** The gradients of γ, Σ g·x̂, and of β, Σ g, as two rows. */
const affineGrad: OpDef<Grouping> = {
  name: 'affineGrad',
  infer: ([grad], { groups, inner, each }) => ({
    shape: [2, each ? inner : groups],
    dtype: grad!.dtype,
  }),
  vjp: null,
  wasm(k, [grad, x, stats], how, out) {
    k.affineGrad(
      grad!.pointer,
      x!.pointer,
      ...rowsOf(stats!, how),
      out.pointer + 2 * out.size,
      out.pointer,
      ...sizesOf(how),
      Number(how.each),
    );
    return true;
  },
};

/** x normalised by its own moments, or by given ones, and changed by γ and β. */
export function normalize(
  x: Tensor,
  affine: readonly (Tensor | null)[],
  how: Grouping,
  stats: Tensor = run(moments, [x], how),
): Tensor {
  return run(scaled, [x, stats, ...affine.filter((t) => t !== null)], how);
}

/** Normalisation over the last dimensions, which must be `wanted`. */
export function lastDims(
  layer: string,
  x: Tensor,
  wanted: Shape,
  eps: number,
  centred: boolean,
): Grouping {
  requireTensor(layer, 'the input', x);
  checkLastDims(layer, x, wanted, 'normalizedShape');
  const inner = sizeOf(wanted);
  const groups = sizeOf(x.shape.slice(0, x.ndim - wanted.length));
  return { batch: 1, groups, inner, each: true, centred, eps };
}

function likeFirst([x]: readonly Tensor[]): Spec {
  return x!;
}

/** Where the rows of means and of scales begin. */
function rowsOf({ pointer }: WasmOperand, { groups }: Grouping): readonly [number, number] {
  return [pointer, pointer + 4 * groups];
}

/** What kernels are told of a grouping: its sizes, and the steps from sample to sample and group to group. */
function sizesOf(how: Grouping): readonly [number, number, number, number, number] {
  const { batch, groups, inner } = how;
  return [batch, groups, inner, groups * inner, inner];
}
