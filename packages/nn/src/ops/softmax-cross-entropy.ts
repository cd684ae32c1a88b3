import { checkIndex, run, sizeOf, type OpDef, type Shape, type View } from '@kasane/tensor-core';
import { pick } from '../losses/nll.ts';

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
  reference([x, y], attrs, out) {
    out.data.fill(0);
    forEachClass(x!, y!, attrs, (line, _, logP, target) => {
      // What is not the class is left out, not multiplied by 0, which would keep NaN and Infinity.
      if (target !== 0 || y!.dtype !== 'int32') out.data[line]! -= target * logP;
    });
  },
  vjp: ({ inputs: [x, y], grad, attrs, needs }) => [
    needs(0) ? run(softmaxCrossEntropyGrad, [grad, x!, y!], attrs) : null,
    needs(1) ? x!.logSoftmax(attrs.dim).mul(grad.unsqueeze(attrs.dim)).neg() : null,
  ],
  recompute([x, y], { dim, ignoreIndex }) {
    const logP = x!.logSoftmax(dim);
    if (y!.dtype !== 'int32') return logP.mul(y!).sum(dim).neg();
    return pick(logP, y!, dim, ignoreIndex);
  },
  wasm(k, [x, y], attrs, out) {
    if (out.dtype !== 'float32' || x!.size === 0) return false;
    const { outer, n, inner } = loops(x!, attrs);
    const classes = Number(y!.dtype === 'int32');
    k.crossEntropy(
      x!.pointer,
      y!.pointer,
      out.pointer,
      outer,
      n,
      inner,
      classes,
      attrs.ignoreIndex,
    );
    return true;
  },
};

/** g (softmax(x) Σ y - y): the gradient of x. */
const softmaxCrossEntropyGrad: OpDef<ClassAttrs> = {
  name: 'crossEntropyGrad',
  infer: ([, x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  reference([g, x, y], attrs, out) {
    out.data.fill(0);
    forEachClass(x!, y!, attrs, (line, i, logP, target, whole) => {
      out.data[i] = g!.data[line]! * (Math.exp(logP) * whole - target);
    });
  },
  vjp: null,
  wasm(k, [g, x, y], attrs, out) {
    if (out.dtype !== 'float32') return false;
    const { outer, n, inner } = loops(x!, attrs);
    const operands = [g!.pointer, x!.pointer, y!.pointer, out.pointer] as const;
    k.crossEntropyGrad(
      ...operands,
      outer,
      n,
      inner,
      Number(y!.dtype === 'int32'),
      attrs.ignoreIndex,
    );
    return true;
  },
};

/** The classes are the middle of (outer, n, inner). */
function loops(
  { shape }: { readonly shape: Shape },
  { dim }: ClassAttrs,
): Record<'outer' | 'n' | 'inner', number> {
  return {
    outer: sizeOf(shape.slice(0, dim)),
    n: shape[dim]!,
    inner: sizeOf(shape.slice(dim + 1)),
  };
}

/** Calls `visit` with every element of the lines that count: its log-probability, y, and Σ y of the line. */
function forEachClass(
  x: View,
  y: View,
  attrs: ClassAttrs,
  visit: (line: number, i: number, logP: number, target: number, whole: number) => void,
): void {
  const { outer, n, inner } = loops(x, attrs);
  for (let line = 0; line < outer * inner; line++) {
    const chosen = y.dtype === 'int32' ? y.data[line]! : null;
    if (chosen === attrs.ignoreIndex) continue;
    const first = (line - (line % inner)) * n + (line % inner);
    const places = Array.from({ length: n }, (_, c) => first + c * inner);
    const largest = Math.max(...places.map((i) => x.data[i]!));
    const targetOf = (i: number, c: number): number =>
      chosen === null ? y.data[i]! : Number(c === chosen);
    let total = 0;
    let whole = 0;
    places.forEach((i, c) => {
      total += Math.exp(x.data[i]! - largest);
      whole += targetOf(i, c);
    });
    places.forEach((i, c) => {
      visit(line, i, x.data[i]! - largest - Math.log(total), targetOf(i, c), whole);
    });
  }
}
