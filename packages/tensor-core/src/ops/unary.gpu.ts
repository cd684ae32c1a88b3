/** gpu.js kernels of unary.ts. */
import type { GpuEntry } from '../backends/gpu/entry.ts';
import { binaryKernel, unaryKernel } from './elementwise.gpu.ts';
import * as ops from './unary.ts';

export const unaryKernels: readonly GpuEntry[] = [
  unaryKernel(ops.neg, '-x'),
  unaryKernel(ops.abs, 'Math.abs(x)'),
  unaryKernel(ops.sign, 'x > 0 ? 1 : x < 0 ? -1 : x'),
  unaryKernel(ops.exp, 'exponential(x)'),
  unaryKernel(ops.expm1, 'expMinusOne(x)'),
  unaryKernel(ops.log, 'logarithm(x)'),
  unaryKernel(ops.log1p, 'logOnePlus(x)'),
  unaryKernel(ops.sqrt, 'Math.sqrt(x)'),
  unaryKernel(ops.rsqrt, '1 / Math.sqrt(x)'),
  unaryKernel(ops.square, 'x * x'),
  unaryKernel(ops.reciprocal, '1 / x'),
  unaryKernel(ops.sin, 'sine(x)'),
  unaryKernel(ops.cos, 'cosine(x)'),
  unaryKernel(ops.tan, 'tangent(x)'),
  unaryKernel(ops.sinh, 'hyperbolicSine(x)'),
  unaryKernel(ops.cosh, 'hyperbolicCosine(x)'),
  unaryKernel(ops.asin, 'arcSine(x)'),
  unaryKernel(ops.acos, 'arcCosine(x)'),
  unaryKernel(ops.atan, 'arcTangent(x)'),
  unaryKernel(ops.tanh, 'hyperbolicTangent(x)'),
  binaryKernel(ops.tanhGrad, 'x * (1 - y * y)'),
  unaryKernel(ops.sigmoid, 'logistic(x)'),
  binaryKernel(ops.sigmoidGrad, 'x * y * (1 - y)'),
  unaryKernel(ops.erf, 'errorFunction(x)'),
  unaryKernel(ops.floor, 'Math.floor(x)'),
  unaryKernel(ops.ceil, 'Math.ceil(x)'),
  unaryKernel(ops.round, 'roundHalfToEven(x)'),
];
