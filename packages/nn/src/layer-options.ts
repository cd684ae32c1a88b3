import {
  defaultBackend,
  ones,
  scope,
  zeros,
  type Backend,
  type DType,
  type Generator,
  type Shape,
} from '@kasane/tensor-core';
import { uniform } from './init/basic.ts';
import { Parameter } from './parameter.ts';

/** Options of every layer that makes parameters. */
export interface LayerOptions {
  /** The dtype of the parameters. Default float32. */
  readonly dtype?: DType;
  /** Where the parameters live. Default: `defaultBackend()`. */
  readonly backend?: Backend;
  /** Where the first values are drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** The part of the options that says how tensors are made. @internal */
export function tensorOptions({ dtype = 'float32', backend = defaultBackend() }: LayerOptions): {
  readonly dtype: DType;
  readonly backend: Backend;
} {
  return { dtype, backend };
}

/** γ of ones and β of zeros, or nothing. @internal */
export function scaleAndShift(
  learn: boolean,
  shape: Shape,
  options: LayerOptions,
): readonly [Parameter, Parameter] | readonly [null, null] {
  if (!learn) return [null, null];
  return [
    new Parameter(ones(shape, tensorOptions(options))),
    new Parameter(zeros(shape, tensorOptions(options))),
  ];
}

/**
 * The weight and, unless `bias` is false, the bias of a layer that adds products of `fanIn` features, both
 * from U(-1/√fanIn, 1/√fanIn). @internal
 */
export function weightAndBias(
  shape: Shape,
  fanIn: number,
  options: LayerOptions & { readonly bias?: boolean },
): readonly [Parameter, Parameter | null] {
  // He's uniform bound gain·√(3/fan_in) with gain √(2/(1 + 5)), as PyTorch has it, is 1/√fan_in.
  const bound = 1 / Math.sqrt(fanIn);
  // In a scope, so that the parameter alone holds its memory: the largest ones are hundreds of megabytes.
  const drawn = (sizes: Shape): Parameter =>
    scope(() => {
      const parameter = new Parameter(zeros(sizes, tensorOptions(options)));
      return fanIn === 0 ? parameter : uniform(parameter, -bound, bound, options);
    });
  return [drawn(shape), options.bias === false ? null : drawn(shape.slice(0, 1))];
}
