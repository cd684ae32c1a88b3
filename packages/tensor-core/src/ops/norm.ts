import { optionsOf } from '../options.ts';
import { run } from '../dispatch.ts';
import { toFloating } from '../dtype.ts';
import type { OpDef, View } from '../op.ts';
import { normalizeDims, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { reduced } from './infer.ts';
import {
  forEachGroup,
  restoreDims,
  runLines,
  type ReduceAttrs,
  type ReduceOptions,
} from './reduce.ts';

/** Options of `norm`. */
export interface NormOptions extends ReduceOptions {
  /** The exponent: any number above 0, or Infinity for the largest |x|. Default 2. */
  readonly p?: number;
}

export interface NormAttrs extends ReduceAttrs {
  readonly p: number;
}

export const normOp: OpDef<NormAttrs> = {
  name: 'norm',
  inputs: 'float',
  infer(inputs, attrs) {
    if (!(attrs.p > 0)) {
      throw new RangeError(
        `norm: p must be above 0, got ${attrs.p}. Count with x.notEqual(0).sum().`,
      );
    }
    return reduced(inputs, attrs);
  },
  reference([x], { dims, p }, out) {
    forEachGroup(x!, dims, (flat, offsets) => {
      out.data[flat] = lengthOf(x!, offsets, p);
    });
  },
  // dy/dx = sign(x) (|x| / y)^(p-1), and 0 where y is 0, the lowest point of the cone.
  vjp({ inputs: [x], output, grad, attrs }) {
    const [g, safe] = offTip(output, grad, x!.shape, attrs);
    if (attrs.p === 2) return [g.mul(x!.div(safe))];
    // sign(0) = 0 decides at x = 0, where 0^(p-1) would be infinite for p < 1.
    const size = x!.equal(0).where(1, x!.abs());
    const power = (t: Tensor): Tensor => t.pow(attrs.p - 1);
    // The quotient may be 0 in float32 where its power is not; the powers may overflow where that does not.
    const ratio = attrs.p < 2 ? power(size).div(power(safe)) : power(size.div(safe));
    return [g.mul(x!.sign()).mul(ratio)];
  },
  wasm: (k, [x], { dims, p }, out) => p === 2 && runLines(k.norm2, x!, dims, out),
};

/**
 * The gradient of a root y of `shape` reduced, and y to divide by; at y = 0 they are 0 and 1, which give 0 in
 * every order, without a 0/0, whatever comes.
 */
export function offTip(
  y: Tensor,
  grad: Tensor,
  shape: Shape,
  attrs: ReduceAttrs,
): readonly [Tensor, Tensor] {
  const tip = y.equal(0);
  return [
    restoreDims(tip.where(0, grad), shape, attrs),
    restoreDims(tip.where(1, y), shape, attrs),
  ];
}

/** (Σ |x - shift|ᵖ / divisor)^(1/p); relative to the largest where the powers leave the range of float64. */
export function lengthOf(
  x: View,
  offsets: Int32Array,
  p: number,
  shift: number = 0,
  divisor: number = 1,
  unit: number = 1,
): number {
  let largest = 0;
  let total = 0;
  for (let i = 0; i < offsets.length; i++) {
    const size = Math.abs(x.data[offsets[i]!]! - shift) / unit;
    largest = Math.max(largest, size);
    total += p === 2 ? size * size : size ** p;
  }
  if (unit === 1 && !(total > 1e-290 && total < Infinity) && largest > 0 && largest < Infinity) {
    return lengthOf(x, offsets, p, shift, divisor, largest);
  }
  return unit * (p === 2 ? Math.sqrt(total / divisor) : total ** (1 / p));
}

/** (Σ |x|ᵖ)^(1/p) over dims. */
export function norm(
  x: Tensor,
  dims: number | readonly number[] | undefined,
  options?: NormOptions,
): Tensor {
  const { p = 2, keepdim = false } = optionsOf('norm', options, ['p', 'keepdim']);
  // The two ends of the scale are made of ops that have kernels. 0 is the norm of nothing.
  const reduced = normalizeDims('norm', dims, x.ndim);
  if (p === 1 || p === Infinity) {
    const sizes = x.cast(toFloating(x.dtype)).abs();
    return p === 1 || x.size === 0
      ? sizes.sum(reduced, { keepdim })
      : sizes.max(reduced, { keepdim });
  }
  return run(normOp, [x], { dims: reduced, keepdim, p });
}
