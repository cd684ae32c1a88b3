/**
 * Training loops: fit, evaluate, predict, metrics, callbacks and checkpoints.
 *
 * @packageDocumentation
 */
export { fit, type FitArrayOptions, type FitOptions } from './fit.ts';
export type { Samples, TrainingSamples, Values } from './in-memory.ts';
export {
  evaluate,
  predict,
  type EvaluateArrayOptions,
  type EvaluateOptions,
  type Evaluation,
  type PredictOptions,
} from './evaluate.ts';
export type { Batches, Example } from './batches.ts';
export {
  trainStep,
  type TrainStep,
  type FitOptimizer,
  type StepResult,
  type TrainStepOptions,
} from './train-step.ts';
export type { Loss, Model } from './step.ts';
export type { Callback, Ending, EpochLogs, Training } from './callback.ts';

export {
  EarlyStopping,
  type EarlyStoppingOptions,
  type EarlyStoppingState,
} from './callbacks/early-stopping.ts';
export { LRSchedule, type LRScheduleOptions, type Scheduler } from './callbacks/lr-schedule.ts';
export type { MonitorOptions } from './callbacks/monitor.ts';
export { progress, type ProgressReport } from './callbacks/progress.ts';
export { ProgressBar, type BarStream } from './callbacks/progress-bar.ts';
export { TimeLimit, type TimeLimitOptions } from './callbacks/time-limit.ts';

export { Metric } from './metrics/metric.ts';
export type { MetricName, Metrics } from './metrics/named.ts';
export type { ClassMetricOptions } from './metrics/classes.ts';
export { Accuracy } from './metrics/accuracy.ts';
export { TopKAccuracy } from './metrics/top-k-accuracy.ts';
export { ConfusionMatrix } from './metrics/confusion-matrix.ts';
export { F1, Precision, Recall, type AverageOptions } from './metrics/precision-recall.ts';
export { AUC } from './metrics/auc.ts';
export { R2, type R2Column } from './metrics/r2.ts';
export { MeanAbsoluteError } from './metrics/mean-absolute-error.ts';
export { MeanSquaredError } from './metrics/mean-squared-error.ts';
export { Perplexity, type PerplexityOptions } from './metrics/perplexity.ts';

export { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint/checkpoint.ts';
export { restoreCheckpoint, type StatesOf } from './checkpoint/states.ts';
export type { TrainingState } from './checkpoint/training-state.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
} from './checkpoint/safetensors.ts';
