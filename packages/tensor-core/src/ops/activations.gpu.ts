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
  unaryKernel(ops.gelu, '0.5 * x * (1 + errorFunction(x * 0.7071067811865476))'),
  unaryKernel(
    ops.geluTanh,
    '0.5 * x * (1 + hyperbolicTangent(0.7978845608028654 * (x + 0.044715 * x * x * x)))',
  ),
  unaryKernel(ops.silu, 'x / (1 + Math.exp(-x))'),
  unaryKernel(ops.mish, 'x * hyperbolicTangent(softplus(x))'),
  unaryKernel(ops.softplus, 'softplus(x)'),
  unaryKernel(ops.hardsigmoid, 'x <= -3 ? 0 : x >= 3 ? 1 : x / 6 + 0.5'),
  unaryKernel(ops.clamp, 'x < low ? low : x > high ? high : x', ({ min, max }) => ({
    low: min,
    high: max,
  })),
];
