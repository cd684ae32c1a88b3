/**
 * Attention, which models that need it load as `@kasane/nn/attention`.
 *
 * @packageDocumentation
 */
import {
  formatShape,
  isFloatingPoint,
  requireTensors,
  run,
  sameShape,
  ShapeError,
  optionsOf,
  type Tensor,
} from '@kasane/tensor-core';
import { dropout } from './dropout.ts';
import { initOptions, type InitOptions } from './init/basic.ts';
import { attentionWeights, composedWeights, type AttentionAttrs } from './ops/attention-weights.ts';

/** Options of `scaledDotProductAttention`. */
export interface AttentionOptions extends InitOptions {
  /** Which keys a query sees, true for those it does, or numbers added to the scores; (..., T, S). */
  readonly mask?: Tensor;
  /** Query t sees keys 0 to t only. Default false. */
  readonly isCausal?: boolean;
  /** The probability of dropping a weight; also outside of training. Default 0. */
  readonly dropoutP?: number;
  /** The factor of the scores. Default 1 / √D. */
  readonly scale?: number;
}

/**
 * The values, averaged for each query by how well their keys fit.
 *
 * $$ \mathrm{softmax}\left(\frac{Q K^\top}{\sqrt{D}} + M\right) V $$
 *
 * | tensor | shape                         |
 * | ------ | ----------------------------- |
 * | query  | (..., T, D)                   |
 * | key    | (..., S, D)                   |
 * | value  | (..., S, E)                   |
 * | mask   | broadcasts to (..., T, S)     |
 * | output | (..., T, E)                   |
 *
 * Leading dimensions broadcast. A query that sees no key gets zeros; a key that no query sees counts for nothing, though it or
 * its value be NaN. Same as `torch.nn.functional.scaled_dot_product_attention`, with options in camelCase.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 * @throws {@link DTypeError} for a mask of whole numbers.
 * @throws RangeError unless dropoutP is a probability.
 *
 * @example
 * import { scaledDotProductAttention } from '@kasane/nn/attention';
 * import { tensor } from '@kasane/tensor-core';
 * const [query, key] = [tensor([[0], [99]]), tensor([[0], [99]])];
 * const value = tensor([[1, 0], [0, 1]]);
 * scaledDotProductAttention(query, key, value).toArray(); // => [[0.5,0.5],[0,1]]
 * scaledDotProductAttention(query, key, value, { isCausal: true }).toArray(); // => [[1,0],[0,1]]
 *
 * @see Vaswani et al. (2017), Attention Is All You Need.
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  const names = ['mask', 'isCausal', 'dropoutP', 'scale', 'generator'] as const;
  requireTensors('scaledDotProductAttention', [query, key, value]);
  return attend(query, key, value, optionsOf('scaledDotProductAttention', options, names)).output;
}

/** What attention gives. */
export interface Attended {
  /** The averaged values, (..., T, E). */
  readonly output: Tensor;
  /** How much of each value that is, behind dropout; (..., T, S). */
  readonly weights: Tensor;
}

/**
 * `scaledDotProductAttention` with the weights beside its output.
 * @internal
 */
export function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions,
): Attended {
  const [, d] = query.shape.slice(-2);
  const [s, size] = key.shape.slice(-2);
  if (d === undefined || size !== d || value.ndim < 2 || value.shape.at(-2) !== s) {
    throw new ShapeError(
      `scaledDotProductAttention: needs query (..., T, D), key (..., S, D) and value (..., S, E), got ${[query, key, value].map((x) => formatShape(x.shape)).join(', ')}.`,
    );
  }
  // Products of vectors without elements are 0, whatever they are multiplied by; not by Infinity.
  const { mask, isCausal = false, dropoutP = 0, scale = 1 / Math.sqrt(d || 1) } = options;
  const attrs = { scale, isCausal };
  const drop = (weights: Tensor): Tensor =>
    dropout(weights, { ...initOptions(options), p: dropoutP });
  if (mask === undefined) {
    const weights = drop(weightsOf(query, key, undefined, attrs)); // (..., T, S)
    return { output: weights.matmul(value), weights };
  }
  const bias = isFloatingPoint(mask.dtype) ? mask : mask.where(query.newFull([], 0), -Infinity);
  const only = seenBy(bias, key);
  // The softmax of nothing is NaN, in its gradient too: who sees no key looks at all of them, and forgets it.
  const sees = seeing(bias, isCausal ? [query.shape.at(-2)!, s!] : null);
  const found = weightsOf(query, only(key), sees.where(bias, 0), attrs);
  const weights = drop(sees.where(found, 0)); // (..., T, S)
  return { output: weights.matmul(only(value)), weights };
}

/** Which queries see a key, (..., T, 1); `matrix` is (T, S) where query t sees keys 0 to t only. */
function seeing(mask: Tensor, matrix: readonly [number, number] | null): Tensor {
  let visible = mask.notEqual(-Infinity);
  if (matrix !== null) visible = visible.logicalAnd(visible.newFull(matrix, 1).tril());
  return visible.any(-1, { keepdim: true });
}

/**
 * Puts zeros where no query looks, in keys or values: there may be padding that holds anything, and 0 times NaN
 * is NaN.
 */
function seenBy(mask: Tensor, { shape }: Tensor): (x: Tensor) => Tensor {
  const visible = mask.greater(-Infinity);
  const isSeen = (mask.ndim > 1 ? visible.any(-2) : visible).unsqueeze(-1); // (..., S, 1)
  const fits = isSeen.shape.every((size, i) => {
    const other = shape.at(i - isSeen.ndim) ?? 1;
    return size === other || size === 1 || other === 1;
  });
  // A mask of another shape is refused where it meets the scores.
  return (x) => (fits ? isSeen.where(x, 0) : x);
}

/** By one op where leading dimensions are equal, but for those of the mask. */
function weightsOf(
  query: Tensor,
  key: Tensor,
  mask: Tensor | undefined,
  attrs: AttentionAttrs,
): Tensor {
  const lead = query.shape.slice(0, -2);
  if (!sameShape(lead, key.shape.slice(0, -2)) || (mask?.ndim ?? 0) > query.ndim)
    return composedWeights(query, key, mask, attrs);
  if (mask === undefined) return run(attentionWeights, [query, key], attrs);
  const [t, s] = [query.shape.at(-2)!, key.shape.at(-2)!];
  const wanted = [...lead, t, s];
  const first = wanted.length - mask.ndim;
  if (!mask.shape.every((size, i) => size === 1 || size === wanted[first + i])) {
    throw new ShapeError(
      `scaledDotProductAttention: the mask must broadcast to ${formatShape(wanted)}, got ${formatShape(mask.shape)}.`,
    );
  }
  const matrix = [mask.shape.at(-2) === 1 ? 1 : t, s];
  const shape = mask.shape.slice(0, -2).every((size) => size === 1) ? matrix : [...lead, ...matrix];
  return run(
    attentionWeights,
    [query, key, mask.reshape(mask.shape.slice(-shape.length)).broadcastTo(shape)],
    attrs,
  );
}
