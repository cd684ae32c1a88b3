import * as activations from '../ops/activations.ts';
import { shown } from '../options.ts';
import type { Tensor } from '../tensor.ts';
import { applyUnary } from './apply.ts';
import { Functions } from './functions.ts';

/** Activation functions. */
export class Activations extends Functions {
  /** $\max(x, 0)$ */
  relu(): Tensor {
    return applyUnary(activations.relu, this);
  }
  /** $x$ where $x > 0$, else $\text{slope} \cdot x$: PyTorch's `negative_slope` */
  leakyRelu(slope: number = 0.01): Tensor {
    return applyUnary(activations.leakyRelu, this, { slope });
  }
  /** $x$ where $x > 0$, else $\alpha (e^x - 1)$ */
  elu(alpha: number = 1): Tensor {
    return applyUnary(activations.elu, this, { alpha });
  }
  /** $s$ times elu with $\alpha = 1.67326$, $s = 1.05070$, which keep mean 0 and variance 1 from layer to layer */
  selu(): Tensor {
    return applyUnary(activations.selu, this);
  }
  /**
   * $x$ where $x > 0$, else $\alpha (e^{x / \alpha} - 1)$
   *
   * @throws RangeError if alpha is 0, as PyTorch.
   */
  celu(alpha: number = 1): Tensor {
    if (alpha === 0)
      throw new RangeError('celu: alpha divides, so it must not be 0; relu is its limit.');
    return applyUnary(activations.celu, this, { alpha });
  }
  /**
   * $x \, \Phi(x)$ with $\Phi(x) = \tfrac12 (1 + \operatorname{erf}(x / \sqrt 2))$, or its approximation
   * $\tfrac x2 (1 + \tanh(\sqrt{2 / \pi} \, (x + 0.044715 \, x^3)))$ for `'tanh'`
   */
  gelu(approximate: 'none' | 'tanh' = 'none'): Tensor {
    if (approximate !== 'none' && approximate !== 'tanh') {
      throw new RangeError(`gelu: approximate is 'none' or 'tanh', got ${shown(approximate)}.`);
    }
    const op = approximate === 'tanh' ? activations.geluTanh : activations.gelu;
    return applyUnary(op, this);
  }
  /** $x \, \sigma(x)$, with $\sigma(x) = 1 / (1 + e^{-x})$ */
  silu(): Tensor {
    return applyUnary(activations.silu, this);
  }
  /** $x \tanh(\ln(1 + e^x))$ */
  mish(): Tensor {
    return applyUnary(activations.mish, this);
  }
  /** $\ln(1 + e^x)$, without overflow; PyTorch's has a `beta`, and from 20 on gives x itself */
  softplus(): Tensor {
    return applyUnary(activations.softplus, this);
  }
  /** $\min(\max(x, \text{min}), \text{max})$ */
  hardtanh(min: number = -1, max: number = 1): Tensor {
    return this.clamp(min, max);
  }
  /** $\min(\max(x + 3, 0), 6) / 6$ */
  hardsigmoid(): Tensor {
    return applyUnary(activations.hardsigmoid, this);
  }
}
