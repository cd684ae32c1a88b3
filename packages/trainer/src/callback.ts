import type { Module, StateDict } from '@kasane/nn';
import type { Tensor } from '@kasane/tensor-core';
import type { Metric } from './metrics/metric.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { FitOptimizer } from './train-step.ts';

/** The numbers of an epoch: `loss`, the metrics by their names, and those of validation as `valLoss`, `valAccuracy`, ... */
export interface EpochLogs {
  /** The first epoch is 1. */
  readonly epoch: number;
  /** The mean over the samples of the epoch. */
  readonly loss: number;
  readonly [name: string]: number;
}

/** How a training ended: all epochs done, stopped by a callback, by the signal, or by an error. */
export type Ending = 'complete' | 'stopped' | 'aborted' | 'failed';

/** What callbacks see of a training. It is one object that goes along: read from it what you keep. */
export interface Training {
  readonly model: Module;
  readonly optimizer: FitOptimizer;
  /** The metrics by their names. */
  readonly metrics: Readonly<Record<string, Pick<Metric, 'higherIsBetter'>>>;
  /** The epoch, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Whether the training goes on from a checkpoint. If not, callbacks forget in `onTrainBegin` what they kept of another one. */
  readonly resumed: boolean;
  /** The step in the epoch, from 1; a step is one update of the parameters. */
  readonly step: number;
  /** Steps of an epoch, null where the data has no length. */
  readonly total: number | null;
  /** The loss of the last step. */
  readonly loss: number;
  /**
   * The gradients of the last step by the names of their parameters, as the optimizer was given them; where a callback `needsGradients`, else none.
   * They change with the next step, and are freed at the end.
   */
  readonly gradients: Readonly<Record<string, Tensor>>;
  /** Loss and metrics of the epoch so far; with those of validation in `onEpochEnd`. Computed when it is read. */
  readonly logs: EpochLogs;
  /** The epochs that are over. */
  readonly history: readonly EpochLogs[];
  /** Ends the training after this step or epoch. */
  stop(): void;
  /** All that is needed to go on from here. Its tensors stay as they are. */
  checkpoint(): Checkpoint;
  /** Has `fit` leave the model with these weights: they are put in when `onTrainEnd` is over, so that checkpoints have those of the training. */
  restoreWeights(weights: StateDict): void;
  /** Tells what looks like a mistake: to `onWarning` of the callbacks, or the console. */
  warn(message: string): void;
}

/**
 * What is called while `fit` runs: a plain object with the functions that it needs. Promises are awaited.
 *
 * @example
 * import { fit, type Callback } from '@kasane/trainer';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { ones } from '@kasane/tensor-core';
 * const steps: string[] = [];
 * const recorder: Callback = { onStep: ({ epoch, step }) => void steps.push(`${epoch}.${step}`) };
 * const model = new Linear(1, 1);
 * const batch = [ones([4, 1]), ones([4, 1])] as const;
 * const optimizer = new SGD(model.parameters(), { lr: 0.1 });
 * await fit(model, { data: [batch, batch], loss: mseLoss, optimizer, epochs: 2, callbacks: [recorder] });
 * steps; // => ["1.1","1.2","2.1","2.2"]
 *
 * @category Callbacks
 */
export interface Callback {
  /** Before the first step. */
  onTrainBegin?(training: Training): void | Promise<void>;
  /** Before the first step of an epoch. */
  onEpochBegin?(training: Training): void | Promise<void>;
  /** After each update of the parameters. */
  onStep?(training: Training): void | Promise<void>;
  /** After the last step of an epoch and its validation. */
  onEpochEnd?(training: Training): void | Promise<void>;
  /** Called however the training ends, before `fit` throws; and on each callback, also when one of them throws here. */
  onTrainEnd?(training: Training, ending: Ending): void | Promise<void>;
  /**
   * The device that the model is on was lost. With the option `recover` of `fit` the training then goes on from an earlier step or the epoch's
   * beginning, for which the callbacks get back the states that they had; else it ends.
   */
  onDeviceLost?(training: Training, error: Error): void | Promise<void>;
  /** The step cannot be compiled, or has changed since it was, and runs op by op: why. Called once at most. */
  onFallback?(reason: string): void;
  /** Something looks like a mistake: a sentence. Called once at most for each. Nobody listening, it is on the console. */
  onWarning?(message: string): void;
  /** Called after the others, as one must be that saves their states. Default false. */
  readonly runsLast?: boolean;
  /** Whether it looks at `gradients`, of which each step then keeps a copy. Default false. */
  readonly needsGradients?: boolean;
  /** What a checkpoint calls it, so as to find it again. Default: the name of its class. */
  readonly name?: string;
  /** What a checkpoint keeps of the callback: JSON, and tensors anywhere in it. */
  stateDict?(): unknown;
  /** Goes on from what `stateDict` gave, in the training of a model. Throws, and is then as it was, if that does not fit. */
  loadStateDict?(state: never, model: Module): void;
}
