import { CheckpointError, defaultGenerator, type Generator } from '@kasane/tensor-core';
import type { Module } from '@kasane/nn';
import { isPositioned, positionOf, type Batches } from './batches.ts';
import type { Callback, EpochLogs } from './callback.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { isTrainingState, type TrainingState } from './checkpoint/training-state.ts';
import type { Metric } from './metrics/metric.ts';
import type { FitOptimizer } from './train-step.ts';

/** Where `fit` stands; the fields are those of `TrainingState`. */
export interface Position {
  finished: number;
  step: number;
  batches: number;
  lossSum: number;
  samples: number;
  readonly history: EpochLogs[];
}

/** What a checkpoint is made of. */
export interface Parts<O, T> {
  readonly model: Module;
  readonly optimizer: FitOptimizer;
  readonly position: Position;
  readonly metrics: Readonly<Record<string, Metric<number, unknown, O, T>>>;
  readonly callbacks: readonly Callback[];
  readonly generators: readonly Generator[];
  readonly loaders: readonly (Batches<unknown> | undefined)[];
}

/** The state of all parts, in a form that later training does not change. */
export function capture<O, T>(parts: Parts<O, T>): Checkpoint {
  const { model, optimizer, position, metrics } = parts;
  const states = Object.entries(metrics).map(([name, metric]) => [name, metric.stateDict()]);
  return {
    model: model.stateDict(),
    optimizer: optimizer.stateDict(),
    training: {
      ...position,
      history: [...position.history],
      metrics: Object.fromEntries(states),
      callbacks: stateful(parts.callbacks).map((callback) => callback.stateDict!()),
      generators: all(parts.generators).map(({ state }) => state),
      loaders: parts.loaders.map(positionOf),
    },
  };
}

/** Puts all parts into the state of a checkpoint, or throws and leaves them as they were. */
export function restore<O, T>(parts: Parts<O, T>, checkpoint: Checkpoint): void {
  const before = capture(parts);
  try {
    check(parts, checkpoint.training);
    put(parts, checkpoint);
  } catch (error) {
    put(parts, before);
    if (error instanceof CheckpointError) throw error;
    // From a callback or metric that does not look at what it is given, for one.
    throw new CheckpointError(
      `fit: the checkpoint does not fit the options: ${String(error)}. Resume with those it was saved with.`,
      { cause: error },
    );
  }
}

function put<O, T>(parts: Parts<O, T>, { model, optimizer, training }: Checkpoint): void {
  parts.model.loadStateDict(model);
  parts.optimizer.loadStateDict(optimizer);
  const { finished, step, batches, lossSum, samples, history } = training;
  Object.assign(parts.position, { finished, step, batches, lossSum, samples });
  parts.position.history.splice(0, Infinity, ...history);
  for (const [name, metric] of Object.entries(parts.metrics)) {
    // Between epochs there is nothing in them.
    if (step === 0) metric.reset();
    else metric.loadStateDict(training.metrics[name]);
  }
  stateful(parts.callbacks).forEach((callback, i) => {
    callback.loadStateDict?.(training.callbacks[i] as never); // what its stateDict gave
  });
  all(parts.generators).forEach((generator, i) => {
    generator.state = training.generators[i]!;
  });
  parts.loaders.forEach((loader, i) => {
    const state = training.loaders[i] ?? null;
    if (loader !== undefined && isPositioned(loader) && state !== null) loader.loadStateDict(state);
  });
}

function check<O, T>(parts: Parts<O, T>, training: TrainingState): void {
  if (!isTrainingState(training)) {
    throw new CheckpointError(
      'fit: the checkpoint has no state of a training. Pass what loadCheckpoint or decodeCheckpoint gave.',
    );
  }
  const problems: string[] = [];
  const compare = (what: string, saved: number, here: number): void => {
    if (saved !== here) problems.push(`${saved} ${what} saved, ${here} here`);
  };
  compare('generators', training.generators.length - 1, parts.generators.length);
  compare('callbacks with a state', training.callbacks.length, stateful(parts.callbacks).length);
  const saved = Object.keys(training.metrics).sort().join();
  const here = Object.keys(parts.metrics).sort().join();
  if (training.step > 0 && saved !== here) {
    problems.push(`metrics "${saved}" saved in the middle of an epoch, "${here}" here`);
  }
  const [data] = parts.loaders;
  if (
    training.step > 0 &&
    data !== undefined &&
    isPositioned(data) &&
    training.loaders[0] === null
  ) {
    problems.push('data without a position saved in the middle of an epoch, with one here');
  }
  if (problems.length === 0) return;
  throw new CheckpointError(
    `fit: the checkpoint does not fit the options: ${problems.join('; ')}. Resume with those it was saved with.`,
  );
}

function stateful(callbacks: readonly Callback[]): readonly Callback[] {
  return callbacks.filter((callback) => callback.stateDict !== undefined);
}

function all(generators: readonly Generator[]): readonly Generator[] {
  return [defaultGenerator(), ...generators];
}
