import type { ReduceKernel } from '../backends/wasm/kernels.ts';
import type { OpDef, View } from '../op.ts';
import { sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { reduced } from './infer.ts';
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
export const variance: OpDef<VarianceAttrs> = {
  name: 'variance',
  inputs: 'float',
  infer: reduced,
  reference([x], { dims, correction }, out) {
    forEachGroup(x!, dims, (flat, offsets) => {
      out.data[flat] = varianceOf(x!, offsets, correction);
    });
  },
  vjp: ({ inputs: [x], grad, attrs }) => [varianceGrad(x!, grad, attrs)],
  wasm(k, [x], { dims, correction }, out) {
    const kernel: ReduceKernel = (...at) => k.variance(...at, correction);
    return x!.size > 0 && runLines(kernel, x!, dims, out);
  },
};

/** The square root of the variance. */
export const std: OpDef<VarianceAttrs> = {
  name: 'std',
  inputs: 'float',
  infer: reduced,
  reference([x], { dims, correction }, out) {
    forEachGroup(x!, dims, (flat, offsets) => {
      out.data[flat] = Math.sqrt(varianceOf(x!, offsets, correction));
    });
  },
  // d√v = dv / 2√v. At v = 0 every element is at the mean, the lowest point of a cone: the gradient
  // is 0, as in PyTorch. Dividing by Infinity gives it in every order, without a 0/0.
  vjp({ inputs: [x], output, grad, attrs }) {
    const slope = output.equal(0).where(Infinity, output.mul(2));
    return [varianceGrad(x!, grad.div(slope), attrs)];
  },
  wasm(k, inputs, attrs, out) {
    if (!variance.wasm!(k, inputs, attrs, out)) return false;
    k.sqrt(out.pointer, out.pointer, out.size);
    return true;
  },
};

function varianceOf(x: View, offsets: Int32Array, correction: number): number {
  const n = offsets.length;
  if (n === 0) return Number.NaN;
  let total = 0;
  for (let i = 0; i < n; i++) total += x.data[offsets[i]!]!;
  const mean = total / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (x.data[offsets[i]!]! - mean) ** 2;
  return squares / divisor(n, correction);
}

// dv/dxᵢ = 2 (xᵢ - mean) / (n - correction); what xᵢ does to the mean cancels in the sum.
function varianceGrad(x: Tensor, grad: Tensor, attrs: VarianceAttrs): Tensor {
  const n = countOf(x.shape, attrs.dims);
  const centred = x.sub(x.mean(attrs.dims, { keepdim: true }));
  return restoreDims(grad, x.shape, attrs).mul(centred.mul(2 / divisor(n, attrs.correction)));
}

function countOf(shape: Shape, dims: readonly number[]): number {
  return sizeOf(dims.map((d) => shape[d]!));
}

function divisor(n: number, correction: number): number {
  return Math.max(0, n - correction);
}
