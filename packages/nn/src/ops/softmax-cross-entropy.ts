import { checkIndex, run, sizeOf, type OpDef, type WasmOperand } from '@kasane/tensor-core';
import { pick, whereCounted } from '../losses/nll.ts';

/** Where the classes are, and which class counts for nothing. */
export interface ClassAttrs {
  readonly dim: number;
  readonly ignoreIndex: number;
}

/**
 * -Σ_c y_c log softmax(x)_c along `dim`, which the result lacks. y has the shape of x, or that of the result
 * if it is int32: then it names the only class with y_c = 1, and a loss is 0 where that is ignoreIndex.
 */
export const softmaxCrossEntropy: OpDef<ClassAttrs> = {
  name: 'crossEntropy',
  infer([x, y], { dim, ignoreIndex }) {
    const { shape, dtype } = x!;
    if (y!.dtype === 'int32') checkIndex('crossEntropy', y!, shape[dim]!, 'classes', ignoreIndex);
    return { shape: shape.filter((_, d) => d !== dim), dtype };
  },
  vjp: ({ inputs: [x, y], grad, attrs, needs }) => [
    needs(0) ? run(softmaxCrossEntropyGrad, [grad, x!, y!], attrs) : null,
    needs(1) ? x!.logSoftmax(attrs.dim).mul(grad.unsqueeze(attrs.dim)).neg() : null,
  ],
  decompose([x, y], { dim, ignoreIndex }) {
    if (y!.dtype !== 'int32') return x!.logSoftmax(dim).mul(y!).sum(dim).neg();
    // A gradient of 0 times NaN would be NaN.
    const scores = whereCounted(y!.unsqueeze(dim), ignoreIndex, () => x!);
    return pick(scores.logSoftmax(dim), y!, dim, ignoreIndex);
  },
  wasm(k, [x, y], attrs, out) {
    k.crossEntropy(x!.pointer, y!.pointer, out.pointer, ...loops(x!, y!, attrs));
    return true;
  },
};

/** g (softmax(x) Σ y - y): the gradient of x. */
const softmaxCrossEntropyGrad: OpDef<ClassAttrs> = {
  name: 'crossEntropyGrad',
  infer: ([, x]) => x!,
  vjp: null,
  wasm(k, [g, x, y], attrs, out) {
    k.crossEntropyGrad(g!.pointer, x!.pointer, y!.pointer, out.pointer, ...loops(x!, y!, attrs));
    return true;
  },
};

/** The kernels' last arguments: the classes are the middle of (outer, n, inner), and what y is. */
function loops(
  { shape }: WasmOperand,
  y: WasmOperand,
  { dim, ignoreIndex }: ClassAttrs,
): readonly [number, number, number, number, number] {
  return [
    sizeOf(shape.slice(0, dim)),
    shape[dim]!,
    sizeOf(shape.slice(dim + 1)),
    Number(y.dtype === 'int32'),
    ignoreIndex,
  ];
}
