/** gpu.js kernels of activations.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import * as ops from './activations.ts';
import { binaryKernel, unaryKernel } from './elementwise.gpu.ts';

export const activationKernels: readonly GpuEntry[] = [
  unaryKernel(ops.relu, 'x <= 0 ? 0 : x'),
  binaryKernel(ops.reluGrad, 'y > 0 ? x : 0'),
  unaryKernel(ops.leakyRelu, 'x > 0 ? x : slope * x', ({ slope }) => ({ slope })),
  unaryKernel(ops.elu, 'x > 0 ? x : alpha * expMinusOne(x)', ({ alpha }) => ({ alpha })),
  unaryKernel(ops.celu, 'x > 0 ? x : alpha * expMinusOne(x / alpha)', ({ alpha }) => ({ alpha })),
  // Klambauer et al. (2017), Self-Normalizing Neural Networks, equation 14.
  unaryKernel(ops.selu, '1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expMinusOne(x))'),
  unaryKernel(ops.gelu, 'x * normalBelow(x)'),
  // x/2·(1 + tanh u) = x·σ(2u), which does not cancel; 2√(2/π) is 1.59577.
  unaryKernel(ops.geluTanh, 'x * logistic(1.5957691216057308 * x * (1 + 0.044715 * x * x))'),
  unaryKernel(ops.silu, 'x / (1 + Math.exp(-x))'),
  unaryKernel(ops.mish, 'x * hyperbolicTangent(softplus(x))'),
  unaryKernel(ops.softplus, 'softplus(x)'),
  unaryKernel(ops.hardsigmoid, 'x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5'),
  // The upper bound wins.
  unaryKernel(
    ops.clamp,
    '(x < low ? low : x) > high ? high : (x < low ? low : x)',
    ({ min, max }) => ({ low: min, high: max }),
  ),
];
