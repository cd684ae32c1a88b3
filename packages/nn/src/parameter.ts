import {
  DTypeError,
  isFloatingPoint,
  keep,
  Tensor,
  optionsOf,
  requireTensor,
} from '@kasane/tensor-core';

/** Options of `Parameter`. */
export interface ParameterOptions {
  /** Default true; `Module.freeze` sets it to false. */
  readonly requiresGrad?: boolean;
}

/**
 * A tensor that a module learns: `Module.parameters()` finds it in the module's fields, `backward`
 * fills its `.grad`, optimizers replace its values with `assign`.
 *
 * It starts with the values of the given tensor and outlives every `scope`. Same as `torch.nn.Parameter`.
 *
 * @throws {@link DTypeError} unless the dtype is float32 or float64.
 *
 * @example
 * import { Parameter } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const scale = new Parameter(tensor([1, 2]));
 * scale.mul(3).requiresGrad; // => true
 */
export class Parameter extends Tensor {
  constructor(values: Tensor, options?: ParameterOptions) {
    const { requiresGrad = true } = optionsOf('Parameter', options, ['requiresGrad']);
    requireTensor('Parameter', 'the value', values);
    if (!isFloatingPoint(values.dtype)) {
      throw new DTypeError(
        `Parameter: must be float32 or float64, got ${values.dtype}. Cast it, or use a Buffer.`,
      );
    }
    super(values.shape, values.dtype, values.storage);
    values.storage.references++;
    this.requiresGrad = requiresGrad;
    keep(this);
    this.lasts();
  }

  /** Tells a parameter from a plain tensor, for the type checker as well. */
  get kind(): 'parameter' {
    return 'parameter';
  }
}

/** Options of `Buffer`. */
export interface BufferOptions {
  /** Part of the state dict. Default true. */
  readonly persistent?: boolean;
}

/**
 * A tensor that belongs to a module's state but is not learned, such as a running mean: it moves with
 * `Module.to` and is saved in the state dict. Replace its values with `assign`.
 *
 * It starts with the values of the given tensor and outlives every `scope`. Same as
 * `torch.nn.Buffer`.
 *
 * @example
 * import { Buffer } from '@kasane/nn';
 * import { tensor, zeros } from '@kasane/tensor-core';
 * const mean = new Buffer(zeros([2]));
 * mean.assign(tensor([1, 2]));
 * mean.toArray(); // => [1,2]
 */
export class Buffer extends Tensor {
  /** Part of the state dict. */
  readonly persistent: boolean;

  constructor(values: Tensor, options?: BufferOptions) {
    const { persistent = true } = optionsOf('Buffer', options, ['persistent']);
    requireTensor('Buffer', 'the value', values);
    super(values.shape, values.dtype, values.storage);
    values.storage.references++;
    this.persistent = persistent;
    keep(this);
    this.lasts();
  }

  /** Tells a buffer from a plain tensor, for the type checker as well. */
  get kind(): 'buffer' {
    return 'buffer';
  }
}
