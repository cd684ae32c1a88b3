/** Drawing categories by weight. */
import { optionsOf } from './options.ts';
import { arrayFor, wrap } from './create.ts';
import type { TypedArray } from './dtype.ts';
import { DTypeError, requireWhole, ShapeError } from './errors.ts';
import { requireTensor } from './given.ts';
import { defaultGenerator, logarithm, type Generator } from './random.ts';
import { randomNames, type RandomOptions } from './random-tensors.ts';
import { formatShape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { lowerBound } from './ops/searchsorted.ts';
import { laneSorter } from './ops/sort.ts';

/** Options of `multinomial`. */
export interface MultinomialOptions extends RandomOptions {
  /** A category may come up again. Default false, as in PyTorch. */
  readonly replacement?: boolean;
}

/**
 * Categories drawn with probabilities proportional to weights, as int32.
 *
 * Weights (n) give (numSamples); weights (b, n) give (b, numSamples), a draw for every row. Without
 * replacement the categories come in the order in which they would be drawn one after another.
 *
 * $P(i) = w_i / \sum_j w_j$ for the first, or every one with replacement
 *
 * PyTorch makes int64.
 *
 * @throws RangeError if a weight is negative or not finite, if all weights of a row are 0, if there are fewer categories
 * of positive weight than samples without replacement, and unless `numSamples` is a whole number ≥ 1.
 * @throws {@link ShapeError} unless the weights are a vector or a matrix.
 * @throws {@link DTypeError} for bool, which cannot hold categories, and if the weights are on a device that answers later.
 *
 * @example
 * import { Generator, multinomial, tensor } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * multinomial(tensor([0, 3, 0]), 4, { replacement: true, generator }).toArray(); // => [1,1,1,1]
 * multinomial(tensor([1, 0, 2]), 2, { generator }).sort().values.toArray(); // => [0,2]
 * @see https://doi.org/10.1016/j.ipl.2005.11.003
 */
export function multinomial(
  weights: Tensor,
  numSamples: number,
  options: MultinomialOptions = {},
): Tensor {
  requireTensor('multinomial', 'weights', weights);
  const {
    replacement = false,
    generator = defaultGenerator(),
    dtype = 'int32',
    backend = weights.backend,
  } = optionsOf('multinomial', options, ['replacement', ...randomNames]);
  if (weights.ndim !== 1 && weights.ndim !== 2) {
    throw new ShapeError(
      `multinomial: weights must be a vector or a matrix, got ${formatShape(weights.shape)}.`,
    );
  }
  requireWhole('multinomial', 'numSamples', numSamples, 1);
  if (dtype === 'bool')
    throw new DTypeError('multinomial: bool cannot hold categories. Use int32.');
  const n = weights.shape.at(-1)!;
  const shape = [...weights.shape.slice(0, -1), numSamples];
  const out = arrayFor('multinomial', shape, dtype);
  const values = weights.dataSync();
  const draw = replacement ? drawWithReplacement : drawWithoutReplacement;
  for (let r = 0; r * numSamples < out.length; r++) {
    const row = values.subarray(r * n, (r + 1) * n);
    checkWeights(row, numSamples, replacement);
    draw(generator, row, out.subarray(r * numSamples, (r + 1) * numSamples));
  }
  return wrap(out, shape, { ...options, backend, dtype });
}

function drawWithReplacement(generator: Generator, weights: TypedArray, out: TypedArray): void {
  const sums = new Float64Array(weights.length);
  let total = 0;
  let largest = 0;
  for (const w of weights) largest = Math.max(largest, w);
  // In units of about the largest no sum overflows and no product loses its digits; a power of two
  // rounds nothing.
  const unit = 2 ** Math.min(1023, Math.floor(Math.log2(largest)));
  for (let i = 0; i < weights.length; i++) sums[i] = total += weights[i]! / unit;
  for (let s = 0; s < out.length; s++) {
    const target = generator.random() * total;
    // The first category whose running sum exceeds the target; those of weight 0 never do first.
    out[s] = lowerBound(sums, 0, weights.length - 1, target, true);
  }
}

/**
 * The first to ring among clocks that run at rates wᵢ, -ln(u)/wᵢ, is i with probability wᵢ/Σw. Times are
 * compared by their logarithms, which neither overflow nor vanish.
 */
function drawWithoutReplacement(generator: Generator, weights: TypedArray, out: TypedArray): void {
  // Of weight 0 they ring never, at Infinity or NaN, which come last.
  const times = Float64Array.from(
    weights,
    (w) => anyLogarithm(-logarithm(1 - generator.random())) - anyLogarithm(w),
  );
  out.set(laneSorter(times.length, false)(times, 0, 1).subarray(0, out.length));
}

/** ln x for x ≥ 0, the same in every engine. */
function anyLogarithm(x: number): number {
  if (x === 0) return -Infinity;
  return x > 1 ? -logarithm(1 / x) : logarithm(x);
}

function checkWeights(weights: TypedArray, numSamples: number, replacement: boolean): void {
  let positive = 0;
  for (const w of weights) {
    if (!(w >= 0) || w === Infinity) {
      throw new RangeError(`multinomial: weights must be finite and ≥ 0, got ${w}.`);
    }
    if (w > 0) positive++;
  }
  if (positive < (replacement ? 1 : numSamples)) {
    const hint = positive === 0 ? 'Raise one.' : 'Pass { replacement: true }.';
    throw new RangeError(
      `multinomial: cannot draw ${numSamples} categories from ${positive} of positive weight. ${hint}`,
    );
  }
}
