import { mseLoss } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { noGrad, optionsOf, requireThat, scope, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { ReplayBuffer } from '../buffers/replay-buffer.ts';
import type { TransitionBatch } from '../buffers/transition.ts';
import type { Env } from '../env.ts';
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
  readonly #actorTarget: DeterministicActor;
  readonly #criticTarget: Critic;
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
    const actor = () => new DeterministicActor([observationSize, ...hidden, actionSize], generator);
    const critic = () => new Critic(observationSize, actionSize, hidden, generator);
    this.actor = actor();
    this.critic = critic();
    this.#actorTarget = copyOf(this.actor, actor());
    this.#criticTarget = copyOf(this.critic, critic());
    this.buffer = new ReplayBuffer(o.bufferSize, { observationSize, actionSize });
    this.#policy = forwardOnly((observations: Tensor) => this.actor.forward(observations));
    this.#updateCritic = trainStep(
      (batch: TransitionBatch) => this.#criticLoss(batch),
      new Adam(this.critic.parameters(), { lr }),
    );
    this.#updateActor = trainStep(
      (observations: Tensor) => this.#actorLoss(observations),
      new Adam(this.actor.parameters(), { lr }),
    );
    this.#updateTargets = [
      softUpdate(this.critic, this.#criticTarget, o.tau),
      softUpdate(this.actor, this.#actorTarget, o.tau),
    ];
  }

  /** Learns for so many steps in the environment, which begins a new episode. */
  async learn(total: number, options: LearnOptions = {}): Promise<this> {
    const given = optionsOf('DDPG.learn', options, learnNames);
    const { buffer, env } = this;
    const { nSteps, gamma, generator, learningStarts, explorationNoise } = this.#options;
    await interact(
      {
        owner: 'DDPG.learn',
        env,
        buffer,
        nSteps,
        gamma,
        generator,
        act: (observation, step) => {
          const action =
            step <= learningStarts
              ? drawnAction(buffer.actionSize!, generator)
              : withNoise(this.#unit(observation), explorationNoise, generator);
          return toBounds(action, this.#bounds);
        },
        stored: (action) => fromBounds(action, this.#bounds),
        train: (step) => this.#train(step),
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

  /** The action between -1 and 1. */
  #unit(observation: ArrayLike<number>): ArrayLike<number> {
    return scope(() =>
      this.#policy(batchOfOne('DDPG', observation, this.buffer.observationSize)).dataSync(),
    );
  }

  #train(step: number): void {
    const { learningStarts, trainFreq, gradientSteps, batchSize, generator } = this.#options;
    if (step <= learningStarts || step % trainFreq !== 0 || this.buffer.size === 0) return;
    for (let i = 0; i < gradientSteps; i++) {
      scope(() => {
        const { batch } = this.buffer.sample(batchSize, { generator });
        this.#updateCritic(batch);
        this.#updateActor(batch.observations);
        for (const update of this.#updateTargets) update();
      });
    }
  }

  #criticLoss(batch: TransitionBatch): Tensor {
    const { observations, actions, rewards, nextObservations, discounts } = batch;
    const targets = noGrad(() => {
      const next = this.#actorTarget.forward(nextObservations);
      return rewards.add(discounts.mul(this.#criticTarget.forward(nextObservations, next)));
    });
    return mseLoss(this.critic.forward(observations, actions), targets);
  }

  #actorLoss(observations: Tensor): Tensor {
    const actions = this.actor.forward(observations);
    return this.critic.forward(observations, actions).mean().neg();
  }
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
