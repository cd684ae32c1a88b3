/** What DDPG, TD3 and SAC share: options, and actions that are numbers between bounds. */
import { Module, type Sequential } from '@kasane/nn';
import {
  concat,
  defaultGenerator,
  requireThat,
  requireWhole,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { mlp, requireHidden } from './networks.ts';

/** Options of agents for continuous actions, with the names of Stable-Baselines3. */
export interface ContinuousOptions {
  /** Learning rate of Adam. */
  readonly lr?: number;
  /** How many transitions are remembered. Default 1,000,000. */
  readonly bufferSize?: number;
  /** Steps with actions drawn from all of them, before learning begins. Default 100. */
  readonly learningStarts?: number;
  /** Transitions in an update. Default 256. */
  readonly batchSize?: number;
  /** γ, what a reward is worth a step later. Default 0.99. */
  readonly gamma?: number;
  /** τ, by which share the target networks follow the others at each update. Default 0.005. */
  readonly tau?: number;
  /** Steps between trainings. Default 1. */
  readonly trainFreq?: number;
  /** Updates in each training. Default 1. */
  readonly gradientSteps?: number;
  /** Over how many steps rewards are summed before the value of the rest is estimated. Default 1. */
  readonly nSteps?: number;
  /** Sizes of the hidden layers of all networks. */
  readonly hidden?: readonly number[];
  /** Where all that is random is drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** The names of ContinuousOptions. */
export const continuousNames = [
  'lr',
  'bufferSize',
  'learningStarts',
  'batchSize',
  'gamma',
  'tau',
  'trainFreq',
  'gradientSteps',
  'nSteps',
  'hidden',
  'generator',
] as const;

/** The defaults that all of them have. */
export const continuousDefaults = (): Required<Omit<ContinuousOptions, 'lr' | 'hidden'>> => ({
  bufferSize: 1_000_000,
  learningStarts: 100,
  batchSize: 256,
  gamma: 0.99,
  tau: 0.005,
  trainFreq: 1,
  gradientSteps: 1,
  nSteps: 1,
  generator: defaultGenerator(),
});

/** Throws RangeError for those out of range. */
export function requireRanges(owner: string, options: Required<ContinuousOptions>): void {
  for (const name of ['bufferSize', 'batchSize', 'trainFreq', 'gradientSteps', 'nSteps'] as const) {
    requireWhole(owner, name, options[name], 1);
  }
  requireHidden(owner, options.hidden);
  requireWhole(owner, 'learningStarts', options.learningStarts);
  for (const name of ['gamma', 'tau'] as const) {
    requireThat(
      options[name] >= 0 && options[name] <= 1,
      owner,
      name,
      options[name],
      'from 0 to 1',
    );
  }
}

/** The least and largest actions; within an agent they are -1 and 1. */
export interface Bounds {
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** An action of -1 to 1 as the environment takes it. */
export function toBounds(action: ArrayLike<number>, { low, high }: Bounds): Float32Array {
  return low.map((least, i) => {
    const scaled = least + ((action[i]! + 1) / 2) * (high[i]! - least);
    return Math.min(Math.max(scaled, least), high[i]!);
  });
}

/** An action of the environment as one of -1 to 1. */
export function fromBounds(action: ArrayLike<number>, { low, high }: Bounds): Float32Array {
  return low.map((least, i) => (2 * (action[i]! - least)) / (high[i]! - least) - 1);
}

/** A drawn action of -1 to 1. */
export function drawnAction(size: number, generator: Generator): Float32Array {
  return new Float32Array(size).map(() => 2 * generator.random() - 1);
}

/**
 * Observations (batch, sizes[0]) to actions (batch, sizes.at(-1)) between -1 and 1: linear layers with ReLU between them, and tanh at the end.
 *
 * $$ \mu(s) = \tanh(W_n h_{n-1} + b_n), \quad h_i = \operatorname{relu}(W_i h_{i-1} + b_i), \; h_0 = s $$
 *
 * @throws RangeError if there are fewer than two sizes, or one is not a whole number of at least 1.
 * @throws {@link ShapeError} if observations are not (batch, sizes[0]).
 *
 * @example
 * import { DeterministicActor } from '@kasane/rl';
 * import { zeros } from '@kasane/tensor-core';
 * new DeterministicActor([3, 64, 2]).forward(zeros([8, 3])).shape; // => [8,2]
 */
export class DeterministicActor extends Module {
  readonly layers: Sequential;

  constructor(sizes: readonly number[], generator?: Generator) {
    super();
    requireHidden('DeterministicActor', sizes, 'sizes');
    requireThat(sizes.length > 1, 'DeterministicActor', 'the number of sizes', sizes.length, '≥ 2');
    this.layers = mlp(sizes, generator);
  }

  forward(observations: Tensor): Tensor {
    return this.layers.forward(observations).tanh();
  }
}

/**
 * Observations (batch, observationSize) and actions (batch, actionSize) to values (batch).
 *
 * $$ Q(s, a) = w \cdot h_{n-1} + b, \quad h_i = \operatorname{relu}(W_i h_{i-1} + b_i), \; h_0 = [s, a] $$
 *
 * @throws RangeError if a size is not a whole number of at least 1.
 * @throws {@link ShapeError} if observations or actions have another size.
 *
 * @example
 * import { Critic } from '@kasane/rl';
 * import { zeros } from '@kasane/tensor-core';
 * new Critic(3, 2, [64]).forward(zeros([8, 3]), zeros([8, 2])).shape; // => [8]
 */
export class Critic extends Module {
  readonly layers: Sequential;

  constructor(
    observationSize: number,
    actionSize: number,
    hidden: readonly number[],
    generator?: Generator,
  ) {
    super();
    requireWhole('Critic', 'observationSize', observationSize, 1);
    requireWhole('Critic', 'actionSize', actionSize, 1);
    requireHidden('Critic', hidden);
    this.layers = mlp([observationSize + actionSize, ...hidden, 1], generator);
  }

  forward(observations: Tensor, actions: Tensor): Tensor {
    return this.layers.forward(concat([observations, actions], 1)).flatten();
  }
}

/**
 * Two critics that begin differently: the smaller of their values is less often too large.
 *
 * $$ \bigl(Q_1(s, a),\, Q_2(s, a)\bigr), \qquad \text{least: } \min_i Q_i(s, a) $$
 *
 * Observations are (batch, observationSize), actions (batch, actionSize), values (batch).
 *
 * @throws RangeError if a size is not a whole number of at least 1.
 * @throws {@link ShapeError} if observations or actions have another size.
 *
 * @example
 * import { TwinCritic } from '@kasane/rl';
 * import { zeros } from '@kasane/tensor-core';
 * const [x, a] = [zeros([8, 3]), zeros([8, 2])];
 * const critic = new TwinCritic(3, 2, [64]);
 * critic.forward(x, a).map((values) => values.shape); // => [[8],[8]]
 * critic.least(x, a).shape; // => [8]
 */
export class TwinCritic extends Module {
  readonly first: Critic;
  readonly second: Critic;

  constructor(
    observationSize: number,
    actionSize: number,
    hidden: readonly number[],
    generator?: Generator,
  ) {
    super();
    this.first = new Critic(observationSize, actionSize, hidden, generator);
    this.second = new Critic(observationSize, actionSize, hidden, generator);
  }

  /** Both values. */
  forward(observations: Tensor, actions: Tensor): readonly [first: Tensor, second: Tensor] {
    return [this.first.forward(observations, actions), this.second.forward(observations, actions)];
  }

  /** The smaller of both values. */
  least(observations: Tensor, actions: Tensor): Tensor {
    const [first, second] = this.forward(observations, actions);
    return first.minimum(second);
  }
}

/** An action with noise of a normal distribution, between -1 and 1 again. */
export function withNoise(
  action: ArrayLike<number>,
  std: number,
  generator: Generator,
): Float32Array {
  return Float32Array.from(action, (x) => Math.min(1, Math.max(-1, x + std * generator.normal())));
}
