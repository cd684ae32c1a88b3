import { run } from '../dispatch.ts';
import type { ReduceGradKernel } from '../backends/wasm/kernels.ts';
import type { OpDef, View, WasmOperand } from '../op.ts';
import { likeFirst } from './infer.ts';
import { forEachLine, runLines } from './reduce.ts';

interface DimAttrs {
  readonly dim: number;
}

/** yᵢ = e^(xᵢ) / Σⱼ e^(xⱼ) along `dim`. Integers become float32. */
export const softmax: OpDef<DimAttrs> = {
  name: 'softmax',
  inputs: 'float',
  infer: likeFirst,
  reference([x], { dim }, out) {
    forEachLine(x!.shape, dim, (start, step, n) => {
      const { largest, total } = sumExp(x!, start, step, n);
      for (let i = 0; i < n; i++)
        out.data[start + i * step] = Math.exp(x!.data[start + i * step]! - largest) / total;
    });
  },
  vjp: ({ output, grad, attrs }) => [run(softmaxGrad, [grad, output], attrs)],
  wasm: (k, [x], { dim }, out) => runLines(k.softmax, x!, [dim], out),
};

/** yᵢ = xᵢ - log Σⱼ e^(xⱼ) along `dim`. Integers become float32. */
export const logSoftmax: OpDef<DimAttrs> = {
  name: 'logSoftmax',
  inputs: 'float',
  infer: likeFirst,
  reference([x], { dim }, out) {
    forEachLine(x!.shape, dim, (start, step, n) => {
      const { largest, total } = sumExp(x!, start, step, n);
      const logTotal = Math.log(total);
      for (let i = 0; i < n; i++)
        out.data[start + i * step] = x!.data[start + i * step]! - largest - logTotal;
    });
  },
  vjp: ({ output, grad, attrs }) => [run(logSoftmaxGrad, [grad, output], attrs)],
  wasm: (k, [x], { dim }, out) => runLines(k.logSoftmax, x!, [dim], out),
};

/** yᵢ (gᵢ - Σⱼ gⱼ yⱼ): the gradient of softmax, in one pass. */
export const softmaxGrad: OpDef<DimAttrs> = {
  name: 'softmaxGrad',
  infer: likeFirst,
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
  wasm: (k, inputs, attrs, out) => gradKernel(k.softmaxGrad, inputs, attrs, out),
};

/** gᵢ - e^(yᵢ) Σⱼ gⱼ: the gradient of logSoftmax, in one pass. */
export const logSoftmaxGrad: OpDef<DimAttrs> = {
  name: 'logSoftmaxGrad',
  infer: likeFirst,
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
  wasm: (k, inputs, attrs, out) => gradKernel(k.logSoftmaxGrad, inputs, attrs, out),
};

function gradKernel(
  kernel: ReduceGradKernel,
  [g, y]: readonly WasmOperand[],
  { dim }: DimAttrs,
  out: WasmOperand,
): boolean {
  return runLines((x, ...at) => kernel(x, y!.pointer, ...at), g!, [dim], out);
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
