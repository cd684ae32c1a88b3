import {
  full,
  requireFunction,
  scope,
  optionsOf,
  defaultBackend,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { fill, uniform, initOptions, type InitOptions } from './init/basic.ts';
import { layerNames, type LayerOptions } from './layer-options.ts';
import { Parameter, type ParameterOptions } from './parameter.ts';

/** Options of `newParameter`: those of a layer, and whether the parameter learns. */
export interface NewParameterOptions extends LayerOptions, ParameterOptions {}

/**
 * A parameter with its first values: how every layer makes its own.
 *
 * `draw` is a number for all elements, or a function that is given the parameter, which holds zeros, and the
 * options of an initialiser, and returns the values: one of `init`, one that calls it, or any that returns a tensor of that shape and
 * dtype. What it makes on the way is freed at once, so that a layer holds the memory of its parameters and no more.
 * While `skipInit` runs, it is not called.
 *
 * In place of PyTorch's `Parameter(torch.empty(shape))`, which `reset_parameters` fills.
 *
 * @throws {@link DTypeError} unless the dtype is float32 or float64.
 * @throws {@link ShapeError} for values of another shape or dtype.
 *
 * @example
 * import { init, newParameter } from '@kasane/nn';
 * import { Generator } from '@kasane/tensor-core';
 * newParameter([3], 1).toArray(); // => [1,1,1]
 * const generator = new Generator(1);
 * const weight = newParameter([4, 2], init.xavierUniform, { generator, dtype: 'float64' }); // b = 1
 * weight.abs().lessEqual(1).all().item(); // => 1
 * const bias = newParameter([4], (b, options) => init.normal(b, 0, 0.1, options), { generator });
 * bias.requiresGrad; // => true
 */
export function newParameter(
  shape: Shape,
  draw: number | ((zeros: Parameter, options: InitOptions) => Tensor),
  options: NewParameterOptions = {},
): Parameter {
  // Of the options of a layer, which may have others beside, each gets what it knows.
  const {
    dtype = 'float32',
    backend = defaultBackend(),
    requiresGrad = true,
  } = optionsOf('newParameter', options, [
    ...layerNames,
    ...Object.keys(Object(options)),
  ] as (keyof NewParameterOptions)[]);
  if (typeof draw !== 'number') requireFunction('newParameter', draw);
  return scope(() => {
    const start = full(shape, typeof draw === 'number' ? draw : 0, { dtype, backend });
    const parameter = new Parameter(start, { requiresGrad });
    try {
      return typeof draw === 'number'
        ? parameter
        : fill(parameter, () => draw(parameter, initOptions(options)));
    } catch (error) {
      parameter.dispose(); // it outlives scopes
      throw error;
    }
  });
}

/** γ of ones and β of zeros, or nothing. @internal */
export function scaleAndShift(
  learn: boolean,
  shape: Shape,
  options: LayerOptions,
): readonly [Parameter, Parameter] | readonly [null, null] {
  return learn ? [newParameter(shape, 1, options), newParameter(shape, 0, options)] : [null, null];
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
  // He's uniform bound gain·√(3/fan_in) with gain √(2/(1 + 5)), as PyTorch has it, is 1/√fan_in; 0 without features.
  const bound = fanIn && 1 / Math.sqrt(fanIn);
  const drawn = (sizes: Shape): Parameter =>
    newParameter(sizes, (values, how) => uniform(values, -bound, bound, how), options);
  return [drawn(shape), options.bias === false ? null : drawn(shape.slice(0, 1))];
}
