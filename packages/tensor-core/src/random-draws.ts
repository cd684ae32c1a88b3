/** Random whole numbers: draws from ranges, orders and coins. */
import { defaultBackend } from './backends/default.ts';
import { optionsOf } from './options.ts';
import { toFloating, type DType } from './dtype.ts';
import { requireThat, requireWhole } from './errors.ts';
import { requireNumber } from './given.ts';
import { remainder, type Generator } from './random.ts';
import { drawn, randomNames, type RandomOptions } from './random-tensors.ts';
import type { Shape } from './shape.ts';
import { Tensor } from './tensor.ts';

const WORD = 2 ** 32;

/** The least and the greatest whole number that are drawn in a dtype: between them it tells all apart. */
const limits = (dtype: DType): readonly [least: number, most: number] =>
  dtype === 'bool'
    ? [0, 1]
    : dtype === 'float32'
      ? [-(2 ** 24), 2 ** 24]
      : [-(2 ** 31), 2 ** 31 - 1];

/**
 * Whole numbers in [low, high), all equally likely; int32 unless a dtype is given.
 *
 * $P(x_i = k) = 1 / (\text{high} - \text{low})$
 *
 * PyTorch makes int64, and may be given `high` alone.
 *
 * @throws RangeError unless low < high are whole numbers of the int32 range, and unless the dtype holds
 * them all: bool has 0 and 1, float32 those up to 2^24.
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 *
 * @example
 * import { Generator, randint } from '@kasane/tensor-core';
 * const dice = randint(1, 7, [600], { generator: new Generator(1) });
 * [dice.dtype, dice.min().item(), dice.max().item()]; // => ["int32",1,6]
 */
export function randint(
  low: number,
  high: number,
  shape: Shape,
  options: RandomOptions = {},
): Tensor {
  const { dtype = 'int32' } = optionsOf('randint', options, randomNames);
  const [least, most] = limits(dtype);
  requireWhole('randint', `low of ${dtype}`, low, least, most);
  requireWhole('randint', `high of ${dtype}`, high, low + 1, most + 1);
  const range = high - low;
  return drawn('randint', shape, dtype, options, (out, generator) => {
    const drawn = drawBelow(generator, out.length, () => range);
    for (let i = 0; i < out.length; i++) out[i] = low + drawn[i]!;
  });
}

/**
 * A random order of 0 to n - 1, each with probability $1 / n!$; int32 unless a dtype is given, where PyTorch has int64.
 *
 * @throws RangeError unless n is a whole number ≥ 0 and the dtype holds all the numbers: bool has 0 and 1,
 * float32 those up to 2^24.
 *
 * @example
 * import { Generator, randperm } from '@kasane/tensor-core';
 * randperm(4, { generator: new Generator(1) }).sort().values.toArray(); // => [0,1,2,3]
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const { dtype = 'int32' } = optionsOf('randperm', options, randomNames);
  requireWhole('randperm', `n of ${dtype}`, n, 0, limits(dtype)[1] + 1);
  return drawn('randperm', [n], dtype, options, (out, generator) => {
    for (let i = 0; i < n; i++) out[i] = i;
    // Fisher and Yates: the last open place takes any of those up to it.
    drawBelow(generator, Math.max(0, n - 1), (i) => n - i).forEach((pick, i) => {
      const place = n - 1 - i;
      const value = out[pick]!;
      out[pick] = out[place]!;
      out[place] = value;
    });
  });
}

/**
 * 1 with probability p, else 0: one p for a whole shape, or a tensor with a p for every element.
 *
 * The dtype is that of the tensor of probabilities (float32 for a shape); bool and int32 work too.
 * No gradient flows to the probabilities.
 *
 * $P(x_i = 1) = p_i$
 *
 * PyTorch takes a shape only as that of a tensor: `torch.bernoulli(x, p)`.
 *
 * @throws RangeError if a probability is not in [0, 1].
 * @throws {@link DTypeError} if the probabilities are on a device that answers later.
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0.
 *
 * @example
 * import { bernoulli, Generator, tensor } from '@kasane/tensor-core';
 * bernoulli(tensor([0, 1, 1])).toArray(); // => [0,1,1]
 * const coins = bernoulli([1000], 0.3, { generator: new Generator(1) });
 * coins.mean().item().toFixed(1); // => 0.3
 */
export function bernoulli(probabilities: Tensor, options?: RandomOptions): Tensor;
export function bernoulli(shape: Shape, p: number, options?: RandomOptions): Tensor;
export function bernoulli(
  first: Tensor | Shape,
  second: number | RandomOptions = {},
  third: RandomOptions = {},
): Tensor {
  const given = first instanceof Tensor;
  const options = optionsOf('bernoulli', typeof second === 'number' ? third : second, randomNames);
  const {
    dtype = given ? toFloating(first.dtype) : 'float32',
    backend = given ? first.backend : defaultBackend(),
  } = options;
  const p = given ? 0 : second;
  const values = given ? first.dataSync() : null;
  checkProbability(p);
  const all = { ...options, backend };
  return drawn('bernoulli', given ? first.shape : first, dtype, all, (out, generator) => {
    const words = generator.words(new Uint32Array(out.length));
    for (let i = 0; i < out.length; i++) {
      const probability = values === null ? p : values[i]!;
      if (values !== null) checkProbability(probability);
      out[i] = words[i]! < probability * WORD ? 1 : 0;
    }
  });
}

function checkProbability(p: unknown): asserts p is number {
  requireNumber('bernoulli', 'p', p);
  requireThat(p >= 0 && p <= 1, 'bernoulli', 'probabilities', p, 'from 0 to 1');
}

/** For every i < count a whole number in [0, bound(i)), all equally likely. */
function drawBelow(generator: Generator, count: number, bound: (i: number) => number): Uint32Array {
  const drawn = generator.words(new Uint32Array(count));
  const again: number[] = [];
  for (let i = 0; i < count; i++) {
    const value = remainder(drawn[i]!, bound(i));
    if (value >= 0) drawn[i] = value;
    else again.push(i);
  }
  for (const i of again) drawn[i] = generator.below(bound(i));
  return drawn;
}
