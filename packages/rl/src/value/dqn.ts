import { smoothL1Loss, type Layer } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import {
  defaultGenerator,
  noGrad,
  optionsOf,
  requireThat,
  requireWhole,
  scope,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { PrioritizedReplayBuffer } from '../buffers/prioritized-replay-buffer.ts';
import { ReplayBuffer } from '../buffers/replay-buffer.ts';
import type { TransitionBatch } from '../buffers/transition.ts';
import type { Env } from '../env.ts';
import { Counts, loadStates, statesOf, type AgentState } from '../agent-state.ts';
import { forwardOnly, learnNames, type LearnOptions } from '../learning.ts';
import { discreteOf, observationSizeOf } from './given.ts';
import { interact } from './interact.ts';
import { batchOfOne, DuelingQNetwork, mlp, requireHidden } from './networks.ts';
import { copyOf, softUpdate } from './soft-update.ts';

/** Options of `DQN`: the names and defaults of Stable-Baselines3, and which of its descendants it is. */
export interface DQNOptions {
  /** Learning rate of Adam. Default 1e-4. */
  readonly lr?: number;
  /** How many transitions are remembered. Default 1,000,000. */
  readonly bufferSize?: number;
  /** Steps before learning begins. Default 100. */
  readonly learningStarts?: number;
  /** Transitions in an update. Default 32. */
  readonly batchSize?: number;
  /** γ, what a reward is worth a step later. Default 0.99. */
  readonly gamma?: number;
  /** Steps between trainings. Default 4. */
  readonly trainFreq?: number;
  /** Updates in each training. Default 1. */
  readonly gradientSteps?: number;
  /** Steps between updates of the target network. Default 10,000. */
  readonly targetUpdateInterval?: number;
  /** The share by which the target network moves towards the other then. Default 1: it becomes a copy. */
  readonly tau?: number;
  /** The share of the training in which ε falls from its first value to its last. Default 0.1. */
  readonly explorationFraction?: number;
  /** ε at first: how often an action is drawn from all of them. Default 1. */
  readonly explorationInitialEps?: number;
  /** ε at last. Default 0.05. */
  readonly explorationFinalEps?: number;
  /** Scales the gradients down to this norm. Default 10. */
  readonly maxGradNorm?: number;
  /** Sizes of the hidden layers. Default [64, 64]. */
  readonly hidden?: readonly number[];
  /** The network chooses the next action, the target network values it. Default false. */
  readonly double?: boolean;
  /** Value and advantage apart: see `DuelingQNetwork`. Default false. */
  readonly dueling?: boolean;
  /** Learn more often from what surprised more; β rises from 0.4 to 1: see `PrioritizedReplayBuffer`. Default false. */
  readonly prioritized?: boolean;
  /** Over how many steps rewards are summed before the value of the rest is estimated. Default 1. */
  readonly nSteps?: number;
  /** Where all that is random is drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** The names of DQNOptions. */
const names = [
  'lr',
  'bufferSize',
  'learningStarts',
  'batchSize',
  'gamma',
  'trainFreq',
  'gradientSteps',
  'targetUpdateInterval',
  'tau',
  'explorationFraction',
  'explorationInitialEps',
  'explorationFinalEps',
  'maxGradNorm',
  'hidden',
  'double',
  'dueling',
  'prioritized',
  'nSteps',
  'generator',
] as const;

/**
 * Deep Q-learning: a network learns the values of all actions from what is remembered, towards targets of a second network that follows it.
 *
 * $$ y = r + \gamma \max_{a'} Q'(s', a'), \qquad \text{double: } y = r + \gamma\, Q'(s', \arg\max_{a'} Q(s', a')) $$
 *
 * $$ L = \operatorname{Huber}(Q(s, a) - y), \quad \theta' \leftarrow \tau\, \theta + (1 - \tau)\, \theta' $$
 *
 * The loss is Huber's with δ = 1, weighed by those of `prioritized` if so. After a terminated episode the value of the rest is 0, after a
 * truncated one that of its last observation. `double`, `dueling`, `prioritized` and `nSteps` may be combined; all of them with `C51` would
 * be Rainbow without its noise.
 *
 * Same algorithm, names and defaults as `stable_baselines3.DQN`, except: `learning_rate` is `lr`, `net_arch` is `hidden`; that one has no
 * `double`, `dueling` and `prioritized`; and before `learningStarts` it draws every action, where here ε holds from the first step.
 *
 * @throws TypeError if the observations are not of a Box, or the actions not Discrete.
 * @throws RangeError if an option is out of range, or a reward or a number of an observation is not finite.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
 *
 * @example
 * import { CartPole, DQN } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const agent = new DQN(new CartPole(), { double: true, generator: new Generator(1) });
 * let episodes = 0;
 * await agent.learn(300, { onProgress: (report) => (episodes = report.episodes) });
 * episodes > 3; // => true
 * [0, 1].includes(agent.act([0, 0, 0.1, 0])); // => true
 *
 * @see Mnih et al. (2015), Human-level control through deep reinforcement learning.
 * @see van Hasselt, Guez and Silver (2016), Deep Reinforcement Learning with Double Q-learning.
 */
export class DQN {
  /** What it learns in. */
  readonly env: Env;
  /** Observations (batch, size) to values (batch, actions). */
  readonly network: Layer;
  /** What is remembered. */
  readonly buffer: ReplayBuffer;
  readonly #options: Required<DQNOptions>;
  readonly #parts: DQNParts;
  readonly #numActions: number;
  /** The number that the environment calls its first action. */
  readonly #firstAction: number;
  readonly #update: (batch: TransitionBatch) => readonly [loss: Tensor, errors: Tensor];
  readonly #updateTarget: () => void;
  /** The position of the largest value. */
  readonly #best: (observations: Tensor) => Tensor;

  constructor(env: Env, options: DQNOptions = {}) {
    const o = withDefaults(options);
    const observationSize = observationSizeOf('DQN', env);
    const { n, start } = discreteOf('DQN', env);
    this.env = env;
    this.#options = o;
    this.#numActions = n;
    this.#firstAction = start;
    const make = (): Layer =>
      o.dueling
        ? new DuelingQNetwork(observationSize, n, { hidden: o.hidden, generator: o.generator })
        : mlp([observationSize, ...o.hidden, n], o.generator);
    const network = make();
    const target = copyOf(network, make());
    const optimizer = new Adam(network.parameters(), { lr: o.lr });
    this.network = network;
    this.#parts = { network, target, optimizer, counts: new Counts({ steps: 0 }) };
    const Buffer = o.prioritized ? PrioritizedReplayBuffer : ReplayBuffer;
    this.buffer = new Buffer(o.bufferSize, { observationSize });
    this.#update = trainStep(dqnLoss(network, target, o.double), optimizer, {
      clipGradNorm: o.maxGradNorm,
    });
    this.#updateTarget = softUpdate(network, target, o.tau);
    this.#best = forwardOnly((observations: Tensor) => network.forward(observations).argmax(1));
  }

  /** Learns for so many steps in the environment, which begins a new episode. */
  async learn(total: number, options: LearnOptions = {}): Promise<this> {
    const given = optionsOf('DQN.learn', options, learnNames);
    const { targetUpdateInterval, generator } = this.#options;
    await interact(
      {
        owner: 'DQN.learn',
        env: this.env,
        buffer: this.buffer,
        options: this.#options,
        counts: this.#parts.counts,
        act: (observation, step) =>
          generator.random() < this.#epsilon(step / total)
            ? this.#firstAction + generator.below(this.#numActions)
            : this.act(observation),
        stored: (action) => action - this.#firstAction,
        stepped: (step) => {
          if (step % targetUpdateInterval === 0) this.#updateTarget();
        },
        update: (step) => this.#learnOnce(step / total),
      },
      total,
      given,
    );
    return this;
  }

  /** The action of the largest value. */
  act(observation: ArrayLike<number>): number {
    return scope(() => {
      const best = this.#best(batchOfOne('DQN', observation, this.buffer.observationSize));
      return this.#firstAction + best.item();
    });
  }

  /**
   * What it has learned, and how far it is. The buffer and the generator have states of their own: with
   * `{ agent, buffer: agent.buffer, generator }` as a checkpoint it learns on to the same bits.
   */
  stateDict(): AgentState {
    return statesOf(this.#parts);
  }

  /** Goes on from what `stateDict` gave. Throws CheckpointError for what does not fit, and then changes nothing. */
  loadStateDict(state: AgentState): void {
    loadStates('DQN', this.#parts, state);
  }

  /** How often it explores, after this share of the training. */
  #epsilon(progress: number): number {
    const { explorationInitialEps, explorationFinalEps, explorationFraction } = this.#options;
    const share = Math.min(progress / explorationFraction, 1);
    return explorationInitialEps + share * (explorationFinalEps - explorationInitialEps);
  }

  #learnOnce(progress: number): void {
    const { buffer } = this;
    const { batchSize, generator } = this.#options;
    const isPrioritized = buffer instanceof PrioritizedReplayBuffer;
    if (isPrioritized) buffer.beta = 0.4 + 0.6 * progress;
    const { batch, indices } = buffer.sample(batchSize, { generator });
    const [, errors] = this.#update(batch);
    if (isPrioritized) buffer.updatePriorities(indices, errors.dataSync());
  }
}

/** Observations (batch, size) to values (batch, actions). */

/** What a checkpoint has of an agent. */
interface DQNParts {
  readonly network: Layer;
  readonly target: Layer;
  readonly optimizer: Adam;
  readonly counts: Counts<'steps'>;
}

/** The loss of a batch, and by how much each value is wrong. @internal */
export function dqnLoss(
  network: Layer,
  target: Layer,
  isDouble: boolean,
): (batch: TransitionBatch) => readonly [loss: Tensor, errors: Tensor] {
  return ({ observations, actions, rewards, nextObservations, discounts, weights }) => {
    const targets = noGrad(() => {
      const next = target.forward(nextObservations);
      const best = isDouble
        ? next.gather(1, network.forward(nextObservations).argmax(1, { keepdim: true })).flatten()
        : next.max(1);
      return rewards.add(discounts.mul(best));
    });
    const values = network.forward(observations).gather(1, actions.reshape(-1, 1)).flatten();
    const losses = smoothL1Loss(values, targets, { reduction: 'none' });
    return [losses.mul(weights).mean(), values.detach().sub(targets)];
  };
}

/** The options with their defaults, all in range. */
function withDefaults(options: DQNOptions): Required<DQNOptions> {
  const o = {
    lr: 1e-4,
    bufferSize: 1_000_000,
    learningStarts: 100,
    batchSize: 32,
    gamma: 0.99,
    trainFreq: 4,
    gradientSteps: 1,
    targetUpdateInterval: 10_000,
    tau: 1,
    explorationFraction: 0.1,
    explorationInitialEps: 1,
    explorationFinalEps: 0.05,
    maxGradNorm: 10,
    hidden: [64, 64],
    double: false,
    dueling: false,
    prioritized: false,
    nSteps: 1,
    generator: defaultGenerator(),
    ...optionsOf('DQN', options, names),
  };
  requireWhole('DQN', 'learningStarts', o.learningStarts);
  for (const name of ['bufferSize', 'batchSize', 'trainFreq', 'gradientSteps', 'nSteps'] as const) {
    requireWhole('DQN', name, o[name], 1);
  }
  requireWhole('DQN', 'targetUpdateInterval', o.targetUpdateInterval, 1);
  for (const name of ['gamma', 'tau', 'explorationInitialEps', 'explorationFinalEps'] as const) {
    requireThat(o[name] >= 0 && o[name] <= 1, 'DQN', name, o[name], 'from 0 to 1');
  }
  requireHidden('DQN', o.hidden);
  const fraction = o.explorationFraction;
  requireThat(
    fraction > 0 && fraction <= 1,
    'DQN',
    'explorationFraction',
    fraction,
    'above 0 and at most 1',
  );
  return o;
}
