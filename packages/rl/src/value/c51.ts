import type { Layer } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import {
  defaultGenerator,
  formatShape,
  noGrad,
  optionsOf,
  requireTensor,
  requireThat,
  requireWhole,
  scope,
  ShapeError,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { ReplayBuffer } from '../buffers/replay-buffer.ts';
import type { TransitionBatch } from '../buffers/transition.ts';
import type { Env } from '../env.ts';
import { Counts, loadStates, statesOf, type AgentState } from '../agent-state.ts';
import { forwardOnly, learnNames, type LearnOptions } from '../learning.ts';
import { discreteOf, observationSizeOf } from './given.ts';
import { interact } from './interact.ts';
import { batchOfOne, mlp, requireHidden } from './networks.ts';
import { copyOf, softUpdate } from './soft-update.ts';

/** Options of `C51`: names as in `DQN`, defaults as in CleanRL's `c51.py`. */
export interface C51Options {
  /** The least return that the network can think of. Default -100. */
  readonly vMin?: number;
  /** The largest. Default 100. */
  readonly vMax?: number;
  /** How many returns it knows, evenly from vMin to vMax. Default 101. */
  readonly numAtoms?: number;
  /** Learning rate of Adam. Default 2.5e-4. */
  readonly lr?: number;
  /** How many transitions are remembered. Default 10,000. */
  readonly bufferSize?: number;
  /** Steps before learning begins. Default 10,000. */
  readonly learningStarts?: number;
  /** Transitions in an update. Default 128. */
  readonly batchSize?: number;
  /** γ, what a reward is worth a step later. Default 0.99. */
  readonly gamma?: number;
  /** Steps between trainings. Default 10. */
  readonly trainFreq?: number;
  /** Updates in each training. Default 1. */
  readonly gradientSteps?: number;
  /** Steps between copies of the network into the target. Default 500. */
  readonly targetUpdateInterval?: number;
  /** The share of the training in which ε falls from 1 to its last value. Default 0.5. */
  readonly explorationFraction?: number;
  /** ε at last. Default 0.05. */
  readonly explorationFinalEps?: number;
  /** Over how many steps rewards are summed before the rest is estimated. Default 1. */
  readonly nSteps?: number;
  /** Sizes of the hidden layers. Default [120, 84]. */
  readonly hidden?: readonly number[];
  /** Where all that is random is drawn from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

const names = [
  'vMin',
  'vMax',
  'numAtoms',
  'lr',
  'bufferSize',
  'learningStarts',
  'batchSize',
  'gamma',
  'trainFreq',
  'gradientSteps',
  'targetUpdateInterval',
  'explorationFraction',
  'explorationFinalEps',
  'nSteps',
  'hidden',
  'generator',
] as const;

/**
 * Distributional Q-learning: learns how likely each of `numAtoms` returns is for every action, not only their mean, by which it acts.
 *
 * $$ L = -\sum_i m_i \log p_i(s, a), \quad m = \Phi\bigl(r + \gamma z,\; p'(s', a^*)\bigr), \quad a^* = \arg\max_b \sum_i z_i\, p'_i(s', b) $$
 *
 * The target distribution, that of the next state's best action, is discounted, moved by the reward, clipped to [vMin, vMax], and each
 * atom's probability is shared out to the two atoms around where it lands: that is Φ, `projectDistribution`. z are the atoms, p' is of the
 * target network.
 *
 * Same algorithm and defaults as CleanRL's `c51.py`, except: the logarithm is of the probabilities as they are, there of those between 1e-5
 * and 1 - 1e-5; and `nSteps` may be more than one. Stable-Baselines3 has no such agent.
 *
 * @throws TypeError if the observations are not of a Box, or the actions not Discrete.
 * @throws RangeError if an option is out of range, or a reward or a number of an observation is not finite.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
 *
 * @example
 * import { C51, CartPole } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const options = { vMin: 0, vMax: 100, learningStarts: 100, hidden: [32] };
 * const agent = new C51(new CartPole(), { ...options, generator: new Generator(1) });
 * await agent.learn(300);
 * [0, 1].includes(agent.act([0, 0, 0.1, 0])); // => true
 *
 * @see Bellemare, Dabney and Munos (2017), A Distributional Perspective on Reinforcement Learning.
 */
export class C51 {
  /** What it learns in. */
  readonly env: Env;
  /** Observations (batch, size) to logits (batch, actions · atoms), those of an action side by side. */
  readonly network: Layer;
  /** The returns that it knows, (atoms). */
  readonly atoms: Tensor;
  /** What is remembered. */
  readonly buffer: ReplayBuffer;
  readonly #options: Required<C51Options>;
  readonly #parts: C51Parts;
  readonly #numActions: number;
  /** The number that the environment calls its first action. */
  readonly #firstAction: number;
  readonly #update: (batch: TransitionBatch) => Tensor;
  readonly #updateTarget: () => void;
  readonly #best: (observations: Tensor) => Tensor;

  constructor(env: Env, options: C51Options = {}) {
    const o = withDefaults(options);
    const observationSize = observationSizeOf('C51', env);
    const { n, start } = discreteOf('C51', env);
    this.env = env;
    this.#options = o;
    this.#numActions = n;
    this.#firstAction = start;
    const gap = (o.vMax - o.vMin) / (o.numAtoms - 1);
    this.atoms = tensor(Float32Array.from({ length: o.numAtoms }, (_, i) => o.vMin + i * gap));
    const make = () => mlp([observationSize, ...o.hidden, n * o.numAtoms], o.generator);
    const network = make();
    const target = copyOf(network, make());
    const optimizer = new Adam(network.parameters(), { lr: o.lr, eps: 0.01 / o.batchSize });
    this.network = network;
    this.#parts = { network, target, optimizer, counts: new Counts({ steps: 0 }) };
    this.buffer = new ReplayBuffer(o.bufferSize, { observationSize });
    this.#update = trainStep(c51Loss(network, target, this.atoms, n), optimizer);
    this.#updateTarget = softUpdate(network, target, 1);
    this.#best = forwardOnly((observations: Tensor) => {
      const logits = logitsOf(network, observations, n);
      return meansOf(logits, this.atoms).argmax(1);
    });
  }

  /** Learns for so many steps in the environment, which begins a new episode. */
  async learn(total: number, options: LearnOptions = {}): Promise<this> {
    const given = optionsOf('C51.learn', options, learnNames);
    const { buffer } = this;
    const { targetUpdateInterval, batchSize, generator } = this.#options;
    await interact(
      {
        owner: 'C51.learn',
        env: this.env,
        buffer,
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
        update: () => void this.#update(buffer.sample(batchSize, { generator }).batch),
      },
      total,
      given,
    );
    return this;
  }

  /** The action of the largest mean return. */
  act(observation: ArrayLike<number>): number {
    return scope(() => {
      const best = this.#best(batchOfOne('C51', observation, this.buffer.observationSize));
      return this.#firstAction + best.item();
    });
  }

  /** How likely each of the atoms is after each action, (actions, atoms). */
  distribution(observation: ArrayLike<number>): Tensor {
    return noGrad(() =>
      scope(() => {
        const input = batchOfOne('C51', observation, this.buffer.observationSize);
        return logitsOf(this.network, input, this.#numActions).softmax(2).squeeze(0);
      }),
    );
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
    loadStates('C51', this.#parts, state);
  }

  /** How often it explores, after this share of the training. */
  #epsilon(progress: number): number {
    const { explorationFinalEps, explorationFraction } = this.#options;
    return 1 + Math.min(progress / explorationFraction, 1) * (explorationFinalEps - 1);
  }
}

/** Observations (batch, size) to logits (batch, actions · atoms). */

/** What a checkpoint has of an agent. */
interface C51Parts {
  readonly network: Layer;
  readonly target: Layer;
  readonly optimizer: Adam;
  readonly counts: Counts<'steps'>;
}

/** The loss of a batch. @internal */
export function c51Loss(
  network: Layer,
  target: Layer,
  atoms: Tensor,
  numActions: number,
): (batch: TransitionBatch) => Tensor {
  return ({ observations, actions, rewards, nextObservations, discounts }) => {
    const targets = noGrad(() => {
      const logits = logitsOf(target, nextObservations, numActions);
      const best = meansOf(logits, atoms).argmax(1);
      return projectDistribution(ofActions(logits.softmax(2), best), atoms, rewards, discounts);
    });
    const logits = ofActions(logitsOf(network, observations, numActions), actions);
    return targets.mul(logits.logSoftmax(1)).sum(1).mean().neg();
  };
}

/** (batch, actions, atoms) */
function logitsOf(network: Layer, observations: Tensor, numActions: number): Tensor {
  const logits = network.forward(observations);
  return logits.reshape(-1, numActions, logits.shape[1]! / numActions);
}

/** The mean returns of logits, (batch, actions). */
function meansOf(logits: Tensor, atoms: Tensor): Tensor {
  return logits.softmax(2).mul(atoms).sum(2);
}

/** The rows (batch, atoms) of the actions (batch). */
function ofActions(values: Tensor, actions: Tensor): Tensor {
  const chosen = actions.oneHot(values.shape[1]!).cast('float32').unsqueeze(2);
  return values.mul(chosen).sum(1);
}

/**
 * The distribution of r + dZ, of a reward r and a discount d, on the atoms that Z has: each one's probability is shared out to the two
 * atoms around where it lands, the more the nearer; beyond the ends it goes to the ends. Where it lands on an atom exactly, that one gets
 * all of it.
 *
 * $$ m_i = \sum_j p_j \max\Bigl(0, 1 - \frac{|\operatorname{clip}(r + d\, z_j, z_1, z_n) - z_i|}{\Delta}\Bigr), \quad \Delta = \frac{z_n - z_1}{n - 1} $$
 *
 * | tensor        | shape                    |
 * | ------------- | ------------------------ |
 * | probabilities | (batch, atoms)           |
 * | atoms         | (atoms), evenly spaced   |
 * | rewards       | (batch)                  |
 * | discounts     | (batch)                  |
 * | output        | (batch, atoms)           |
 *
 * @throws {@link ShapeError} if there are fewer than 2 atoms, or probabilities of another number of them.
 *
 * @example
 * import { projectDistribution } from '@kasane/rl';
 * import { tensor } from '@kasane/tensor-core';
 * const atoms = tensor([0, 1, 2]);
 * // A return of 2 for sure becomes 0.5 + 0.5 · 2 = 1.5: between the last two.
 * projectDistribution(tensor([[0, 0, 1]]), atoms, tensor([0.5]), tensor([0.5])).toArray(); // => [[0,0.5,0.5]]
 *
 * @see Bellemare, Dabney and Munos (2017), A Distributional Perspective on Reinforcement Learning, algorithm 1.
 */
export function projectDistribution(
  probabilities: Tensor,
  atoms: Tensor,
  rewards: Tensor,
  discounts: Tensor,
): Tensor {
  for (const [name, value] of Object.entries({ probabilities, atoms, rewards, discounts })) {
    requireTensor('projectDistribution', name, value);
  }
  const count = atoms.size;
  const fits =
    atoms.ndim === 1 && count > 1 && probabilities.ndim === 2 && probabilities.shape[1] === count;
  if (!fits) {
    throw new ShapeError(
      `projectDistribution: needs probabilities (batch, atoms) and atoms (atoms), at least 2, got ${formatShape(probabilities.shape)} and ${formatShape(atoms.shape)}.`,
    );
  }
  const least = atoms.slice(0, 0, 1);
  const largest = atoms.slice(0, count - 1, count);
  const gap = largest.sub(least).div(count - 1);
  const landed = rewards.unsqueeze(1).add(discounts.unsqueeze(1).mul(atoms));
  const inside = landed.maximum(least).minimum(largest);
  // (batch, from, to): 1 where it lands on the atom, 0 from the next one on, in a straight line between. No share is lost where it lands exactly.
  const distance = inside.unsqueeze(2).sub(atoms).abs().div(gap);
  const share = distance.neg().add(1).relu();
  return probabilities.unsqueeze(2).mul(share).sum(1);
}

/** The options with their defaults, all in range. */
function withDefaults(options: C51Options): Required<C51Options> {
  const o: Required<C51Options> = {
    vMin: -100,
    vMax: 100,
    numAtoms: 101,
    lr: 2.5e-4,
    bufferSize: 10_000,
    learningStarts: 10_000,
    batchSize: 128,
    gamma: 0.99,
    trainFreq: 10,
    gradientSteps: 1,
    targetUpdateInterval: 500,
    explorationFraction: 0.5,
    explorationFinalEps: 0.05,
    nSteps: 1,
    hidden: [120, 84],
    generator: defaultGenerator(),
    ...optionsOf('C51', options, names),
  };
  const whole = ['bufferSize', 'batchSize', 'trainFreq', 'gradientSteps', 'nSteps'] as const;
  for (const name of [...whole, 'targetUpdateInterval'] as const) {
    requireWhole('C51', name, o[name], 1);
  }
  requireHidden('C51', o.hidden);
  requireWhole('C51', 'learningStarts', o.learningStarts);
  requireWhole('C51', 'numAtoms', o.numAtoms, 2);
  requireThat(o.vMin < o.vMax, 'C51', 'vMin', o.vMin, `below vMax, ${o.vMax}`);
  for (const name of ['gamma', 'explorationFinalEps', 'explorationFraction'] as const) {
    requireThat(o[name] >= 0 && o[name] <= 1, 'C51', name, o[name], 'from 0 to 1');
  }
  return o;
}
