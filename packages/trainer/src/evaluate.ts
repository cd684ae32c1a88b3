import type { Module } from '@kasane/nn';
import { optionsOf, concat, DataError, noGrad, scope, Tensor } from '@kasane/tensor-core';
import { batchesOf, samplesOf, tensorsIn, type Batches, type Example } from './batches.ts';
import { checkKinds, requireModel } from './check-kinds.ts';
import {
  areInMemory,
  areValues,
  inputsOf,
  isIterable,
  loadersOf,
  type Samples,
  type Values,
} from './in-memory.ts';
import { brief } from './checkpoint/header.ts';
import { at, homeOf, placedAsync, type Home } from './home.ts';
import type { Metric } from './metrics/metric.ts';
import { metricsOf, type Metrics } from './metrics/named.ts';
import { evaluationStep, type Loss, type Model, type Result } from './step.ts';

interface EvaluateSettings<T, O, M> {
  readonly loss: Loss<O, T>;
  /** By the names under which the result has them, each a metric or the name of one; or a list of such names. */
  readonly metrics?: M;
}

/** Options of `evaluate` on batches. */
export interface EvaluateOptions<I, T, O, M> extends EvaluateSettings<T, O, M> {
  readonly data: Batches<Example<I, T>>;
}

/** Options of `evaluate` on samples in memory. */
export interface EvaluateArrayOptions<O, M> extends EvaluateSettings<Tensor, O, M>, Samples {}

/** The loss, the mean over all samples, and what each metric computed. */
export type Evaluation<M extends Metrics<unknown, never, never>> = {
  readonly loss: number;
} & (M extends readonly (infer N extends string)[]
  ? { readonly [K in N]: number }
  : {
      readonly [K in keyof M]: M[K] extends Readonly<Record<'compute', () => infer R>> ? R : number;
    });

/**
 * Loss and metrics of a model on data, in evaluation mode; afterwards its modules are in the modes they were in.
 *
 * $$ L = \sum_b n_b L_b \Big/ \sum_b n_b $$
 *
 * so that a sample counts as much in a small batch as in a large one; the samples of a batch, $n_b$, are the first dim of its input. Batches are
 * copied to the backend of the model if they are elsewhere. Keras' `evaluate` gives a list unless `return_dict` is set.
 *
 * @throws {@link DataError} if there are no batches.
 * @throws RangeError for options that contradict each other or a metric of a name that there is not.
 * @throws {@link ShapeError} for x and y of different sizes.
 * @throws what model, loss and metrics throw.
 *
 * @example
 * import { Accuracy, evaluate } from '@kasane/trainer';
 * import { crossEntropy, Identity } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * const label = tensor([0], { dtype: 'int32' });
 * const data = [[tensor([[9, 0]]), label], [tensor([[0, 9]]), label]] as const;
 * const result = await evaluate(new Identity(), { data, loss: crossEntropy, metrics: { accuracy: new Accuracy() } });
 * result.accuracy; // => 0.5
 * result.loss.toFixed(3); // => 4.500
 * (await evaluate(new Identity(), { data, loss: crossEntropy, metrics: ['perplexity'] })).perplexity.toFixed(1); // => 90.0
 */
export async function evaluate<
  O,
  M extends Metrics<unknown, O, Tensor> = Readonly<Record<never, never>>,
>(model: Model<Tensor, O>, options: EvaluateArrayOptions<O, M>): Promise<Evaluation<M>>;
export async function evaluate<
  I,
  T,
  O,
  M extends Metrics<unknown, O, T> = Readonly<Record<never, never>>,
>(model: Model<I, O>, options: EvaluateOptions<I, T, O, M>): Promise<Evaluation<M>>;
export async function evaluate<O, M extends Metrics<unknown, O, Tensor>>(
  // Other inputs and targets than tensors are handed on as they are.
  model: Model<Tensor, O>,
  options: EvaluateOptions<Tensor, Tensor, O, M> | EvaluateArrayOptions<O, M>,
): Promise<Evaluation<M>> {
  const given: EvaluateSettings<Tensor, O, M> & Partial<Samples> & { readonly data?: unknown } =
    options;
  optionsOf('evaluate', given, ['data', 'x', 'y', 'batchSize', 'loss', 'metrics']);
  requireModel('evaluate', model);
  const inMemory = areInMemory('evaluate', options);
  checkKinds('evaluate', given);
  if (!inMemory) return evaluateBatches(model, options, options.data);
  const { data, dispose } = loadersOf('evaluate', options);
  return evaluateBatches(model, options, data).finally(dispose);
}

async function evaluateBatches<I, T, O, M extends Metrics<unknown, O, T>>(
  model: Model<I, O>,
  { loss, metrics }: EvaluateSettings<T, O, M>,
  data: Batches<Example<I, T>>,
): Promise<Evaluation<M>> {
  const used = await metricsOf<unknown, O, T>('evaluate', metrics, loss);
  for (const metric of Object.values(used)) metric.reset();
  const running = { outputs: Object.keys(used).length > 0, onFallback: null };
  const step = evaluationStep(model, loss, running);
  const mean = await evaluating(model, () => pass(step, data, used, homeOf(model)));
  const computed = Object.entries(used).map(([name, metric]) => [name, metric.compute()]);
  // The names and values of the metrics given.
  return { loss: mean, ...Object.fromEntries(computed) } as Evaluation<M>;
}

/** Runs `fn` with the model in evaluation mode: in the middle of a training, too. */
export async function evaluating<R>(model: Module, fn: () => Promise<R>): Promise<R> {
  const modes = model.modules().map((module) => [module, module.training] as const);
  model.eval();
  try {
    return await fn();
  } finally {
    for (const [module, training] of modes) module.training = training;
  }
}

/** Goes through the data once, on the model's backend, updates the metrics, and gives the mean loss. */
export async function pass<I, T, O>(
  step: (input: I, target: T) => Result<O>,
  data: Batches<Example<I, T>>,
  metrics: Readonly<Record<string, Metric<unknown, unknown, O, T>>>,
  home: Home,
): Promise<number> {
  let sum = 0;
  let count = 0;
  for await (const batch of batchesOf(data, 0)) {
    const { value, dispose } = await placedAsync(batch, home);
    const [input, target] = value;
    const samples = samplesOf(input);
    sum += samples * (await read(step(input, target), target, metrics).finally(dispose));
    count += samples;
  }
  if (count === 0) throw noBatches('evaluate');
  return sum / count;
}

/** Updates the metrics with a result, frees it, and gives its loss. */
export async function read<T, O>(
  [loss, output]: Result<O>,
  target: T,
  metrics: Readonly<Record<string, Metric<unknown, unknown, O, T>>>,
): Promise<number> {
  const [value] = await loss.data();
  loss.dispose();
  if (output !== undefined) {
    for (const metric of Object.values(metrics)) await metric.update(output, target);
    for (const made of tensorsIn(output)) made.dispose();
  }
  return value!;
}

/** An epoch without batches. */
export function noBatches(owner: string): DataError {
  return new DataError(
    `${owner}: needs at least one batch with a sample, got none. Pass data that can be gone through again each time, as a DataLoader or an array can, not a generator.`,
  );
}

/** Options of `predict`. */
export interface PredictOptions {
  /** Samples in memory that are looked at at a time. Default 32. */
  readonly batchSize?: number;
}

/**
 * The outputs of a model for all data, one after the other along the first dim, in evaluation mode;
 * afterwards its modules are in the modes they were in. Inputs are copied to the backend of the model if they are elsewhere, and the outputs are there.
 *
 * Takes samples in memory, as the `x` of `fit`; or inputs, or batches whose first entry is the input. As Keras' `predict`.
 *
 * @throws {@link DataError} if there are no samples.
 * @throws RangeError for a `batchSize` beside batches.
 * @throws {@link ShapeError} for rows of different lengths.
 *
 * @example
 * import { predict } from '@kasane/trainer';
 * import { ReLU } from '@kasane/nn';
 * import { tensor } from '@kasane/tensor-core';
 * (await predict(new ReLU(), [[-1, 1], [2, -3]])).toArray(); // => [[0,1],[2,0]]
 * (await predict(new ReLU(), [tensor([-1, 1]), tensor([2])])).toArray(); // => [0,1,2]
 */
export async function predict(
  model: Model<Tensor, Tensor>,
  x: Values,
  options?: PredictOptions,
): Promise<Tensor>;
export async function predict<I>(
  model: Model<I, Tensor>,
  data: Batches<(I & Tensor) | readonly [I, ...unknown[]]>,
): Promise<Tensor>;
export async function predict(
  // Other inputs than tensors are handed on as they are.
  model: Model<Tensor, Tensor>,
  data: Values | Batches<Tensor | readonly [Tensor, ...unknown[]]>,
  options?: PredictOptions,
): Promise<Tensor> {
  requireModel('predict', model);
  const { batchSize } = optionsOf('predict', options, ['batchSize']);
  if (areValues(data)) {
    const samples = inputsOf('predict', data, batchSize);
    return predictBatches(model, samples.data).finally(samples.dispose);
  }
  if (!isIterable(data)) {
    throw new DataError(
      `predict: needs a tensor, an array or batches, got ${brief(data)}. Pass the x of fit, or a DataLoader.`,
    );
  }
  if (batchSize === undefined) return predictBatches(model, data);
  throw new RangeError(
    'predict: batchSize is for samples in memory, got it beside batches. Give it to the loader.',
  );
}

async function predictBatches(
  model: Model<Tensor, Tensor>,
  data: Batches<Tensor | readonly [Tensor, ...unknown[]]>,
): Promise<Tensor> {
  const outputs: Tensor[] = [];
  const home = homeOf(model);
  await evaluating(model, async () => {
    for await (const batch of batchesOf(data, 0)) {
      const { value, dispose } = await placedAsync(
        batch instanceof Tensor ? batch : batch?.[0],
        home,
      );
      outputs.push(noGrad(() => scope(() => at(home, () => model.forward(value).detach()))));
      dispose();
    }
  });
  if (outputs.length === 0) throw noBatches('predict');
  const all = concat(outputs);
  for (const output of outputs) if (output !== all) output.dispose();
  return all;
}
