/** What DDPG and TD3 have in common: all but the critic and the losses. */
import type { Module } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { optionsOf, requireThat, scope, type Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { ReplayBuffer } from '../buffers/replay-buffer.ts';
import type { TransitionBatch } from '../buffers/transition.ts';
import type { Env } from '../env.ts';
import { Counts, loadStates, statesOf, type AgentState } from '../agent-state.ts';
import { forwardOnly, learnNames, type LearnOptions } from '../learning.ts';
import {
  continuousDefaults,
  DeterministicActor,
  drawnAction,
  fromBounds,
  requireRanges,
  toBounds,
  withNoise,
  type Bounds,
  type ContinuousOptions,
} from './continuous.ts';
import { boundsOf, observationSizeOf } from './given.ts';
import { interact } from './interact.ts';
import { batchOfOne } from './networks.ts';
import { copyOf, softUpdate } from './soft-update.ts';

/** Options that DDPG and TD3 share. */
export interface DeterministicOptions extends ContinuousOptions {
  /** The standard deviation of the noise on actions between -1 and 1 while it learns. Default 0.1, as in the paper. */
  readonly explorationNoise?: number;
}

export const deterministicDefaults = (): Required<DeterministicOptions> => ({
  ...continuousDefaults(),
  lr: 1e-3,
  hidden: [400, 300],
  explorationNoise: 0.1,
});

/** Throws RangeError for those out of range. */
export function requireDeterministic(owner: string, options: Required<DeterministicOptions>): void {
  requireRanges(owner, options);
  const std = options.explorationNoise;
  requireThat(std >= 0, owner, 'explorationNoise', std, '≥ 0');
}

/** The networks, and those that follow them. */
export interface DeterministicNetworks<C extends Module> {
  readonly actor: DeterministicActor;
  readonly critic: C;
  readonly actorTarget: DeterministicActor;
  readonly criticTarget: C;
}

export interface DeterministicLosses {
  critic(batch: TransitionBatch): Tensor;
  actor(observations: Tensor): Tensor;
}

/** What a checkpoint has of an agent. */
interface Parts<C extends Module> extends DeterministicNetworks<C> {
  readonly actorOptimizer: Adam;
  readonly criticOptimizer: Adam;
  readonly counts: Counts<'steps' | 'updates'>;
}

/** What makes an agent one or the other. */
interface Kind<C extends Module> {
  readonly owner: string;
  newCritic(observationSize: number, actionSize: number): C;
  losses(networks: DeterministicNetworks<C>): DeterministicLosses;
  /** Updates of the critic for each one of the actor and of the targets. */
  readonly policyDelay: number;
}

/** An actor that gives one action, a critic that values it, and targets that follow both. @internal */
export abstract class DeterministicAgent<C extends Module> {
  /** What it learns in. */
  readonly env: Env<Float32Array, Float32Array>;
  /** Observations to actions between -1 and 1. */
  readonly actor: DeterministicActor;
  /** Values of observations and actions. */
  readonly critic: C;
  /** What is remembered. */
  readonly buffer: ReplayBuffer;
  readonly #options: Required<DeterministicOptions>;
  readonly #kind: Kind<C>;
  readonly #bounds: Bounds;
  readonly #parts: Parts<C>;
  readonly #policy: (observations: Tensor) => Tensor;
  readonly #updateCritic: (batch: TransitionBatch) => Tensor;
  readonly #updateActor: (observations: Tensor) => Tensor;
  readonly #updateTargets: readonly (() => void)[];

  constructor(
    env: Env<Float32Array, Float32Array>,
    options: Required<DeterministicOptions>,
    kind: Kind<C>,
  ) {
    const observationSize = observationSizeOf(kind.owner, env);
    this.#bounds = boundsOf(kind.owner, env);
    this.#options = options;
    this.#kind = kind;
    this.env = env;
    const actionSize = this.#bounds.low.length;
    const { hidden, generator, lr, tau, bufferSize } = options;
    const newActor = (): DeterministicActor =>
      new DeterministicActor([observationSize, ...hidden, actionSize], generator);
    const newCritic = (): C => kind.newCritic(observationSize, actionSize);
    const [actor, critic] = [newActor(), newCritic()];
    const actorTarget = copyOf(actor, newActor());
    const criticTarget = copyOf(critic, newCritic());
    const criticOptimizer = new Adam(critic.parameters(), { lr });
    const actorOptimizer = new Adam(actor.parameters(), { lr });
    const networks = { actor, critic, actorTarget, criticTarget };
    this.actor = actor;
    this.critic = critic;
    const counts = new Counts({ steps: 0, updates: 0 });
    this.#parts = { ...networks, actorOptimizer, criticOptimizer, counts };
    this.buffer = new ReplayBuffer(bufferSize, { observationSize, actionSize });
    this.#policy = forwardOnly((observations: Tensor) => actor.forward(observations));
    const losses = kind.losses(networks);
    this.#updateCritic = trainStep(losses.critic, criticOptimizer);
    this.#updateActor = trainStep(losses.actor, actorOptimizer);
    this.#updateTargets = [
      softUpdate(critic, criticTarget, tau),
      softUpdate(actor, actorTarget, tau),
    ];
  }

  /** Learns for so many steps in the environment, which begins a new episode. */
  async learn(total: number, options: LearnOptions = {}): Promise<this> {
    const owner = `${this.#kind.owner}.learn`;
    const given = optionsOf(owner, options, learnNames);
    const { generator, learningStarts, explorationNoise } = this.#options;
    await interact(
      {
        owner,
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
    loadStates(this.#kind.owner, this.#parts, state);
  }

  /** The action between -1 and 1. */
  #unit(observation: ArrayLike<number>): ArrayLike<number> {
    const { observationSize } = this.buffer;
    return scope(() =>
      this.#policy(batchOfOne(this.#kind.owner, observation, observationSize)).dataSync(),
    );
  }

  #update(): void {
    const { batchSize, generator } = this.#options;
    const { batch } = this.buffer.sample(batchSize, { generator });
    this.#updateCritic(batch);
    const count = this.#parts.counts.now;
    count.updates++;
    if (count.updates % this.#kind.policyDelay !== 0) return;
    this.#updateActor(batch.observations);
    for (const update of this.#updateTargets) update();
  }
}
