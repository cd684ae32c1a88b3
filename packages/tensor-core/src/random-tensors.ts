/** Random tensors. The numbers are made on the host, so every backend sees the same ones. */
import { optionsOf } from './options.ts';
import { arrayFor, wrap, type CreateOptions } from './create.ts';
import { isFloatingPoint, type DType, type TypedArray } from './dtype.ts';
import { DTypeError } from './errors.ts';
import { sizesAndOptions } from './given.ts';
import { cosine, defaultGenerator, fraction53, logarithm, type Generator } from './random.ts';
import { truncatedNormalSampler } from './random-truncated.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { replay } from './tracing.ts';

/** Options of every function that makes a random tensor. */
export interface RandomOptions extends CreateOptions {
  /** Where the numbers come from. Default: `defaultGenerator()`. */
  readonly generator?: Generator;
}

/** The names of RandomOptions. @internal */
export const randomNames = ['dtype', 'requiresGrad', 'backend', 'generator'] as const;

/** Options of `uniform`. */
export interface UniformOptions extends RandomOptions {
  /** The smallest value. Default 0. */
  readonly low?: number;
  /** The bound that no value reaches. Default 1. */
  readonly high?: number;
}

/** Options of `normal`. */
export interface NormalOptions extends RandomOptions {
  /** Default 0. */
  readonly mean?: number;
  /** The standard deviation. Default 1. */
  readonly std?: number;
}

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions extends NormalOptions {
  /** The smallest value. Default: mean - 2 std. */
  readonly low?: number;
  /** The largest value. Default: mean + 2 std. */
  readonly high?: number;
}

/**
 * Uniform numbers in [0, 1): 24 random bits in float32, 53 in float64. The shape is an array or sizes in a row.
 *
 * $x_i \sim U[0, 1)$
 *
 * @throws {@link DTypeError} unless the dtype is float32 or float64.
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 *
 * @example
 * import { Generator, rand } from '@kasane/tensor-core';
 * const x = rand([1000], { generator: new Generator(1) });
 * x.greaterEqual(0).logicalAnd(x.less(1)).all().item(); // => 1
 */
export const rand: {
  (shape: Shape, options?: RandomOptions): Tensor;
  (...sizes: number[]): Tensor;
  (...sizesAndOptions: [...sizes: number[], options: RandomOptions]): Tensor;
} = uniform;

/**
 * Uniform numbers in [low, high).
 *
 * $x_i = \text{low} + (\text{high} - \text{low}) \, u_i$ with $u_i \sim U[0, 1)$
 *
 * PyTorch fills a tensor that there is, with `uniform_`.
 *
 * @throws RangeError unless low < high and both are finite.
 * @throws {@link DTypeError} unless the dtype is float32 or float64.
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 *
 * @example
 * import { Generator, uniform } from '@kasane/tensor-core';
 * const x = uniform([10000], { low: -1, high: 3, generator: new Generator(1) });
 * Math.round(x.mean().item()); // => 1
 */
export function uniform(shape: Shape, options?: UniformOptions): Tensor;
export function uniform(...sizes: number[]): Tensor;
export function uniform(...sizesAndOptions: [...sizes: number[], options: UniformOptions]): Tensor;
export function uniform(...given: (Shape | number | UniformOptions | undefined)[]): Tensor {
  const [shape, options = {}] = sizesAndOptions('uniform', given);
  const { low = 0, high = 1 } = optionsOf('uniform', options, ['low', 'high', ...randomNames]);
  if (!(low < high) || !Number.isFinite(high - low)) {
    throw new RangeError(`uniform: needs finite low < high, got [${low}, ${high}).`);
  }
  return floats('uniform', shape, options, (out, generator) => {
    const double = out instanceof Float64Array;
    const words = wordsFor(out, double ? 2 * out.length : out.length, generator);
    const scale = high - low;
    for (let i = 0; i < out.length; i++) {
      const u = double
        ? fraction53(words[2 * i]!, words[2 * i + 1]!)
        : (words[i]! >>> 8) * 2 ** -24;
      out[i] = low + scale * u;
      // Rounding may reach the bound, once in millions; the range does not hold it.
      if (out[i]! >= high) out[i] = low;
    }
  });
}

/**
 * Normally distributed numbers: mean 0, standard deviation 1. The shape is an array or sizes in a row.
 *
 * $x_i \sim N(0, 1)$
 *
 * @throws {@link DTypeError} unless the dtype is float32 or float64.
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 *
 * @example
 * import { Generator, randn } from '@kasane/tensor-core';
 * const x = randn([10000], { generator: new Generator(1) });
 * x.square().mean().item().toFixed(1); // => 1.0
 * randn(4, 2).shape; // => [4,2]
 */
export const randn: {
  (shape: Shape, options?: RandomOptions): Tensor;
  (...sizes: number[]): Tensor;
  (...sizesAndOptions: [...sizes: number[], options: RandomOptions]): Tensor;
} = normal;

/**
 * Normally distributed numbers, by Box and Muller's method.
 *
 * $$ x_{2i} = \mu + \sigma \sqrt{-2 \ln u} \cos 2 \pi v, \quad x_{2i + 1} = \mu + \sigma \sqrt{-2 \ln u} \sin 2 \pi v $$
 *
 * with the mean $\mu$, the standard deviation $\sigma$, and for each pair $u$ from (0, 1] and $v$ from [0, 1). `torch.normal` takes
 * mean and deviation first, tensors of them too.
 *
 * @throws RangeError unless std ≥ 0 and both are finite.
 * @throws {@link DTypeError} unless the dtype is float32 or float64.
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 *
 * @example
 * import { Generator, normal } from '@kasane/tensor-core';
 * const x = normal([10000], { mean: 5, std: 0.1, generator: new Generator(1) });
 * x.mean().item().toFixed(1); // => 5.0
 */
export function normal(shape: Shape, options?: NormalOptions): Tensor;
export function normal(...sizes: number[]): Tensor;
export function normal(...sizesAndOptions: [...sizes: number[], options: NormalOptions]): Tensor;
export function normal(...given: (Shape | number | NormalOptions | undefined)[]): Tensor {
  const [shape, options = {}] = sizesAndOptions('normal', given);
  const { mean = 0, std = 1 } = optionsOf('normal', options, ['mean', 'std', ...randomNames]);
  checkSpread('normal', mean, std);
  return floats('normal', shape, options, (out, generator) => {
    const pairs = Math.ceil(out.length / 2);
    const double = out instanceof Float64Array;
    const words = wordsFor(out, double ? 4 * pairs : 2 * pairs, generator);
    for (let p = 0; p < pairs; p++) {
      // 1 - u is in (0, 1], where the logarithm is finite.
      const u = double ? fraction53(words[4 * p]!, words[4 * p + 1]!) : words[2 * p]! * 2 ** -32;
      const v = double
        ? fraction53(words[4 * p + 2]!, words[4 * p + 3]!)
        : words[2 * p + 1]! * 2 ** -32;
      const radius = std * Math.sqrt(-2 * logarithm(1 - u));
      out[2 * p] = mean + radius * cosine(v);
      // sin 2πv, which is cos 2π(v - ¼); beyond the end a typed array drops what is written.
      out[2 * p + 1] = mean + radius * cosine(Math.abs(v - 0.25));
    }
  });
}

/**
 * Normally distributed numbers of which those outside [low, high] are left out.
 *
 * The bounds default to two standard deviations on each side of the mean; PyTorch's `trunc_normal_`
 * has -2 and 2 whatever the mean and the deviation.
 *
 * $$ p(x) \propto e^{-(x - \mu)^2 / 2 \sigma^2}, \quad \text{low} \le x \le \text{high} $$
 *
 * @throws RangeError unless low < high, std > 0, and mean and std are finite.
 * @throws {@link DTypeError} unless the dtype is float32 or float64.
 * @throws {@link ShapeError} unless the sizes are whole numbers ≥ 0 that take at most 4 GiB.
 *
 * @example
 * import { Generator, truncatedNormal } from '@kasane/tensor-core';
 * const x = truncatedNormal([1000], { std: 0.02, generator: new Generator(1) });
 * x.abs().lessEqual(0.04).all().item(); // => 1
 * @see https://doi.org/10.1007/BF00143942
 */
export function truncatedNormal(shape: Shape, options: TruncatedNormalOptions = {}): Tensor {
  const names = ['mean', 'std', 'low', 'high', ...randomNames] as const;
  const { mean = 0, std = 1 } = optionsOf('truncatedNormal', options, names);
  const { low = mean - 2 * std, high = mean + 2 * std } = options;
  checkSpread('truncatedNormal', mean, std);
  if (std === 0 || !(low < high)) {
    throw new RangeError(
      `truncatedNormal: needs std > 0 and low < high, got ${std} and [${low}, ${high}].`,
    );
  }
  return floats('truncatedNormal', shape, options, (out, generator) => {
    const sample = truncatedNormalSampler((low - mean) / std, (high - mean) / std);
    for (let i = 0; i < out.length; i++) {
      out[i] = Math.min(Math.max(mean + std * sample(generator), low), high); // rounding may step out
    }
  });
}

type Fill = (out: TypedArray, generator: Generator) => void;

/** Words where the numbers made of them will stand, one after the other; elsewhere if there is no room. */
function wordsFor({ buffer, byteLength }: TypedArray, count: number, g: Generator): Uint32Array {
  return g.words(
    4 * count > byteLength ? new Uint32Array(count) : new Uint32Array(buffer, 0, count),
  );
}

/** A floating tensor that `fill` fills. */
function floats(op: string, shape: Shape, options: RandomOptions, fill: Fill): Tensor {
  const { dtype = 'float32' } = options;
  if (!isFloatingPoint(dtype)) {
    throw new DTypeError(
      `${op}: the dtype must be float32 or float64, got ${dtype}. Use randint or bernoulli.`,
    );
  }
  return drawn(op, shape, dtype, options, fill);
}

/** A tensor that `fill` fills: again at every call of a compiled function. @internal */
export function drawn(
  op: string,
  shape: Shape,
  dtype: DType,
  options: RandomOptions,
  fill: Fill,
): Tensor {
  const { generator = defaultGenerator() } = options;
  const out = arrayFor(op, shape, dtype);
  replay(() => fill(out, generator), out);
  return wrap(out, shape, { ...options, dtype });
}

function checkSpread(op: string, mean: number, std: number): void {
  if (!Number.isFinite(mean) || !Number.isFinite(std) || std < 0) {
    throw new RangeError(`${op}: needs finite mean and std ≥ 0, got ${mean} and ${std}.`);
  }
}
