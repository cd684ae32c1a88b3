import { run } from '../dispatch.ts';
import type { Kernels } from '../backends/wasm/index.ts';
import type { ReduceGradKernel } from '../backends/wasm/kernels.ts';
import type { OpDef, View, WasmOperand } from '../op.ts';
import { forEachLine, middleLoops } from './reduce.ts';

interface DimAttrs {
  readonly dim: number;
}

/** yᵢ = e^(xᵢ) / Σⱼ e^(xⱼ) along `dim`. Integers become float32. */
export const softmax: OpDef<DimAttrs> = {
  name: 'softmax',
  inputs: 'float',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  reference([x], { dim }, out) {
    forEachLine(x!.shape, dim, (start, step, n) => {
      const { largest, total } = sumExp(x!, start, step, n);
      for (let i = 0; i < n; i++)
        out.data[start + i * step] = Math.exp(x!.data[start + i * step]! - largest) / total;
    });
  },
  vjp: ({ output, grad, attrs }) => [run(softmaxGrad, [grad, output], attrs)],
  wasm(k, [x], { dim }, out) {
    const loops = middleLoops(x!.shape, [dim]);
    if (x!.dtype !== 'float32' || loops === null) return false;
    k.softmax(x!.pointer, out.pointer, loops.outer, loops.n, loops.inner);
    return true;
  },
};

/** yᵢ = xᵢ - log Σⱼ e^(xⱼ) along `dim`. Integers become float32. */
export const logSoftmax: OpDef<DimAttrs> = {
  name: 'logSoftmax',
  inputs: 'float',
  infer: softmax.infer,
  reference([x], { dim }, out) {
    forEachLine(x!.shape, dim, (start, step, n) => {
      const { largest, total } = sumExp(x!, start, step, n);
      const logTotal = Math.log(total);
      for (let i = 0; i < n; i++)
        out.data[start + i * step] = x!.data[start + i * step]! - largest - logTotal;
    });
  },
  vjp: ({ output, grad, attrs }) => [run(logSoftmaxGrad, [grad, output], attrs)],
  wasm(k, [x], { dim }, out) {
    const loops = middleLoops(x!.shape, [dim]);
    if (x!.dtype !== 'float32' || loops === null) return false;
    k.logSoftmax(x!.pointer, out.pointer, loops.outer, loops.n, loops.inner);
    return true;
  },
};

/** yᵢ (gᵢ - Σⱼ gⱼ yⱼ): the gradient of softmax, in one pass. */
export const softmaxGrad: OpDef<DimAttrs> = {
  name: 'softmaxGrad',
  infer: ([g]) => ({ shape: g!.shape, dtype: g!.dtype }),
  reference([g, y], { dim }, out) {
    forEachLine(g!.shape, dim, (start, step, n) => {
      let total = 0;
      for (let i = 0; i < n; i++) total += g!.data[start + i * step]! * y!.data[start + i * step]!;
      for (let i = 0; i < n; i++)
        out.data[start + i * step] =
          y!.data[start + i * step]! * (g!.data[start + i * step]! - total);
    });
  },
  // With G the gradient of the result: to g the same map, for it is symmetric; to y
  // Gᵢ (gᵢ - Σ g y) - gᵢ Σ G y.
  vjp({ inputs: [g, y], grad, attrs, needs }) {
    const dim = [attrs.dim];
    const dot = (a: typeof grad): typeof grad => a.mul(y!).sum(dim, { keepdim: true });
    return [
      needs(0) ? run(softmaxGrad, [grad, y!], attrs) : null,
      needs(1) ? grad.mul(g!.sub(dot(g!))).sub(g!.mul(dot(grad))) : null,
    ];
  },
  wasm: (k, inputs, attrs, out) => gradKernel(k, (x) => x.softmaxGrad, inputs, attrs, out),
};

/** gᵢ - e^(yᵢ) Σⱼ gⱼ: the gradient of logSoftmax, in one pass. */
export const logSoftmaxGrad: OpDef<DimAttrs> = {
  name: 'logSoftmaxGrad',
  infer: softmaxGrad.infer,
  reference([g, y], { dim }, out) {
    forEachLine(g!.shape, dim, (start, step, n) => {
      let total = 0;
      for (let i = 0; i < n; i++) total += g!.data[start + i * step]!;
      for (let i = 0; i < n; i++) {
        out.data[start + i * step] =
          g!.data[start + i * step]! - Math.exp(y!.data[start + i * step]!) * total;
      }
    });
  },
  // With G the gradient of the result: to g, G - Σ G eʸ; to y, -G eʸ Σ g.
  vjp({ inputs: [g, y], grad, attrs, needs }) {
    const dim = [attrs.dim];
    const weighted = grad.mul(y!.exp());
    return [
      needs(0) ? grad.sub(weighted.sum(dim, { keepdim: true })) : null,
      needs(1) ? weighted.mul(g!.sum(dim, { keepdim: true })).neg() : null,
    ];
  },
  wasm: (k, inputs, attrs, out) => gradKernel(k, (x) => x.logSoftmaxGrad, inputs, attrs, out),
};

function gradKernel(
  k: Kernels,
  pick: (k: Kernels) => ReduceGradKernel,
  [g, y]: readonly WasmOperand[],
  { dim }: DimAttrs,
  out: WasmOperand,
): boolean {
  const loops = middleLoops(out.shape, [dim]);
  if (out.dtype !== 'float32' || loops === null) return false;
  pick(k)(g!.pointer, y!.pointer, out.pointer, loops.outer, loops.n, loops.inner);
  return true;
}

/** Everything is taken relative to the largest element, so that nothing overflows. */
function sumExp(
  x: View,
  start: number,
  step: number,
  n: number,
): { largest: number; total: number } {
  let largest = -Infinity;
  for (let i = 0; i < n; i++) largest = Math.max(largest, x.data[start + i * step]!);
  let total = 0;
  for (let i = 0; i < n; i++) total += Math.exp(x.data[start + i * step]! - largest);
  return { largest, total };
}
