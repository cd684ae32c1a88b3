import { requireWhole, type Generator, type Tensor } from '@kasane/tensor-core';
import type { Batches, Example } from './batches.ts';
import type { Callback } from './callback.ts';
import { LRSchedule, type Scheduler } from './callbacks/lr-schedule.ts';
import { valName } from './callbacks/monitor.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { TrainingSamples } from './in-memory.ts';
import type { Metric } from './metrics/metric.ts';
import type { Metrics } from './metrics/named.ts';
import type { Loss } from './step.ts';
import type { FitOptimizer } from './train-step.ts';

/** What both kinds of options of `fit` have. */
export interface FitSettings<I, T, O> {
  /** The mean over the samples of a batch: a function, or a module such as `new CrossEntropyLoss()`. */
  readonly loss: Loss<O, T>;
  readonly optimizer: FitOptimizer;
  /** How many in all, those before a checkpoint included. */
  readonly epochs: number;
  /**
   * By the names under which the history has them, each a metric or the name of one; or a list of such names. Those asked for by name have
   * their defaults, but where the loss is binaryCrossEntropyWithLogits, scores above 0 are class 1.
   */
  readonly metrics?: Metrics<number, O, T>;
  /** Loss and metrics are computed on it after each epoch: `valLoss`, `valAccuracy`. */
  readonly validation?: Batches<Example<I, T>>;
  readonly callbacks?: readonly Callback[];
  /** Stepped after each epoch; see `LRSchedule` for more. */
  readonly scheduler?: Scheduler;
  /** Scales the gradients down to this norm. */
  readonly clipGradNorm?: number;
  /** Batches that make one step. Default 1. */
  readonly accumulate?: number;
  /** Compile the steps; those that cannot be run op by op. Default true. */
  readonly compile?: boolean;
  /** Ends the training between two steps. */
  readonly signal?: AbortSignal;
  /**
   * In Node, Deno and Bun, the first Ctrl-C (SIGINT) ends the training between two steps, as `stop()` of a callback does: `ModelCheckpoint` saves,
   * and `fit` returns the history. The second ends the process as usual. Default false.
   */
  readonly interruptible?: boolean;
  /**
   * When the device of the model is lost, take a new one and go on: on `gpu({ keepHostCopy: true })` after the last step, elsewhere from the
   * beginning of the epoch, when all that a checkpoint has is read. Batches must be on the host, or their loader with `keepHostCopy`. Default false.
   */
  readonly recover?: boolean;
  /** Seeds the default generator. A checkpoint brings its own state. */
  readonly seed?: number;
  /** Generators that the model draws from, beside the default one, for checkpoints to keep. */
  readonly generators?: readonly Generator[];
  /** Goes on where a checkpoint was taken, to the same bits. */
  readonly resume?: Checkpoint;
}

/** Options of `fit` on batches. */
export interface FitOptions<I = Tensor, T = Tensor, O = Tensor> extends FitSettings<I, T, O> {
  /** Gone through once each epoch. */
  readonly data: Batches<Example<I, T>>;
}

/** Options of `fit` on samples in memory. */
export interface FitArrayOptions<O = Tensor>
  extends FitSettings<Tensor, Tensor, O>, TrainingSamples {}

/** Options of either kind, as they are looked at. */
export type Given<O> = FitSettings<Tensor, Tensor, O> &
  Partial<TrainingSamples> & { readonly data?: unknown };

/** The scheduler's callback, those given, and those that run last. */
export function inOrder<I, T, O>({ scheduler, callbacks = [] }: FitOptions<I, T, O>): Callback[] {
  const first = scheduler === undefined ? [] : [new LRSchedule(scheduler)];
  const last = (callback: Callback): boolean => callback.runsLast === true;
  return [...first, ...callbacks.filter((c) => !last(c)), ...callbacks.filter(last)];
}

/** Throws RangeError for options out of range, or metrics named as another number is. */
export function checkOptions<I, T, O>(
  { epochs, accumulate = 1 }: FitOptions<I, T, O>,
  metrics: Readonly<Record<string, Metric<number, unknown, O, T>>>,
): void {
  requireWhole('fit', 'epochs', epochs);
  requireWhole('fit', 'accumulate', accumulate, 1);
  const names = Object.keys(metrics);
  for (const name of names) {
    const clash = names.find((other) => valName(other) === name);
    if (name !== 'epoch' && name !== 'loss' && name !== 'valLoss' && clash === undefined) continue;
    throw new RangeError(
      `fit: a metric is called "${name}", as another number of an epoch is. Give it another name.`,
    );
  }
}
