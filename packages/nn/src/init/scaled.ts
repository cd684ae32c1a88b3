import { optionsOf, type Tensor } from '@kasane/tensor-core';
import { normal, uniform, initOptions, type InitOptions } from './basic.ts';
import { calculateGain, fans, type Nonlinearity } from './fans.ts';

/** Options of the initialisers named after Xavier Glorot. */
export interface XavierOptions extends InitOptions {
  /** Factor for the activation that follows, as `calculateGain` gives it. Default 1. */
  readonly gain?: number;
}

/** The names of XavierOptions. @internal */
export const xavierNames = ['gain', 'generator'] as const;

/**
 * Fills a weight from a uniform distribution that keeps the variance of signals and of gradients as well as both can
 * be; returns it.
 *
 * $$ w_i \sim U(-b, b), \quad b = \mathrm{gain} \sqrt{6 / (\mathrm{fan_{in}} + \mathrm{fan_{out}})} $$
 *
 * @throws {@link ShapeError} for less than two dimensions, and as `uniform`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros, optionsOf } from '@kasane/tensor-core';
 * const w = init.xavierUniform(zeros([2, 4])); // b = 1
 * w.abs().lessEqual(1).all().item(); // => 1
 *
 * @see Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural
 * networks.
 */
export function xavierUniform<T extends Tensor>(tensor: T, options: XavierOptions = {}): T {
  const { gain = 1 } = optionsOf('init.xavierUniform', options, xavierNames);
  const { fanIn, fanOut } = fans(tensor);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform(tensor, -bound, bound, initOptions(options));
}

/**
 * Fills a weight from a normal distribution that keeps the variance of signals and of gradients as well as both can be;
 * returns it.
 *
 * $$ w_i \sim N(0, \sigma^2), \quad \sigma = \mathrm{gain} \sqrt{2 / (\mathrm{fan_{in}} + \mathrm{fan_{out}})} $$
 *
 * @throws {@link ShapeError} for less than two dimensions, and as `normal`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const w = init.xavierNormal(zeros([100, 100]));
 * w.square().mean().sqrt().item().toFixed(2); // => 0.10
 *
 * @see Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural
 * networks.
 */
export function xavierNormal<T extends Tensor>(tensor: T, options: XavierOptions = {}): T {
  const { gain = 1 } = optionsOf('init.xavierNormal', options, xavierNames);
  const { fanIn, fanOut } = fans(tensor);
  const std = gain * Math.sqrt(2 / (fanIn + fanOut));
  return normal(tensor, 0, std, initOptions(options));
}

/**
 * Fills a weight from a normal distribution that keeps the variance of signals; returns it.
 *
 * $$ w_i \sim N(0, \sigma^2), \quad \sigma = \mathrm{gain} / \sqrt{\mathrm{fan_{in}}} $$
 *
 * Many courses call this Xavier's initialisation, and with gain √2 it is He's; Glorot's own (`xavierNormal`) averages fan_in
 * and fan_out.
 *
 * @throws {@link ShapeError} for less than two dimensions, and as `normal`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const w = init.fanInNormal(zeros([1000, 100]));
 * w.square().mean().sqrt().item().toFixed(2); // => 0.10
 */
export function fanInNormal<T extends Tensor>(tensor: T, options: XavierOptions = {}): T {
  const { gain = 1 } = optionsOf('init.fanInNormal', options, xavierNames);
  return normal(tensor, 0, gain / Math.sqrt(fans(tensor).fanIn), initOptions(options));
}

/** Options of the initialisers named after Kaiming He. */
export interface KaimingOptions extends InitOptions {
  /** Keep the variance of signals (`fanIn`, the default) or of gradients (`fanOut`). */
  readonly mode?: 'fanIn' | 'fanOut';
  /** The activation that follows. Default `leakyRelu`. */
  readonly nonlinearity?: Nonlinearity;
  /** The negative slope, if the activation is leakyRelu. Default 0, which makes it relu. */
  readonly a?: number;
}

/**
 * Fills a weight from a uniform distribution that keeps the variance of signals, or of gradients, through an
 * activation; returns it.
 *
 * $$ w_i \sim U(-b, b), \quad b = \mathrm{gain} \sqrt{3 / \mathrm{fan}} $$
 *
 * The gain is that of `calculateGain`, the fan that of `mode`.
 *
 * @throws {@link ShapeError} for less than two dimensions, and as `uniform`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const w = init.kaimingUniform(zeros([2, 6])); // b = √2·√(3/6) = 1
 * w.abs().lessEqual(1).all().item(); // => 1
 *
 * @see He et al. (2015), Delving Deep into Rectifiers.
 */
export function kaimingUniform<T extends Tensor>(tensor: T, options: KaimingOptions = {}): T {
  const std = kaimingStd('init.kaimingUniform', tensor, options);
  const bound = Math.sqrt(3) * std;
  return uniform(tensor, -bound, bound, initOptions(options));
}

/**
 * Fills a weight from a normal distribution that keeps the variance of signals, or of gradients, through an activation;
 * returns it.
 *
 * $$ w_i \sim N(0, \sigma^2), \quad \sigma = \mathrm{gain} / \sqrt{\mathrm{fan}} $$
 *
 * The gain is that of `calculateGain`, the fan that of `mode`.
 *
 * @throws {@link ShapeError} for less than two dimensions, and as `normal`.
 *
 * @example
 * import { init } from '@kasane/nn';
 * import { zeros } from '@kasane/tensor-core';
 * const w = init.kaimingNormal(zeros([100, 200]));
 * w.square().mean().sqrt().item().toFixed(2); // => 0.10
 *
 * @see He et al. (2015), Delving Deep into Rectifiers.
 */
export function kaimingNormal<T extends Tensor>(tensor: T, options: KaimingOptions = {}): T {
  const std = kaimingStd('init.kaimingNormal', tensor, options);
  return normal(tensor, 0, std, initOptions(options));
}

function kaimingStd(owner: string, tensor: Tensor, options: KaimingOptions): number {
  const names = ['mode', 'nonlinearity', 'a', 'generator'] as const;
  const given = optionsOf(owner, options, names);
  const { mode = 'fanIn', nonlinearity = 'leakyRelu', a = 0 } = given;
  return calculateGain(nonlinearity, a) / Math.sqrt(fans(tensor)[mode]);
}
