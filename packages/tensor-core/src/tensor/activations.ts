import * as activations from '../ops/activations.ts';
import { shown } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { applyUnary } from './apply.ts';
import { Functions } from './functions.ts';

/** Activation functions. */
export class Activations extends Functions {
  /** max(x, 0) */
  relu(): Tensor {
    return applyUnary(activations.relu, this);
  }
  /** x if x > 0, else slope · x */
  leakyRelu(slope: number = 0.01): Tensor {
    return applyUnary(activations.leakyRelu, this, { slope });
  }
  /** x if x > 0, else α(eˣ - 1) */
  elu(alpha: number = 1): Tensor {
    return applyUnary(activations.elu, this, { alpha });
  }
  /** elu scaled so that unit variance is kept */
  selu(): Tensor {
    return applyUnary(activations.selu, this);
  }
  /** x if x > 0, else α(e^(x/α) - 1) */
  celu(alpha: number = 1): Tensor {
    return applyUnary(activations.celu, this, { alpha });
  }
  /** x·Φ(x), exact or by its tanh approximation */
  gelu(approximate: 'none' | 'tanh' = 'none'): Tensor {
    if (approximate !== 'none' && approximate !== 'tanh') {
      throw new RangeError(`gelu: approximate is 'none' or 'tanh', got ${shown(approximate)}.`);
    }
    const op = approximate === 'tanh' ? activations.geluTanh : activations.gelu;
    return applyUnary(op, this);
  }
  /** x·sigmoid(x) */
  silu(): Tensor {
    return applyUnary(activations.silu, this);
  }
  /** x·tanh(softplus(x)) */
  mish(): Tensor {
    return applyUnary(activations.mish, this);
  }
  /** log(1 + eˣ) */
  softplus(): Tensor {
    return applyUnary(activations.softplus, this);
  }
  /** x kept within [min, max] */
  hardtanh(min: number = -1, max: number = 1): Tensor {
    return this.clamp(min, max);
  }
  /** 0 below -3, 1 above 3, a line between */
  hardsigmoid(): Tensor {
    return applyUnary(activations.hardsigmoid, this);
  }
}
