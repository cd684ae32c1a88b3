import { run, sizeOf, type OpDef, type Tensor } from '@kasane/tensor-core';

/** How scores become weights. */
export interface AttentionAttrs {
  readonly scale: number;
  /** Query t sees keys 0 to t only. */
  readonly isCausal: boolean;
}

/**
 * softmax(scale·Q·Kᵀ + M) of Q (..., T, D), K (..., S, D) with as many leading dimensions, and, if there is one,
 * M (..., T or 1, S) with as many or none.
 */
export const attentionWeights: OpDef<AttentionAttrs> = {
  name: 'attentionWeights',
  inputs: 'promote',
  infer: ([q, k]) => ({ shape: [...q!.shape.slice(0, -1), k!.shape.at(-2)!], dtype: q!.dtype }),
  // With S the scores and P their softmax: dS = P ∘ (dP - Σ dP ∘ P), dQ = scale·dS·K, dK = scale·dSᵀ·Q.
  vjp({ inputs: [q, k, mask], output, grad, attrs: { scale }, needs }) {
    const scores = run(scoresGrad, [grad, output], undefined);
    return [
      needs(0) ? scores.matmul(k!).mul(scale) : null,
      needs(1) ? scores.matmul(q!, { transposeA: true }).mul(scale) : null,
      mask !== undefined && needs(2) ? scores : null,
    ];
  },
  decompose: ([q, k, mask], attrs) => composedWeights(q!, k!, mask, attrs),
  wasm(kernels, [q, k, mask], { scale, isCausal }, out) {
    const [t, d] = q!.shape.slice(-2) as [number, number]; // infer wants matrices
    const s = k!.shape.at(-2)!;
    const rows = mask?.shape.at(-2) ?? 0;
    kernels.attentionWeights(
      q!.pointer,
      k!.pointer,
      mask?.pointer ?? 0,
      out.pointer,
      kernels.scratch,
      sizeOf(out.shape.slice(0, -2)),
      t,
      s,
      d,
      mask === undefined || mask.size === rows * s ? 0 : rows * s,
      rows > 1 ? s : 0,
      0,
      Number(isCausal),
      scale,
    );
    return true;
  },
};

/** P ∘ (dP - Σ dP ∘ P), from dP and P to the gradient of the scores. */
const scoresGrad: OpDef = {
  name: 'attentionScoresGrad',
  infer: ([grad]) => ({ shape: grad!.shape, dtype: grad!.dtype }),
  vjp: null,
  wasm(kernels, [grad, weights], _, out) {
    const n = out.shape.at(-1)!;
    kernels.softmaxGrad(grad!.pointer, weights!.pointer, out.pointer, out.size / n, n, 1);
    return true;
  },
};

/** The same by other ops; leading dimensions broadcast. */
export function composedWeights(
  q: Tensor,
  k: Tensor,
  mask: Tensor | undefined,
  { scale, isCausal }: AttentionAttrs,
): Tensor {
  let scores = q.mul(scale).matmul(k, { transposeB: true }); // (..., T, S)
  if (mask !== undefined) scores = scores.add(mask);
  if (!isCausal) return scores.softmax(-1);
  // Selected, not added: what stands behind a query may be NaN or Infinity. Weights there are 0, also of a
  // query that sees no key, whose other weights are NaN.
  const hidden = scores.newFull(scores.shape.slice(-2), 1, 'bool').triu(1);
  return scores.maskedFill(hidden, -Infinity).softmax(-1).maskedFill(hidden, 0);
}
