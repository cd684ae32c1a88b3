import { mseLoss } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import {
  noGrad,
  optionsOf,
  randn,
  requireThat,
  requireWhole,
  scope,
  type Tensor,
} from '@kasane/tensor-core';
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
  TwinCritic,
  withNoise,
  type Bounds,
  type ContinuousOptions,
} from './continuous.ts';
import { boundsOf, observationSizeOf } from './given.ts';
import { interact } from './interact.ts';
import { batchOfOne } from './networks.ts';
import { copyOf, softUpdate } from './soft-update.ts';

/** Options of `TD3`: the names and defaults of Stable-Baselines3; `lr` is 1e-3, `hidden` [400, 300]. */
export interface TD3Options extends ContinuousOptions {
  /** The standard deviation of the noise on actions between -1 and 1 while it learns. Default 0.1, as in the paper. */
  readonly explorationNoise?: number;
  /** Updates of the critics for each one of the actor and of the targets. Default 2. */
  readonly policyDelay?: number;
  /** The standard deviation of the noise on the target's actions. Default 0.2. */
  readonly targetPolicyNoise?: number;
  /** How large that noise may be. Default 0.5. */
  readonly targetNoiseClip?: number;
}

const names = [
  ...continuousNames,
  'explorationNoise',
  'policyDelay',
  'targetPolicyNoise',
  'targetNoiseClip',
] as const;

/**
 * Twin delayed DDPG: two critics of which the smaller value counts, an actor that learns half as often, and targets that are smoothed by noise.
 *
 * $$ y = r + \gamma \min_i Q_i'(s', \text{clip}(\mu'(s') + \epsilon, -1, 1)), \quad \epsilon \sim \text{clip}(N(0, \sigma), -c, c) $$
 *
 * After a terminated episode the value of the rest is 0, after a truncated one that of its last observation.
 *
 * Same algorithm, names and defaults as `stable_baselines3.TD3`, except that the noise of exploration, which is none there, is the
 * paper's. Throws TypeError for spaces other than Boxes, RangeError for actions without bounds, options out of range and rewards
 * that are not finite.
 *
 * @example
 * import { Pendulum, TD3 } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const agent = new TD3(new Pendulum(), { hidden: [32, 32], generator: new Generator(1) });
 * await agent.learn(200);
 * const [torque] = agent.act([1, 0, 0]);
 * Math.abs(torque!) <= 2; // => true
 *
 * @see Fujimoto, van Hoof and Meger (2018), Addressing Function Approximation Error in Actor-Critic Methods.
 */
export class TD3 {
  /** What it learns in. */
  readonly env: Env<Float32Array, Float32Array>;
  /** Observations to actions between -1 and 1. */
  readonly actor: DeterministicActor;
  /** Values of observations and actions. */
  readonly critic: TwinCritic;
  /** What is remembered. */
  readonly buffer: ReplayBuffer;
  readonly #options: Required<TD3Options>;
  readonly #bounds: Bounds;
  readonly #parts: TD3Parts;
  readonly #policy: (observations: Tensor) => Tensor;
  readonly #updateCritic: (batch: TransitionBatch) => Tensor;
  readonly #updateActor: (observations: Tensor) => Tensor;
  readonly #updateTargets: readonly (() => void)[];

  constructor(env: Env<Float32Array, Float32Array>, options: TD3Options = {}) {
    const o = withDefaults(options);
    const observationSize = observationSizeOf('TD3', env);
    this.#bounds = boundsOf('TD3', env);
    this.#options = o;
    this.env = env;
    const actionSize = this.#bounds.low.length;
    const { hidden, generator, lr } = o;
    const newActor = () =>
      new DeterministicActor([observationSize, ...hidden, actionSize], generator);
    const newCritic = () => new TwinCritic(observationSize, actionSize, hidden, generator);
    const [actor, critic] = [newActor(), newCritic()];
    const [actorTarget, criticTarget] = [copyOf(actor, newActor()), copyOf(critic, newCritic())];
    const criticOptimizer = new Adam(critic.parameters(), { lr });
    const actorOptimizer = new Adam(actor.parameters(), { lr });
    const networks = { actor, critic, actorTarget, criticTarget };
    this.actor = actor;
    this.critic = critic;
    const counts = new Counts({ steps: 0, updates: 0 });
    this.#parts = { ...networks, actorOptimizer, criticOptimizer, counts };
    this.buffer = new ReplayBuffer(o.bufferSize, { observationSize, actionSize });
    this.#policy = forwardOnly((observations: Tensor) => actor.forward(observations));
    const losses = td3Losses(networks, o, (shape) => randn(shape, { generator }));
    this.#updateCritic = trainStep(losses.critic, criticOptimizer);
    this.#updateActor = trainStep(losses.actor, actorOptimizer);
    this.#updateTargets = [
      softUpdate(critic, criticTarget, o.tau),
      softUpdate(actor, actorTarget, o.tau),
    ];
  }

  /** Learns for so many steps in the environment, which begins a new episode. */
  async learn(total: number, options: LearnOptions = {}): Promise<this> {
    const given = optionsOf('TD3.learn', options, learnNames);
    const { generator, learningStarts, explorationNoise } = this.#options;
    await interact(
      {
        owner: 'TD3.learn',
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
    loadStates('TD3', this.#parts, state);
  }

  /** The action between -1 and 1. */
  #unit(observation: ArrayLike<number>): ArrayLike<number> {
    return scope(() =>
      this.#policy(batchOfOne('TD3', observation, this.buffer.observationSize)).dataSync(),
    );
  }

  #update(): void {
    const { batchSize, policyDelay, generator } = this.#options;
    const { batch } = this.buffer.sample(batchSize, { generator });
    this.#updateCritic(batch);
    const count = this.#parts.counts.now;
    count.updates++;
    if (count.updates % policyDelay !== 0) return;
    this.#updateActor(batch.observations);
    for (const update of this.#updateTargets) update();
  }
}

interface TD3Networks {
  readonly actor: DeterministicActor;
  readonly critic: TwinCritic;
  readonly actorTarget: DeterministicActor;
  readonly criticTarget: TwinCritic;
}

/** What a checkpoint has of an agent. */
interface TD3Parts extends TD3Networks {
  readonly actorOptimizer: Adam;
  readonly criticOptimizer: Adam;
  readonly counts: Counts<'steps' | 'updates'>;
}

/** The losses of the critics and of the actor; `normal` draws from N(0, 1). @internal */
export function td3Losses(
  { actor, critic, actorTarget, criticTarget }: TD3Networks,
  noise: { readonly targetPolicyNoise: number; readonly targetNoiseClip: number },
  normal: (shape: readonly number[]) => Tensor,
): { critic(batch: TransitionBatch): Tensor; actor(observations: Tensor): Tensor } {
  const { targetPolicyNoise: std, targetNoiseClip: most } = noise;
  return {
    critic({ observations, actions, rewards, nextObservations, discounts }) {
      const targets = noGrad(() => {
        const drawn = normal(actions.shape).mul(std).clamp(-most, most);
        const next = actorTarget.forward(nextObservations).add(drawn).clamp(-1, 1);
        return rewards.add(discounts.mul(criticTarget.least(nextObservations, next)));
      });
      const [first, second] = critic.forward(observations, actions);
      return mseLoss(first, targets).add(mseLoss(second, targets));
    },
    actor: (observations) =>
      critic.first.forward(observations, actor.forward(observations)).mean().neg(),
  };
}

/** The options with their defaults, all in range. */
function withDefaults(options: TD3Options): Required<TD3Options> {
  const o: Required<TD3Options> = {
    ...continuousDefaults(),
    lr: 1e-3,
    hidden: [400, 300],
    explorationNoise: 0.1,
    policyDelay: 2,
    targetPolicyNoise: 0.2,
    targetNoiseClip: 0.5,
    ...optionsOf('TD3', options, names),
  };
  requireRanges('TD3', o);
  requireWhole('TD3', 'policyDelay', o.policyDelay, 1);
  for (const name of ['explorationNoise', 'targetPolicyNoise', 'targetNoiseClip'] as const) {
    requireThat(o[name] >= 0, 'TD3', name, o[name], '≥ 0');
  }
  return o;
}
