import {
  optionsOf,
  requireFunction,
  requireThat,
  requireWhole,
  shown,
  type Generator,
} from '@kasane/tensor-core';
import type { FitOptimizer } from '@kasane/trainer';
import type { GanLoss } from './gan-loss.ts';

/** Options of `GanTrainer`. */
export interface GanTrainerOptions {
  /** Numbers of noise for a sample, drawn from N(0, 1). */
  readonly latentSize: number;
  /** What the players minimise, such as `nonSaturatingLoss()`. */
  readonly loss: GanLoss;
  /** Steps the generator's parameters. */
  readonly generatorOptimizer: FitOptimizer;
  /** Steps the discriminator's parameters. */
  readonly discriminatorOptimizer: FitOptimizer;
  /** Steps of the discriminator, each with a batch of its own, before the generator's. Default 1. */
  readonly discriminatorSteps?: number;
  /** Steps of the generator after them. Default 1. */
  readonly generatorSteps?: number;
  /** How many times `gradientPenalty` is added to the discriminator's loss, which shall have no batch normalisation then. Default 0. */
  readonly gradientPenalty?: number;
  /** How many times `r1Penalty` is added to the discriminator's loss: its γ. See there for batch normalisation. Default 0. */
  readonly r1?: number;
  /** Standard deviation of the noise that is added to all the discriminator sees; or what it is in a round, from 0. Default 0. */
  readonly instanceNoise?: number | ((round: number) => number);
  /** Keep an exponential average of the generator, of which each update keeps this share. Often 0.999. Default: none. */
  readonly emaDecay?: number;
  /** Where noise is drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** See `trainStep`. */
  readonly compile?: boolean;
  /** See `trainStep`. */
  readonly onFallback?: (reason: string) => void;
}

const own = ['latentSize', 'loss', 'generatorOptimizer', 'discriminatorOptimizer'] as const;
const steps = ['discriminatorSteps', 'generatorSteps'] as const;
const terms = ['gradientPenalty', 'r1', 'instanceNoise', 'emaDecay'] as const;
const names = [...own, ...steps, ...terms, 'generator', 'compile', 'onFallback'] as const;

/** The options, each looked at. */
export function checkedOptions(options: GanTrainerOptions): GanTrainerOptions {
  const owner = 'GanTrainer';
  const given = optionsOf(owner, options, names);
  const { latentSize, loss, discriminatorSteps = 1, generatorSteps = 1 } = given;
  requireWhole(owner, 'latentSize', latentSize, 1);
  requireWhole(owner, 'discriminatorSteps', discriminatorSteps, 1);
  requireWhole(owner, 'generatorSteps', generatorSteps, 1);
  if (typeof (loss as Partial<GanLoss> | undefined)?.discriminator !== 'function') {
    throw new TypeError(
      `${owner}: loss must be a loss for two players, such as nonSaturatingLoss(), got ${shown(loss)}.`,
    );
  }
  for (const name of ['generatorOptimizer', 'discriminatorOptimizer'] as const) {
    if (Array.isArray((given[name] as Partial<FitOptimizer> | undefined)?.paramGroups)) continue;
    throw new TypeError(`${owner}: ${name} must be an optimizer, got ${shown(given[name])}.`);
  }
  for (const name of ['gradientPenalty', 'r1'] as const) {
    const { [name]: weight = 0 } = given;
    requireThat(weight >= 0 && weight < Infinity, owner, name, weight, '≥ 0');
  }
  const { instanceNoise = 0 } = given;
  if (typeof instanceNoise === 'number') {
    requireThat(instanceNoise >= 0, owner, 'instanceNoise', instanceNoise, '≥ 0');
  } else requireFunction(owner, instanceNoise);
  return given;
}
