import type { StateDict } from '@kasane/nn';
import { optionsOf, DataError, manualSeed, type Tensor } from '@kasane/tensor-core';
import { batchesOf, isPositioned, lengthOf, samplesOf } from './batches.ts';
import type { Ending, EpochLogs, Training } from './callback.ts';
import { valName } from './callbacks/monitor.ts';
import { checkKinds, fitNames, requireModel } from './check-kinds.ts';
import { evaluating, noBatches, pass, read } from './evaluate.ts';
import {
  checkOptions,
  inOrder,
  type FitArrayOptions,
  type FitOptions,
  type Given,
} from './fit-options.ts';
import { areInMemory, loadersOf } from './in-memory.ts';
import { metricsOf } from './metrics/named.ts';
import { homeOf, placedAsync } from './home.ts';
import { onInterrupt } from './interrupt.ts';
import { capture, restore, type Position } from './resume.ts';
import { Moved } from './moved.ts';
import { isDeviceLost, Recovery } from './recovery.ts';
import { evaluationStep, trainingStep, type Model } from './step.ts';

export type { FitArrayOptions, FitOptions } from './fit-options.ts';

/**
 * Trains a model and gives the loss and metrics of each epoch. Leaves the model in evaluation mode.
 *
 * Takes batches as `data`, or samples in memory as `x` and `y`, of which it makes the loader that one would:
 * `new DataLoader(new TensorDataset(x, y), { batchSize: 32, shuffle: true })`, to the same bits; with `validationSplit` the last ones are kept
 * for validation before any are shuffled.
 *
 * Batches are copied to the backend of the model if they are elsewhere: `model.to(gpu())` is all that training on a GPU takes.
 * When its device is lost, the callbacks' `onDeviceLost` is told; then DeviceLostError is thrown, or with `recover` the training goes on, unless it is lost at the same place again, or over and over before it is farther.
 * A step is: forward, loss, backward, clip, step, zeroGrad, compiled unless that cannot be. What plain JavaScript decides in model and loss must not change then:
 * the step is traced again when an epoch begins, and now and then, and runs op by op from where it does something else, which the callbacks' `onFallback`
 * or a line on the console tells. With `accumulate: k` a step has the gradient of k
 * batches as if they were one. Losses and metrics of an epoch count by samples, which are the first dim of the input. Given the same
 * options, the rest after `resume` is the same to the last bit as if the training had not been interrupted.
 *
 * What looks like a mistake is told once, to the callbacks' `onWarning` or on the console: parameters that only the model or only the optimizer has, those
 * that never get a gradient, and what forward uses that learns but belongs to neither, as modules in #private fields do.
 *
 * As Keras' `fit`. Whatever a callback throws ends the training; `onTrainEnd` of all callbacks is called all the same, and the first error is thrown.
 * Callbacks may be others than those of the checkpoint that is resumed; which states were not used is told.
 *
 * @throws the reason of `signal` when it is aborted, after `onTrainEnd`.
 * @throws {@link DataError} for a loss that is not finite or an epoch without batches.
 * @throws RangeError for an optimizer that has none of the model's parameters.
 * @throws {@link CheckpointError} for a checkpoint that does not fit, and then nothing was changed.
 * @throws RangeError for options out of range or that contradict each other.
 * @throws {@link ShapeError} for x and y of different sizes.
 * @throws TypeError for options that it does not have, or of another kind.
 *
 * @example
 * import { fit } from '@kasane/trainer';
 * import { DataLoader, makeSine, TensorDataset } from '@kasane/datasets';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { Generator, randn } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const x = randn([64, 3], { generator });
 * const dataset = new TensorDataset(x, x.sum(1, { keepdim: true }));
 * const model = new Linear(3, 1, { generator });
 * const history = await fit(model, {
 *   data: new DataLoader(dataset, { batchSize: 16, shuffle: true, generator }),
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 20,
 * });
 * history.at(-1)!.loss < 1e-4; // => true
 * const [logs] = await fit(model, {
 *   x: [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 9, 9]],
 *   y: [[3], [12], [21], [27]],
 *   validationSplit: 0.25,
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.001 }),
 *   epochs: 1,
 * });
 * Object.keys(logs!); // => ["epoch","loss","valLoss"]
 */
export async function fit<O>(
  model: Model<Tensor, O>,
  options: FitArrayOptions<O>,
): Promise<EpochLogs[]>;
export async function fit<I, T, O>(
  model: Model<I, O>,
  options: FitOptions<I, T, O>,
): Promise<EpochLogs[]>;
export async function fit<O>(
  // Other inputs and targets than tensors are handed on as they are.
  model: Model<Tensor, O>,
  options: FitOptions<Tensor, Tensor, O> | FitArrayOptions<O>,
): Promise<EpochLogs[]> {
  const given: Given<O> = options;
  optionsOf('fit', given, fitNames);
  requireModel('fit', model);
  const inMemory = areInMemory('fit', options);
  checkKinds('fit', given);
  if (!inMemory) return train(model, options);
  const { shuffle = true, validation, validationSplit, seed } = options;
  if (validation !== undefined && validationSplit !== undefined) {
    throw new RangeError(
      'fit: takes validation or validationSplit, got both. Leave out the one that you do not mean.',
    );
  }
  const { dispose, ...loaders } = loadersOf('fit', { ...options, shuffle }, seed);
  const found = loaders.validation ?? validation;
  const batches = { data: loaders.data, ...(found === undefined ? {} : { validation: found }) };
  return train(model, { ...options, ...batches }).finally(dispose);
}

async function train<I, T, O>(
  model: Model<I, O>,
  options: FitOptions<I, T, O>,
): Promise<EpochLogs[]> {
  const { data, optimizer, epochs, validation, signal, accumulate = 1, generators = [] } = options;
  const metrics = await metricsOf('fit', options.metrics, options.loss);
  checkOptions(options, metrics);
  const callbacks = inOrder(options);
  const position: Position = { ...fresh(0), history: [] };
  for (const metric of Object.values(metrics)) metric.reset();
  const loaders = [data, validation];
  const parts = { model, optimizer, position, metrics, callbacks, generators, loaders };
  if (options.seed !== undefined) manualSeed(options.seed);
  const unused = options.resume === undefined ? [] : await restore(parts, options.resume);

  const warn = (hook: 'onFallback' | 'onWarning', message: string, line: string): void => {
    for (const callback of callbacks) callback[hook]?.(message);
    if (callbacks.some((callback) => callback[hook] !== undefined)) return;
    // oxlint-disable-next-line no-console -- what is slower than it could be, or looks like a mistake, must not be so in silence
    console.warn(line);
  };
  let reported = false;
  const onFallback = (reason: string): void => {
    if (!reported) warn('onFallback', reason, `fit runs op by op: ${reason}.`);
    reported = true;
  };
  const running = {
    outputs: Object.keys(metrics).length > 0,
    onFallback: options.compile === false ? null : onFallback,
  };
  const moved = new Moved(
    model,
    optimizer,
    callbacks.some((c) => c.needsGradients === true),
  );
  const look = moved.look.bind(moved);
  const compiled = () => ({
    step: trainingStep(model, options.loss, moved.watched, options.clipGradNorm, {
      ...running,
      look,
    }),
    validate: evaluationStep(model, options.loss, running),
  });
  let { step, validate } = compiled();
  const recovery = new Recovery(parts, options.recover === true);

  // What callbacks see stays at an epoch's end while the position is already at the next one's beginning.
  let shown = { epoch: position.finished + 1, step: position.step, loss: NaN };
  let ended: EpochLogs | null = null;
  let stopped = false;
  let restored: StateDict | null = null;
  const computed = (): Record<string, number> =>
    Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.compute()]));
  const logs = (): EpochLogs => {
    return { epoch: shown.epoch, loss: position.lossSum / position.samples, ...computed() };
  };
  const batches = lengthOf(data);
  const training: Training = {
    model,
    optimizer,
    metrics,
    epochs,
    resumed: options.resume !== undefined,
    total: batches === null ? null : Math.ceil(batches / accumulate),
    history: position.history,
    get epoch() {
      return shown.epoch;
    },
    get step() {
      return shown.step;
    },
    get loss() {
      return shown.loss;
    },
    get gradients() {
      return moved.gradients();
    },
    get logs() {
      return ended ?? logs();
    },
    stop: () => {
      stopped = true;
    },
    checkpoint: () => capture(parts),
    restoreWeights: (weights) => {
      restored = weights;
    },
    warn: (message) => warn('onWarning', message, message),
  };
  const tell = async (
    hook: 'onTrainBegin' | 'onEpochBegin' | 'onStep' | 'onEpochEnd',
  ): Promise<void> => {
    for (const callback of callbacks) await callback[hook]?.(training);
  };

  /** The steps of one epoch, or what is left of it. False if it was left before its end. */
  const steps = async (): Promise<boolean> => {
    const pending = { batches: 0, samples: 0, lossSum: 0 };
    const finish = async (): Promise<boolean> => {
      if (accumulate > 1) step.update(pending.samples);
      position.step++;
      position.batches += pending.batches;
      position.samples += pending.samples;
      position.lossSum += pending.lossSum;
      shown = { ...shown, step: position.step, loss: pending.lossSum / pending.samples };
      Object.assign(pending, { batches: 0, samples: 0, lossSum: 0 });
      await tell('onStep');
      await recovery.step();
      return !stopped && signal?.aborted !== true;
    };
    const home = homeOf(model);
    const skip = isPositioned(data) ? 0 : position.batches;
    for await (const batch of batchesOf(data, skip)) {
      const { value, dispose } = await placedAsync(batch, home);
      const [input, target] = value;
      const samples = samplesOf(input);
      const result =
        accumulate > 1 ? step.gather(input, target, samples) : step.whole(input, target);
      const loss = await read(result, target, metrics).finally(dispose);
      const stray = moved.stray();
      if (stray !== null) training.warn(stray);
      if (!Number.isFinite(loss)) throw notFinite(loss, shown.epoch, position.step + 1);
      pending.batches++;
      pending.samples += samples;
      pending.lossSum += loss * samples;
      if (pending.batches === accumulate && !(await finish())) return false;
    }
    return pending.batches === 0 || finish();
  };

  const epoch = async (): Promise<boolean> => {
    shown = { epoch: position.finished + 1, step: position.step, loss: shown.loss };
    ended = null;
    if (position.step === 0) await tell('onEpochBegin');
    for (const compiled of [step.whole, step.gather, step.update, validate]) compiled.verify();
    model.train();
    if (!(await steps())) return false;
    if (position.samples === 0) throw noBatches('fit');
    const still = moved.still();
    if (still !== null) training.warn(still);
    let all = logs();
    for (const metric of Object.values(metrics)) metric.reset();
    if (validation !== undefined) {
      const loss = await evaluating(model, () =>
        pass(validate, validation, metrics, homeOf(model)),
      );
      const found = { loss, ...computed() };
      for (const metric of Object.values(metrics)) metric.reset();
      const named = Object.entries(found).map(([name, value]) => [valName(name), value]);
      all = { ...all, ...Object.fromEntries(named) };
    }
    ended = all;
    position.history.push(all);
    Object.assign(position, fresh(position.finished + 1));
    await tell('onEpochEnd');
    return !stopped && signal?.aborted !== true;
  };

  const release = options.interruptible === true ? onInterrupt(training.stop) : (): void => {};
  let ending: Ending = 'failed';
  const errors: unknown[] = [];
  try {
    await tell('onTrainBegin');
    for (const message of [...unused, ...moved.apart()]) training.warn(message);
    while (signal?.aborted !== true && position.finished < epochs) {
      try {
        await recovery.begin();
        if (!(await epoch())) break;
      } catch (error) {
        if (!isDeviceLost(error)) throw error;
        for (const callback of callbacks) await callback.onDeviceLost?.(training, error);
        await recovery.recover(error);
        optimizer.zeroGrad();
        ({ step, validate } = compiled()); // what was compiled has arrays of the old device
      }
    }
    // Whoever stops after the last epoch stops nothing.
    if (position.finished >= epochs) ending = 'complete';
    else ending = stopped ? 'stopped' : 'aborted';
  } catch (error) {
    errors.push(error);
  }
  optimizer.zeroGrad();
  model.eval();
  for (const callback of callbacks) {
    try {
      await callback.onTrainEnd?.(training, ending);
    } catch (error) {
      errors.push(error);
    }
  }
  try {
    if (restored !== null) model.loadStateDict(restored);
  } catch (error) {
    errors.push(error);
  }
  release();
  moved.dispose();
  recovery.dispose();
  throwFirst(errors);
  if (ending === 'aborted') signal!.throwIfAborted();
  return position.history;
}

/** Throws the first of some errors; the others, which came while it was on its way, are told as its cause unless it has one. */
function throwFirst(errors: readonly unknown[]): void {
  if (errors.length === 0) return;
  const [first, ...others] = errors;
  if (others.length > 0 && first instanceof Error && first.cause === undefined) {
    first.cause = new AggregateError(others, `onTrainEnd: ${others.map(String).join('; ')}`);
  }
  throw first;
}

function fresh(finished: number): Omit<Position, 'history'> {
  return { finished, step: 0, batches: 0, lossSum: 0, samples: 0 };
}

function notFinite(loss: number, epoch: number, step: number): DataError {
  return new DataError(
    `fit: the loss must be finite, got ${loss} in epoch ${epoch}, step ${step}. Lower the learning rate, pass clipGradNorm, look at the data, or find the op with detectAnomaly and { compile: false }; the weights may be lost, resume from a checkpoint.`,
  );
}
