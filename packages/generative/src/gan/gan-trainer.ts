import { AveragedModel } from '@kasane/nn/averaging';
import type { StateDict } from '@kasane/nn';
import {
  CheckpointError,
  DataError,
  defaultGenerator,
  noGrad,
  optionsOf,
  randn,
  requireFunction,
  requireTensor,
  requireThat,
  requireWhole,
  scope,
  shown,
  tensor,
  type Generator,
  type GeneratorState,
  type Tensor,
} from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { restoreCheckpoint, trainStep, type FitOptimizer, type TrainStep } from '@kasane/trainer';
import { checkedOptions, type GanTrainerOptions } from './gan-options.ts';
import { gradientPenalty, r1Penalty, type Critic } from './gradient-penalty.ts';
import {
  endless,
  partsOf,
  requirePlayer,
  type DiscriminatorNetwork,
  type GeneratorNetwork,
  type RealBatch,
} from './players.ts';

/** What a step of the discriminator tells, each one number. */
export interface DiscriminatorReport {
  /** Its loss, without penalties. */
  readonly loss: Tensor;
  /** The mean of what it answers for real samples: of probabilities, where scores are logits. */
  readonly real: Tensor;
  /** The same for generated ones. */
  readonly generated: Tensor;
}

/** How far a training is. */
export interface GanProgress {
  /** From 1: rounds of this call. */
  readonly round: number;
  readonly rounds: number;
  /** Without penalties, at the last step. */
  readonly discriminatorLoss: number;
  readonly generatorLoss: number;
  /** The mean of what the discriminator answered for real samples at its last step; 0.5 is where it cannot tell. */
  readonly real: number;
  /** The same for generated ones. */
  readonly generated: number;
}

/** Options of `GanTrainer.train`. */
export interface GanTrainingOptions {
  /** How many rounds, each of `discriminatorSteps` and `generatorSteps`. */
  readonly rounds: number;
  /** Told every 16 ms or so, and at the end. */
  readonly onProgress?: (progress: GanProgress) => void;
  /** Stops the training between two rounds; `train` then throws its reason. */
  readonly signal?: AbortSignal;
}

/** All that a training of two players needs to go on to the same bits, beside its data. */
export interface GanState {
  readonly generator: StateDict;
  readonly discriminator: StateDict;
  readonly generatorOptimizer: ReturnType<FitOptimizer['stateDict']>;
  readonly discriminatorOptimizer: ReturnType<FitOptimizer['stateDict']>;
  /** Of the generator, or null. */
  readonly average: StateDict | null;
  /** Where noise is drawn from. */
  readonly noise: GeneratorState;
  /** Rounds that were done. */
  readonly rounds: number;
}

/**
 * Trains two players against each other: a generator that makes samples of noise, and a discriminator that tells them from real
 * ones.
 *
 * $$ \text{discriminator: } L_D + \lambda\, P + \gamma\, R_1, \qquad \text{generator: } L_G, \qquad \bar\theta_G \leftarrow d\, \bar\theta_G + (1 - d)\, \theta_G $$
 *
 * A round is `discriminatorSteps` of the one, each with new real samples and as many generated, and `generatorSteps` of the other. P is
 * `gradientPenalty` and R₁ `r1Penalty`, by the weights that the options have for them; d is `emaDecay`. Each player has a compiled step and
 * an optimizer of its own; two learning rates are two optimizers. Smoothed labels are an option of the losses that have labels. Players
 * that know classes get batches [samples, labels], and generated samples are of the classes of the real ones they stand beside.
 *
 * `train` does rounds; `discriminatorStep` and `generatorStep` are for loops of one's own. `sample` and `generate` ask the average of the
 * generator, if one is kept, in evaluation. `stateDict` and `loadStateDict` take a training up where another left it.
 *
 * @throws RangeError if an option is out of range.
 * @throws TypeError if a player is no module.
 * @throws {@link DataError} if a batch is empty or no tensor of samples, a pass through the data gives none, or a loss of `train` is not finite.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
 *
 * @example
 * import { GanTrainer, nonSaturatingLoss } from '@kasane/generative';
 * import { Linear, ReLU, Sequential } from '@kasane/nn';
 * import { Adam } from '@kasane/optim';
 * import { Generator, randn } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const maker = new Linear(1, 1, { generator });
 * const judge = new Sequential(new Linear(1, 16, { generator }), new ReLU(), new Linear(16, 1, { generator }));
 * const trainer = new GanTrainer(maker, judge, {
 *   latentSize: 1,
 *   loss: nonSaturatingLoss(),
 *   generatorOptimizer: new Adam(maker.parameters(), { lr: 5e-3, betas: [0.5, 0.9] }),
 *   discriminatorOptimizer: new Adam(judge.parameters(), { lr: 5e-3, betas: [0.5, 0.9] }),
 *   r1: 0.1,
 *   emaDecay: 0.99,
 *   generator,
 * });
 * function* aroundThree() {
 *   for (;;) yield randn([64, 1], { generator }).mul(0.5).add(3);
 * }
 * await trainer.train(aroundThree(), { rounds: 600 });
 * const mean = trainer.sample(1000).mean().item();
 * Math.abs(mean - 3) < 0.5; // => true
 *
 * @see Goodfellow et al. (2014), Generative Adversarial Nets.
 * @see Heusel et al. (2017), GANs Trained by a Two Time-Scale Update Rule, for two learning rates.
 * @see Sønderby et al. (2017), Amortised MAP Inference for Image Super-resolution, for noise on instances.
 * @category Adversarial
 */
export class GanTrainer<G extends GeneratorNetwork, D extends DiscriminatorNetwork> {
  /** Makes samples. */
  readonly generator: G;
  /** Tells them from real ones. */
  readonly discriminator: D;
  /** The average of the generator, or null. */
  readonly average: AveragedModel<G> | null;
  readonly #options: GanTrainerOptions;
  readonly #discriminatorStep: TrainStep<
    [Tensor, readonly Tensor[], Tensor],
    readonly [Tensor, Tensor, Tensor, Tensor]
  >;
  readonly #generatorStep: TrainStep<[Tensor, readonly Tensor[], Tensor], Tensor>;
  #rounds = 0;

  constructor(generator: G, discriminator: D, options: GanTrainerOptions) {
    const given = checkedOptions(options);
    requirePlayer('GanTrainer', 'generator', generator);
    requirePlayer('GanTrainer', 'discriminator', discriminator);
    const { emaDecay, loss, generatorOptimizer, discriminatorOptimizer } = given;
    this.generator = generator;
    this.discriminator = discriminator;
    this.#options = given;
    this.average =
      emaDecay === undefined ? null : new AveragedModel(generator, { emaDecay, useBuffers: true });
    const { gradientPenalty: slope = 0, r1 = 0, compile, onFallback } = given;
    const how = {
      ...(compile !== undefined && { compile }),
      ...(onFallback && { onFallback }),
    };
    const random = given.generator === undefined ? {} : { generator: given.generator };

    this.#discriminatorStep = trainStep((samples: Tensor, labels: readonly Tensor[], std: Tensor) => {
      const judge: Critic = (at) => discriminator.forward(at, ...labels);
      const made = noGrad(() => generator.forward(this.#noise(samples.shape[0]!), ...labels));
      const [real, generated] = [this.#blurred(samples, std), this.#blurred(made.detach(), std)];
      const [ofReal, ofGenerated] = [judge(real), judge(generated)];
      const adversarial = loss.discriminator(ofReal, ofGenerated);
      let total = adversarial;
      if (slope > 0) total = total.add(gradientPenalty(judge, real, generated, random).mul(slope));
      if (r1 > 0) total = total.add(r1Penalty(judge, real).mul(r1));
      return [
        total,
        adversarial,
        loss.answer(ofReal).mean(),
        loss.answer(ofGenerated).mean(),
      ] as const;
    }, discriminatorOptimizer, how); // prettier-ignore

    this.#generatorStep = trainStep((like: Tensor, labels: readonly Tensor[], std: Tensor) => {
      const made = generator.forward(this.#noise(like.shape[0]!), ...labels);
      return loss.generator(discriminator.forward(this.#blurred(made, std), ...labels));
    }, generatorOptimizer, how); // prettier-ignore
  }

  /** Rounds that were done so far, which `instanceNoise` goes by. */
  get rounds(): number {
    return this.#rounds;
  }

  /** One step of the discriminator: real samples against as many generated ones. */
  discriminatorStep(batch: RealBatch): DiscriminatorReport {
    const [samples, labels] = partsOf('GanTrainer.discriminatorStep', batch);
    const std = this.#instanceNoise();
    const [total, loss, real, generated] = this.#discriminatorStep(samples, labels, std);
    total.dispose();
    std.dispose();
    return { loss, real, generated };
  }

  /** One step of the generator, with as many samples as a batch has, of its classes; gives the loss. Ends a round. */
  generatorStep(like: RealBatch): Tensor {
    const loss = this.#stepGenerator(like);
    this.#rounds++;
    return loss;
  }

  /** Goes through the batches as often as the rounds need. Tells how it went at last; throws DataError if a loss is not finite. */
  async train(
    data: Iterable<RealBatch> | AsyncIterable<RealBatch>,
    options: GanTrainingOptions,
  ): Promise<GanProgress> {
    const owner = 'GanTrainer.train';
    const { rounds, onProgress, signal } = optionsOf(owner, options, [
      'rounds',
      'onProgress',
      'signal',
    ]);
    requireWhole(owner, 'rounds', rounds, 1);
    if (onProgress !== undefined) requireFunction(owner, onProgress);
    const { discriminatorSteps = 1, generatorSteps = 1 } = this.#options;
    const turns = new Turns(signal);
    const batches = endless(owner, data);
    this.generator.train();
    this.discriminator.train();
    let progress: GanProgress | undefined;
    try {
      for (let round = 1; round <= rounds; round++) {
        const told: Tensor[] = [];
        let batch: RealBatch | undefined;
        for (let i = 0; i < discriminatorSteps; i++) {
          batch = (await batches.next()).value;
          for (const one of told.splice(0)) one.dispose();
          const { loss, real, generated } = this.discriminatorStep(batch);
          told.push(loss, real, generated);
        }
        for (let i = 0; i < generatorSteps; i++) {
          if (i > 0) told.pop()!.dispose();
          told.push(this.#stepGenerator(batch!)); // there is one: the discriminator stepped
        }
        this.#rounds++;
        const due = turns.due;
        if (due || round === rounds) {
          progress = await progressOf(owner, told, round, rounds);
          onProgress?.(progress);
        }
        for (const one of told) one.dispose();
        if (due) await turns.give();
      }
    } finally {
      await batches.return(undefined as never); // an endless row gives no last value
    }
    return progress!; // the last round told
  }

  /** New samples (count, ...), of the classes of the labels (count) if the generator knows classes. */
  sample(
    count: number,
    options: { readonly labels?: Tensor; readonly generator?: Generator } = {},
  ): Tensor {
    const { labels, generator } = optionsOf('GanTrainer.sample', options, ['labels', 'generator']);
    requireWhole('GanTrainer.sample', 'count', count, 1);
    return scope(() => this.generate(this.#noise(count, generator), labels));
  }

  /** The samples of given noise (N, latentSize): of points and ways in the latent space. */
  generate(noise: Tensor, labels?: Tensor): Tensor {
    requireTensor('GanTrainer.generate', 'the noise', noise);
    const rest = labels === undefined ? [] : [labels];
    if (this.average !== null && this.#rounds > 0) {
      // The average is a generator's, whose arguments these are.
      return this.average
        .eval()
        .forward(...([noise, ...rest] as Parameters<G['forward']>)) as Tensor;
    }
    const modes = this.generator.modules().map((module) => [module, module.training] as const);
    this.generator.eval();
    try {
      return noGrad(() => scope(() => this.generator.forward(noise, ...rest)));
    } finally {
      for (const [module, training] of modes) module.training = training;
    }
  }

  /**
   * Both players, their optimizers, the average, the state of the noise's generator, and the rounds. It is what `encodeCheckpoint` and
   * `saveCheckpoint` of the trainer save of `{ gan: trainer }`; where the data stand is left to who reads them.
   */
  stateDict(): GanState {
    const { generator, discriminator, average } = this;
    const { generatorOptimizer, discriminatorOptimizer } = this.#options;
    return {
      generator: generator.stateDict(),
      discriminator: discriminator.stateDict(),
      generatorOptimizer: generatorOptimizer.stateDict(),
      discriminatorOptimizer: discriminatorOptimizer.stateDict(),
      average: average === null ? null : average.stateDict(),
      noise: this.#randomness().state,
      rounds: this.#rounds,
    };
  }

  /** Goes on from what `stateDict` gave, to the last bit. Throws CheckpointError for the state of other players, and changes nothing then. */
  loadStateDict(saved: GanState): void {
    const { rounds, average }: Partial<GanState> = Object(saved); // a file may say null
    const refuse = (problem: string): never => {
      throw new CheckpointError(
        `GanTrainer: the state does not fit: ${problem}. Build it as it was saved.`,
      );
    };
    if (!Number.isSafeInteger(rounds) || rounds! < 0) refuse(`its rounds are ${shown(rounds)}`);
    const has = (one: unknown): string => (one === null ? 'no average' : 'an average');
    if (has(average ?? null) !== has(this.average)) {
      refuse(`it has ${has(average ?? null)}, this trainer ${has(this.average)}`);
    }
    const { generator, discriminator } = this;
    const { generatorOptimizer, discriminatorOptimizer } = this.#options;
    const noise = this.#randomness();
    const live = { generator, discriminator, generatorOptimizer, discriminatorOptimizer, noise };
    restoreCheckpoint(this.average === null ? live : { ...live, average: this.average }, saved);
    this.#rounds = rounds!;
  }

  #stepGenerator(like: RealBatch): Tensor {
    const [samples, labels] = partsOf('GanTrainer.generatorStep', like);
    const std = this.#instanceNoise();
    const loss = this.#generatorStep(samples, labels, std);
    std.dispose();
    this.average?.updateParameters(this.generator);
    return loss;
  }

  /** Where noise is drawn from. */
  #randomness(): Generator {
    return this.#options.generator ?? defaultGenerator();
  }

  /** Noise (count, latentSize) where the generator lives. */
  #noise(count: number, from = this.#options.generator): Tensor {
    const [first] = this.generator.parameters();
    return randn([count, this.#options.latentSize], {
      ...(first && { dtype: first.dtype, backend: first.backend }),
      ...(from && { generator: from }),
    });
  }

  /** Samples as the discriminator sees them. */
  #blurred(samples: Tensor, std: Tensor): Tensor {
    const { instanceNoise = 0, generator } = this.#options;
    if (instanceNoise === 0) return samples;
    const { dtype, backend } = samples;
    const noise = randn(samples.shape, { dtype, backend, ...(generator && { generator }) });
    return samples.add(noise.mul(std));
  }

  /** The noise's standard deviation in this round, as a tensor: compiled steps follow it. */
  #instanceNoise(): Tensor {
    const { instanceNoise = 0 } = this.#options;
    const std = typeof instanceNoise === 'number' ? instanceNoise : instanceNoise(this.#rounds);
    requireThat(std >= 0 && std < Infinity, 'GanTrainer', 'instanceNoise', std, '≥ 0');
    const [first] = this.generator.parameters();
    return tensor(std, first && { dtype: first.dtype, backend: first.backend });
  }
}

/** What the last steps told, read from the device. */
async function progressOf(
  owner: string,
  told: readonly Tensor[],
  round: number,
  rounds: number,
): Promise<GanProgress> {
  const values: number[] = [];
  for (const one of told) values.push(Number((await one.data())[0]));
  const [discriminatorLoss, real, generated, generatorLoss] = values as [number, number, number, number]; // prettier-ignore
  if (!Number.isFinite(discriminatorLoss) || !Number.isFinite(generatorLoss)) {
    throw new DataError(
      `${owner}: in round ${round} the discriminator's loss is ${discriminatorLoss} and the generator's ${generatorLoss}. Lower the learning rates, or add a penalty.`,
    );
  }
  return { round, rounds, discriminatorLoss, generatorLoss, real, generated };
}
