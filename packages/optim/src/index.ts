/**
 * Optimizers, learning-rate schedulers and gradient clipping.
 *
 * @packageDocumentation
 */
export { Optimizer, type Counted } from './optimizer.ts';
export type {
  OptimizerDefaults,
  OptimizerGroup,
  OptimizerOptions,
  ParamGroup,
  OptimizerParams,
} from './param-group.ts';
export type { OptimizerStateDict, ParameterState, SavedGroup, SavedState } from './state-dict.ts';
export { SGD, type SGDOptions } from './sgd.ts';
export { Adagrad, type AdagradOptions } from './adagrad.ts';
export { Adadelta, type AdadeltaOptions } from './adadelta.ts';
export { RMSprop, type RMSpropOptions } from './rmsprop.ts';
export { Adam, type AdamOptions, type AdamState } from './adam.ts';
export { AdamW, type AdamWOptions } from './adamw.ts';
export { SparseAdam, type SparseAdamOptions } from './sparse-adam.ts';
export { Adamax, type AdamaxOptions } from './adamax.ts';
export { NAdam, type NAdamOptions } from './nadam.ts';
export { RAdam, type RAdamOptions } from './radam.ts';
export type { Moments } from './moments.ts';
export {
  LRScheduler,
  type ScheduledGroup,
  type ScheduledOptimizer,
  type SchedulerStateDict,
} from './schedulers/scheduler.ts';
export { StepLR } from './schedulers/step-lr.ts';
export { MultiStepLR } from './schedulers/multi-step-lr.ts';
export { ExponentialLR } from './schedulers/exponential-lr.ts';
export { LinearLR, type LinearLROptions } from './schedulers/linear-lr.ts';
export { CosineAnnealingLR } from './schedulers/cosine-annealing-lr.ts';
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedulers/cosine-annealing-warm-restarts.ts';
export { ConstantLR, type ConstantLROptions } from './schedulers/constant-lr.ts';
export { PolynomialLR, type PolynomialLROptions } from './schedulers/polynomial-lr.ts';
export { LinearWarmup, type LinearWarmupOptions } from './schedulers/linear-warmup.ts';
export { MultiplicativeLR } from './schedulers/multiplicative-lr.ts';
export { CyclicLR, type CyclicLROptions } from './schedulers/cyclic-lr.ts';
export { SWALR, type SWALROptions } from './schedulers/swa-lr.ts';
export { LambdaLR, type LRFactor } from './schedulers/lambda-lr.ts';
export { OneCycleLR, type OneCycleLROptions } from './schedulers/one-cycle-lr.ts';
export { SequentialLR } from './schedulers/sequential-lr.ts';
export {
  ReduceLROnPlateau,
  type PlateauStateDict,
  type ReduceLROnPlateauOptions,
} from './schedulers/reduce-lr-on-plateau.ts';
export { clipGradNorm, clipGradNormAsync, type ClipGradNormOptions } from './clip-grad-norm.ts';
export { clipGradValue } from './clip-grad-value.ts';
