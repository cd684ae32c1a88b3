import { mseLoss } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { noGrad, optionsOf, requireThat, scope, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { ReplayBuffer } from '../buffers/replay-buffer.ts';
import type { TransitionBatch } from '../buffers/transition.ts';
import type { Env } from '../env.ts';
import { Counts, loadStates, statesOf, type AgentState } from '../agent-state.ts';
import { forwardOnly, learnNames, type LearnOptions } from '../learning.ts';
import {
  continuousDefaults,
  continuousNames,
  DeterministicActor,
  drawnAction,
  fromBounds,
  requireRanges,
  toBounds,
  Critic,
  withNoise,
  type Bounds,
  type ContinuousOptions,
} from './continuous.ts';
import { boundsOf, observationSizeOf } from './given.ts';
import { interact } from './interact.ts';
import { batchOfOne } from './networks.ts';
import { copyOf, softUpdate } from './soft-update.ts';

/** Options of `DDPG`: the names and defaults of Stable-Baselines3; `lr` is 1e-3, `hidden` [400, 300]. */
export interface DDPGOptions extends ContinuousOptions {
  /** The standard deviation of the noise on actions between -1 and 1 while it learns. Default 0.1, as in the paper. */
  readonly explorationNoise?: number;
}

const names = [...continuousNames, 'explorationNoise'] as const;

/**
 * Deep deterministic policy gradient: a critic learns the values of actions, and an actor the action of the largest value.
 *
 * $$ y = r + \gamma \, Q'(s', \mu'(s')) $$
 *
 * After a terminated episode the value of the rest is 0, after a truncated one that of its last observation.
 *
 * Same algorithm, names and defaults as `stable_baselines3.DDPG`, except that the noise of exploration, which is none there, is normal
 * with the deviation that TD3's paper uses. Throws TypeError for spaces other than Boxes, RangeError for actions without bounds, options
 * out of range and rewards that are not finite.
 *
 * @example
 * import { Pendulum, DDPG } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const agent = new DDPG(new Pendulum(), { hidden: [32, 32], generator: new Generator(1) });
 * await agent.learn(200);
 * const [torque] = agent.act([1, 0, 0]);
 * Math.abs(torque!) <= 2; // => true
 *
 * @see Lillicrap et al. (2016), Continuous control with deep reinforcement learning.
 */
export class DDPG {
  /** What it learns in. */
  readonly env: Env<Float32Array, Float32Array>;
  /** Observations to actions between -1 and 1. */
  readonly actor: DeterministicActor;
  /** Values of observations and actions. */
  readonly critic: Critic;
  /** What is remembered. */
  readonly buffer: ReplayBuffer;
  readonly #options: Required<DDPGOptions>;
  readonly #bounds: Bounds;
  readonly #parts: DDPGParts;
  readonly #policy: (observations: Tensor) => Tensor;
  readonly #updateCritic: (batch: TransitionBatch) => Tensor;
  readonly #updateActor: (observations: Tensor) => Tensor;
  readonly #updateTargets: readonly (() => void)[];

  constructor(env: Env<Float32Array, Float32Array>, options: DDPGOptions = {}) {
    const o = withDefaults(options);
    const observationSize = observationSizeOf('DDPG', env);
    this.#bounds = boundsOf('DDPG', env);
    this.#options = o;
    this.env = env;
    const actionSize = this.#bounds.low.length;
    const { hidden, generator, lr } = o;
    const newActor = () =>
      new DeterministicActor([observationSize, ...hidden, actionSize], generator);
    const newCritic = () => new Critic(observationSize, actionSize, hidden, generator);
    const [actor, critic] = [newActor(), newCritic()];
    const [actorTarget, criticTarget] = [copyOf(actor, newActor()), copyOf(critic, newCritic())];
    const criticOptimizer = new Adam(critic.parameters(), { lr });
    const actorOptimizer = new Adam(actor.parameters(), { lr });
    const networks = { actor, critic, actorTarget, criticTarget };
    this.actor = actor;
    this.critic = critic;
    const counts = new Counts({ steps: 0 });
    this.#parts = { ...networks, actorOptimizer, criticOptimizer, counts };
    this.buffer = new ReplayBuffer(o.bufferSize, { observationSize, actionSize });
    this.#policy = forwardOnly((observations: Tensor) => actor.forward(observations));
    const losses = ddpgLosses(networks);
    this.#updateCritic = trainStep(losses.critic, criticOptimizer);
    this.#updateActor = trainStep(losses.actor, actorOptimizer);
    this.#updateTargets = [
      softUpdate(critic, criticTarget, o.tau),
      softUpdate(actor, actorTarget, o.tau),
    ];
  }

  /** Learns for so many steps in the environment, which begins a new episode. */
  async learn(total: number, options: LearnOptions = {}): Promise<this> {
    const given = optionsOf('DDPG.learn', options, learnNames);
    const { generator, learningStarts, explorationNoise } = this.#options;
    await interact(
      {
        owner: 'DDPG.learn',
        env: this.env,
        buffer: this.buffer,
        options: this.#options,
        counts: this.#parts.counts,
        act: (observation, step) => {
          const action =
            step <= learningStarts
              ? drawnAction(this.#bounds.low.length, generator)
              : withNoise(this.#unit(observation), explorationNoise, generator);
          return toBounds(action, this.#bounds);
        },
        stored: (action) => fromBounds(action, this.#bounds),
        update: () => this.#update(),
      },
      total,
      given,
    );
    return this;
  }

  /** The action for an observation, without noise. */
  act(observation: ArrayLike<number>): Float32Array {
    return toBounds(this.#unit(observation), this.#bounds);
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
    loadStates('DDPG', this.#parts, state);
  }

  /** The action between -1 and 1. */
  #unit(observation: ArrayLike<number>): ArrayLike<number> {
    return scope(() =>
      this.#policy(batchOfOne('DDPG', observation, this.buffer.observationSize)).dataSync(),
    );
  }

  #update(): void {
    const { batchSize, generator } = this.#options;
    const { batch } = this.buffer.sample(batchSize, { generator });
    this.#updateCritic(batch);
    this.#updateActor(batch.observations);
    for (const update of this.#updateTargets) update();
  }
}

interface DDPGNetworks {
  readonly actor: DeterministicActor;
  readonly critic: Critic;
  readonly actorTarget: DeterministicActor;
  readonly criticTarget: Critic;
}

/** What a checkpoint has of an agent. */
interface DDPGParts extends DDPGNetworks {
  readonly actorOptimizer: Adam;
  readonly criticOptimizer: Adam;
  readonly counts: Counts<'steps'>;
}

/** The losses of both networks. @internal */
export function ddpgLosses({ actor, critic, actorTarget, criticTarget }: DDPGNetworks): {
  critic(batch: TransitionBatch): Tensor;
  actor(observations: Tensor): Tensor;
} {
  return {
    critic({ observations, actions, rewards, nextObservations, discounts }) {
      const targets = noGrad(() => {
        const next = actorTarget.forward(nextObservations);
        return rewards.add(discounts.mul(criticTarget.forward(nextObservations, next)));
      });
      return mseLoss(critic.forward(observations, actions), targets);
    },
    actor: (observations) => critic.forward(observations, actor.forward(observations)).mean().neg(),
  };
}

/** The options with their defaults, all in range. */
function withDefaults(options: DDPGOptions): Required<DDPGOptions> {
  const o: Required<DDPGOptions> = {
    ...continuousDefaults(),
    lr: 1e-3,
    hidden: [400, 300],
    explorationNoise: 0.1,
    ...optionsOf('DDPG', options, names),
  };
  requireRanges('DDPG', o);
  const std = o.explorationNoise;
  requireThat(std >= 0, 'DDPG', 'explorationNoise', std, '≥ 0');
  return o;
}
