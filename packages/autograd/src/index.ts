/**
 * Reverse-mode gradients of any order, and what is built on them.
 *
 * @packageDocumentation
 */
export {
  backward,
  backwardAsync,
  gradients,
  type BackwardOptions,
  type GradientsOptions,
} from './backward.ts';
export { grad, valueAndGrad, type GradOptions } from './grad.ts';
export { jvp, vjp } from './vjp.ts';
export { hessian, jacobian } from './jacobian.ts';
export { checkpoint } from './checkpoint.ts';
export { customVjp, type CustomVjp } from './custom-vjp.ts';
export { gradcheck, gradgradcheck, GradcheckError, type GradcheckOptions } from './gradcheck.ts';
export { AnomalyError, detectAnomaly, detectAnomalyAsync } from './anomaly.ts';
export type { TensorFunction } from './trace.ts';
export { enableGrad, noGrad } from '@kasane/tensor-core';
