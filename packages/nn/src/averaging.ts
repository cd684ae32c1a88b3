/**
 * Averages of weights over a training: exponential (EMA) and stochastic (SWA), which trainings that want them load as
 * `@kasane/nn/averaging`.
 *
 * @packageDocumentation
 */
import {
  defaultBackend,
  isFloatingPoint,
  noGrad,
  optionsOf,
  refusePromise,
  requireFunction,
  requireThat,
  scope,
  ShapeError,
  Tensor,
  zeros,
} from '@kasane/tensor-core';
import { BatchNorm } from './batch-norm.ts';
import { Module, requireModule } from './module.ts';
import { Buffer, Parameter } from './parameter.ts';

/** Options of `AveragedModel`; without any, all updates count alike (SWA). */
export interface AveragedModelOptions {
  /** An exponential average: each update keeps this share of the average, from 0 to 1. Often 0.999. */
  readonly emaDecay?: number;
  /** The new average of the old one, the model's value, and the number of updates before, a tensor. */
  readonly avgFn?: (average: Tensor, value: Tensor, numAveraged: Tensor) => Tensor;
  /** The same for all at once: writes the averages with `assign`. */
  readonly multiAvgFn?: (
    averages: readonly Tensor[],
    values: readonly Tensor[],
    numAveraged: Tensor,
  ) => void;
  /** Average the buffers, too; else they are those of the model at the last update. Default false. */
  readonly useBuffers?: boolean;
}

/**
 * A model whose weights are an average of those that another one had in the course of its training: it often does
 * better.
 *
 * $$ \bar w \leftarrow \bar w + \frac{w - \bar w}{n + 1}, \quad \text{or, with a decay } d, \; \bar w \leftarrow \bar w + (1 - d)(w - \bar w) $$
 *
 * n is the number of updates before. Call `updateParameters` after each step (EMA), or after each epoch from where the
 * training has nearly settled (SWA, with `SWALR` of `@kasane/optim`); the first call copies. `forward` computes with
 * the averages, in the averaged model's own mode and without gradients; the model keeps its weights. `copyTo` writes
 * the averages into a model for good.
 *
 * Same numbers, options and names of state as `torch.optim.swa_utils.AveragedModel`, except that `emaDecay` stands for
 * `get_ema_multi_avg_fn`, and that no second model is made: `forward` lends the averages to the model that it was made of. So
 * keep that, and call neither between a forward and its backward.
 *
 * @throws RangeError for a decay out of range or more than one rule.
 * @throws {@link ShapeError} for a model with other parameters.
 * @throws {@link ScopeError} where `forward` or what `use` runs is asynchronous.
 *
 * @example
 * import { Linear } from '@kasane/nn';
 * import { AveragedModel } from '@kasane/nn/averaging';
 * import { mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { Generator, ones } from '@kasane/tensor-core';
 * import { evaluate, fit } from '@kasane/trainer';
 * const model = new Linear(1, 1, { generator: new Generator(1) });
 * const averaged = new AveragedModel(model, { emaDecay: 0.9 });
 * const data = [[ones([4, 1]), ones([4, 1])]] as const;
 * await fit(model, {
 *   data,
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 30,
 *   callbacks: [{ onStep: () => averaged.updateParameters(model) }],
 * });
 * const { loss } = await evaluate(averaged, { data, loss: mseLoss });
 * loss < 0.01; // => true
 *
 * @see Izmailov et al. (2018), Averaging Weights Leads to Wider Optima and Better Generalization.
 */
export class AveragedModel<M extends Module> extends Module {
  /** How many updates the averages are of. */
  readonly nAveraged: Buffer;
  readonly #model: M;
  readonly #averages: readonly (readonly [string, Parameter | Buffer])[];
  readonly #options: AveragedModelOptions;

  /** Takes the model, whose values are the first. */
  constructor(model: M, options: AveragedModelOptions = {}) {
    super();
    const names = ['emaDecay', 'avgFn', 'multiAvgFn', 'useBuffers'] as const;
    const { emaDecay, avgFn, multiAvgFn } = optionsOf('AveragedModel', options, names);
    if ([emaDecay, avgFn, multiAvgFn].filter((rule) => rule !== undefined).length > 1) {
      throw new RangeError('AveragedModel: takes one of emaDecay, avgFn and multiAvgFn.');
    }
    if (emaDecay !== undefined) {
      requireThat(
        emaDecay >= 0 && emaDecay <= 1,
        'AveragedModel',
        'emaDecay',
        emaDecay,
        'from 0 to 1',
      );
    }
    this.#model = model;
    this.#options = options;
    requireModule('AveragedModel', model);
    const parts = [...model.namedParameters(), ...model.namedBuffers()];
    const backend = parts[0]?.[1].backend ?? defaultBackend();
    this.nAveraged = scope(() => new Buffer(zeros([], { dtype: 'int32', backend })));
    this.#averages = parts.map(([name, part]) => {
      const values = scope(() => {
        const copy = part.newFull(part.shape, 0);
        return part instanceof Parameter
          ? new Parameter(copy, { requiresGrad: false })
          : new Buffer(copy, { persistent: part.persistent });
      });
      noGrad(() => values.assign(part));
      return [`module.${name}`, values] as const;
    });
  }

  override fields(): Iterable<readonly [string, unknown]> {
    return [['n_averaged', this.nAveraged], ...this.#averages];
  }

  /** Takes the values that the model has now into the averages. */
  updateParameters(model: M): void {
    const { emaDecay, avgFn, multiAvgFn, useBuffers = false } = this.#options;
    const pairs = this.#pairs(model);
    noGrad(() =>
      scope(() => {
        const numAveraged = this.nAveraged;
        const rule =
          avgFn ??
          ((average, value, n): Tensor => {
            const gap = value.sub(average);
            if (emaDecay !== undefined) return average.add(gap.mul(1 - emaDecay));
            return average.add(gap.div(n.add(1).cast(gap.dtype)));
          });
        const taken = pairs.map(([average, part]) => [average, part.to(average.backend)] as const);
        const averaged = taken.filter(([average]) => useBuffers || average instanceof Parameter);
        multiAvgFn?.(
          averaged.map(([average]) => average),
          averaged.map(([, value]) => value),
          numAveraged,
        );
        for (const [average, value] of taken) {
          if (!useBuffers && average instanceof Buffer) {
            average.assign(value);
            continue;
          }
          const n = numAveraged.to(average.backend);
          // A count is averaged with its fraction, which is then cut.
          const wide = (t: Tensor): Tensor => (isFloatingPoint(t.dtype) ? t : t.cast('float64'));
          const next = multiAvgFn ? average : rule(wide(average), wide(value), n);
          // The first update copies.
          average.assign(n.equal(0).where(value, next.cast(average.dtype)));
        }
        numAveraged.assign(numAveraged.add(1));
      }),
    );
  }

  /** The model's output with the averages in place of its weights. */
  forward(...inputs: Parameters<M['forward']>): ReturnType<M['forward']> {
    return this.use((model) => {
      const modes = model.modules().map((module) => [module, module.training] as const);
      model.train(this.training);
      try {
        // Its own inputs are passed through.
        return model.forward(...(inputs as never[])) as ReturnType<M['forward']>;
      } finally {
        for (const [module, training] of modes) module.training = training;
      }
    });
  }

  /** Runs `fn`, which may not be asynchronous, while the model has the averages in place of its weights; without gradients. */
  use<R>(fn: (model: M) => R): R {
    requireFunction('AveragedModel.use', fn);
    const pairs = this.#pairs(this.#model);
    return noGrad(() =>
      scope(() => {
        const before = pairs.map(([, part]) => part.detach());
        for (const [average, part] of pairs) part.assign(average.to(part.backend));
        try {
          return refusePromise('AveragedModel.use', fn(this.#model));
        } finally {
          pairs.forEach(([average, part], i) => {
            // What the layers have counted is the averaged model's.
            if (average instanceof Buffer) average.assign(part.detach().to(average.backend));
            part.assign(before[i]!);
          });
        }
      }),
    );
  }

  /** Writes the averages into a model. */
  copyTo(model: M): void {
    noGrad(() =>
      scope(() => {
        for (const [average, part] of this.#pairs(model)) part.assign(average.to(part.backend));
      }),
    );
  }

  /** The averages, and what they are averages of in a model. */
  #pairs(model: M): [average: Parameter | Buffer, part: Parameter | Buffer][] {
    requireModule('AveragedModel', model);
    const parts = [...model.parameters(), ...model.buffers()];
    const same = this.#averages.every(
      ([, { shape, dtype }], i) =>
        parts[i]?.dtype === dtype && String(parts[i].shape) === `${shape}`,
    );
    if (!same || parts.length !== this.#averages.length) {
      throw new ShapeError(
        `AveragedModel: the ${model.constructor.name} has not the parameters and buffers of which these are averages. Pass the model, or one built alike.`,
      );
    }
    return this.#averages.map(([, average], i) => [average, parts[i]!]);
  }
}

/**
 * Computes the running statistics of all batch normalisations anew, as averages over the batches: those of averaged
 * weights are not the averages of the statistics.
 *
 * $$ \mu = \frac1B \sum_b \mu_b, \quad \sigma^2 = \frac1B \sum_b \sigma_b^2 $$
 *
 * with the mean and the unbiased variance of each of B batches. Nothing happens if there are no such layers. Goes
 * through the data once, in training mode; tensors are copied to the backend of the model if they are elsewhere. Same
 * as `torch.optim.swa_utils.update_bn`. Throws, by rejecting, what the loader and the model's `forward` throw.
 *
 * @example
 * import { BatchNorm1d } from '@kasane/nn';
 * import { updateBn } from '@kasane/nn/averaging';
 * import { tensor } from '@kasane/tensor-core';
 * const norm = new BatchNorm1d(1);
 * await updateBn([tensor([[1], [3]]), tensor([[5], [7]])], norm);
 * norm.runningMean!.toArray(); // => [4]
 */
export async function updateBn<I>(
  loader:
    | Iterable<(I & Tensor) | readonly [I, ...unknown[]]>
    | AsyncIterable<(I & Tensor) | readonly [I, ...unknown[]]>,
  model: Module & { forward(input: I): unknown },
): Promise<void> {
  requireModule('updateBn', model);
  const within = (fn: (inner: Module) => void): void =>
    model instanceof AveragedModel ? model.use(fn) : noGrad(() => scope(() => fn(model)));
  const norms: BatchNorm[] = [];
  within((inner) => {
    for (const module of inner.modules()) {
      if (!(module instanceof BatchNorm)) continue;
      norms.push(module);
      const { runningMean: mean, runningVar: variance, numBatchesTracked: count } = module;
      mean?.assign(mean.newFull(mean.shape, 0));
      variance?.assign(variance.newFull(variance.shape, 1));
      count?.assign(count.newFull([], 0));
    }
  });
  if (norms.length === 0) return;
  const home = [...model.parameters(), ...model.buffers()][0]?.backend;
  const momenta = norms.map((norm) => norm.momentum);
  const modes = model.modules().map((module) => [module, module.training] as const);
  model.train();
  for (const norm of norms) norm.momentum = null;
  try {
    for await (const batch of loader) {
      const input = batch instanceof Tensor ? batch : batch[0];
      const moved =
        input instanceof Tensor && home !== undefined && input.backend !== home
          ? await input.detach().toAsync(home)
          : null;
      noGrad(() => scope(() => void model.forward((moved ?? input) as I))); // a tensor for a tensor
      moved?.dispose();
    }
  } finally {
    norms.forEach((norm, i) => (norm.momentum = momenta[i]!));
    for (const [module, training] of modes) module.training = training;
  }
}
