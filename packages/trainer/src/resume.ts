import { CheckpointError, defaultGenerator, type Generator } from '@kasane/tensor-core';
import type { Module } from '@kasane/nn';
import { isPositioned, positionOf, type Batches } from './batches.ts';
import type { Callback, EpochLogs } from './callback.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { isTrainingState, type TrainingState } from './checkpoint/training-state.ts';
import { homeOf, placedAsync } from './home.ts';
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
      callbackNames: stateful(parts.callbacks).map(nameOf),
      generators: all(parts.generators).map(({ state }) => state),
      loaders: parts.loaders.map(positionOf),
    },
  };
}

/**
 * Puts all parts into the state of a checkpoint, wherever its tensors are, or throws and leaves them as they were. Says what of it was not
 * used.
 */
export async function restore<O, T>(parts: Parts<O, T>, checkpoint: Checkpoint): Promise<string[]> {
  const { model, optimizer } = checkpoint;
  const { value, dispose } = await placedAsync({ model, optimizer }, homeOf(parts.model));
  const before = capture(parts);
  try {
    check(parts, checkpoint.training);
    return put(parts, { ...checkpoint, ...value });
  } catch (error) {
    put(parts, before);
    if (error instanceof CheckpointError) throw error;
    // From a callback or metric that does not look at what it is given, for one.
    throw new CheckpointError(
      `fit: the checkpoint does not fit the options: ${String(error)}. Resume with those it was saved with.`,
      { cause: error },
    );
  } finally {
    dispose();
  }
}

function put<O, T>(parts: Parts<O, T>, { model, optimizer, training }: Checkpoint): string[] {
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
  const { found, unused, without } = matched(stateful(parts.callbacks), training);
  for (const [callback, state] of found) {
    callback.loadStateDict?.(state as never, parts.model); // what its stateDict gave
  }
  all(parts.generators).forEach((generator, i) => {
    generator.state = training.generators[i]!;
  });
  parts.loaders.forEach((loader, i) => {
    const state = training.loaders[i] ?? null;
    if (loader !== undefined && isPositioned(loader) && state !== null) loader.loadStateDict(state);
  });
  return [
    unused.length === 0
      ? []
      : `fit: the checkpoint's state of ${unused.join(', ')} is not used: there is no such callback.`,
    without.length === 0
      ? []
      : `fit: the checkpoint has no state of ${without.join(', ')}, which begins anew.`,
  ].flat();
}

/** The callbacks with the states of those of their names, one after the other, and what is left on both sides. */
function matched(
  callbacks: readonly Callback[],
  { callbacks: states, callbackNames = callbacks.map(nameOf) }: TrainingState,
): {
  readonly found: readonly (readonly [callback: Callback, state: unknown])[];
  readonly unused: readonly string[];
  readonly without: readonly string[];
} {
  const saved = states.map((state, i) => ({ name: callbackNames[i] ?? '', state }));
  const found: [Callback, unknown][] = [];
  const without: string[] = [];
  for (const callback of callbacks) {
    const i = saved.findIndex(({ name }) => name === nameOf(callback));
    if (i < 0) without.push(nameOf(callback));
    else found.push([callback, saved.splice(i, 1)[0]!.state]);
  }
  return { found, without, unused: saved.map(({ name }) => name) };
}

function nameOf(callback: Callback): string {
  return callback.name ?? callback.constructor.name;
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
