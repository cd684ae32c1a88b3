import { optionsOf } from '../options.ts';
import { run } from '../dispatch.ts';
import type { ReduceKernel } from '../backends/wasm/kernels.ts';
import type { OpDef, View } from '../op.ts';
import { normalizeDims, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { reduced } from './infer.ts';
import { lengthOf, offTip } from './norm.ts';
import {
  forEachGroup,
  restoreDims,
  runLines,
  type ReduceAttrs,
  type ReduceOptions,
} from './reduce.ts';

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /**
   * What is taken off the number of elements before dividing: 1 for the estimate from a sample
   * (Bessel's correction), 0 for the mean square deviation. Default 1.
   */
  readonly correction?: number;
}

interface VarianceAttrs extends ReduceAttrs {
  readonly correction: number;
}

/** Σ (x - mean)² / (n - correction) over dims; NaN of nothing. Integers become float32. */
export const variance: OpDef<VarianceAttrs> = spread(
  'variance',
  (x, offsets, by) => {
    const mean = meanOf(x, offsets);
    let squares = 0;
    for (let i = 0; i < offsets.length; i++) squares += (x.data[offsets[i]!]! - mean) ** 2;
    return squares / by;
  },
  // dv/dxᵢ = 2 (xᵢ - mean) / (n - correction); what xᵢ does to the mean cancels in the sum.
  ({ inputs: [x], grad, attrs }) => [
    restoreDims(grad, x!.shape, attrs).mul(centred(x!, attrs).mul(2 / divisor(x!, attrs))),
  ],
);

/** The square root of the variance. */
export const std: OpDef<VarianceAttrs> = spread(
  'std',
  (x, offsets, by) => lengthOf(x, offsets, 2, meanOf(x, offsets), by),
  // d√v = dv / 2√v. At v = 0 every element is at the mean, the lowest point of a cone: the gradient
  // is 0, as in PyTorch.
  ({ inputs: [x], output, grad, attrs }) => {
    const [g, safe] = offTip(output, grad, x!.shape, attrs);
    return [g.mul(centred(x!, attrs).div(safe).div(divisor(x!, attrs)))];
  },
);

function spread(
  name: 'variance' | 'std',
  of: (x: View, offsets: Int32Array, divisor: number) => number,
  vjp: OpDef<VarianceAttrs>['vjp'],
): OpDef<VarianceAttrs> {
  return {
    name,
    inputs: 'float',
    infer: reduced,
    reference([x], attrs, out) {
      const by = divisor(x!, attrs);
      forEachGroup(x!, attrs.dims, (flat, offsets) => {
        out.data[flat] = of(x!, offsets, by);
      });
    },
    vjp,
    wasm(k, [x], { dims, correction }, out) {
      const kernel: ReduceKernel = (...at) => k[name](...at, correction);
      return x!.size > 0 && runLines(kernel, x!, dims, out);
    },
  };
}

/** `variance` or `std` of a tensor. */
export function applySpread(
  op: OpDef<VarianceAttrs>,
  x: Tensor,
  dims: number | readonly number[] | undefined,
  options?: VarianceOptions,
): Tensor {
  const names = ['keepdim', 'correction'] as const;
  const { correction = 1, keepdim = false } = optionsOf(op.name, options, names);
  return run(op, [x], { dims: normalizeDims(op.name, dims, x.ndim), keepdim, correction });
}

/** The mean, without overflow, and relative to the first number, so that of equal ones it is their value. */
function meanOf({ data }: View, offsets: Int32Array): number {
  const n = offsets.length;
  const first = data[offsets[0]!]!;
  let rest = 0;
  for (let i = 0; i < n; i++) rest += data[offsets[i]!]! / n - first / n;
  return first + rest;
}

/** x less its mean, twice for what rounding leaves. */
function centred(x: Tensor, { dims }: VarianceAttrs): Tensor {
  const centre = (t: Tensor): Tensor => t.sub(t.mean(dims, { keepdim: true }));
  return centre(centre(x));
}

function divisor(
  { shape }: { readonly shape: Shape },
  { dims, correction }: VarianceAttrs,
): number {
  const n = sizeOf(dims.map((d) => shape[d]!));
  return n === 0 ? Number.NaN : Math.max(0, n - correction);
}
