import { mseLoss, Parameter, type Sequential } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import {
  defaultGenerator,
  noGrad,
  optionsOf,
  randn,
  requireThat,
  scope,
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
import {
  continuousDefaults,
  continuousNames,
  drawnAction,
  fromBounds,
  requireRanges,
  toBounds,
  TwinCritic,
  type Bounds,
  type ContinuousOptions,
} from './continuous.ts';
import { boundsOf, observationSizeOf } from './given.ts';
import { interact } from './interact.ts';
import { batchOfOne, mlp } from './networks.ts';
import { copyOf, softUpdate } from './soft-update.ts';

/** Options of `SAC`: the names and defaults of Stable-Baselines3; `lr` is 3e-4, `hidden` [256, 256]. */
export interface SACOptions extends ContinuousOptions {
  /** α, the worth of entropy: a number, or `'auto'`, which learns it. Default `'auto'`. */
  readonly entCoef?: number | 'auto';
  /** α at first, where it is learned. Default 1. */
  readonly initialEntCoef?: number;
  /** The entropy that a learned α aims at. Default: minus the size of an action. */
  readonly targetEntropy?: number;
}

const names = [...continuousNames, 'entCoef', 'initialEntCoef', 'targetEntropy'] as const;

/** Options of `SAC.act`. */
export interface SACActOptions {
  /** The middle of the policy, not a draw. Default true. */
  readonly deterministic?: boolean;
  /** Where draws come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * Soft actor-critic: learns a policy, tanh of a normal distribution, whose actions are of high value and high entropy.
 *
 * $$ y = r + \gamma \left( \min_i Q_i'(s', a') - \alpha \log \pi(a'|s') \right), \quad a' \sim \pi(\cdot|s') $$
 *
 * $$ L_Q = \tfrac12 \sum_i \operatorname{mean} (Q_i(s, a) - y)^2 $$
 *
 * $$ L_\pi = \operatorname{mean} \left( \alpha \log \pi(a|s) - \min_i Q_i(s, a) \right), \quad L_\alpha = -\operatorname{mean} \log \alpha \left( \log \pi(a|s) + \bar H \right) $$
 *
 * $$ \theta' \leftarrow \tau\, \theta + (1 - \tau)\, \theta' $$
 *
 * In the losses of policy and α the action a is drawn from π; that of α has the logarithm, as in the authors' program, $\bar H$ is
 * `targetEntropy`. After a terminated episode the value of the rest is 0, after a truncated one that of its last observation.
 *
 * Same algorithm, names and defaults as `stable_baselines3.SAC`, except: `learning_rate` is `lr`, `net_arch` is `hidden`, `'auto_0.1'` is
 * `initialEntCoef`; and the density of tanh is exact, where that one adds 1e-6 within the logarithm.
 *
 * @throws TypeError if observations or actions are not of a Box.
 * @throws RangeError if an action has no bounds, an option is out of range, or a reward or a number of an observation is not finite.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
 *
 * @example
 * import { Pendulum, SAC } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const agent = new SAC(new Pendulum(), { hidden: [32, 32], generator: new Generator(1) });
 * await agent.learn(200);
 * const [torque] = agent.act([1, 0, 0]);
 * Math.abs(torque!) <= 2; // => true
 *
 * @see Haarnoja et al. (2018), Soft Actor-Critic Algorithms and Applications.
 */
export class SAC {
  /** What it learns in. */
  readonly env: Env<Float32Array, Float32Array>;
  /** Observations to the mean and log σ of each number of the action, side by side. */
  readonly actor: Sequential;
  /** Values of observations and actions. */
  readonly critic: TwinCritic;
  /** log α */
  readonly logEntCoef: Parameter;
  /** What is remembered. */
  readonly buffer: ReplayBuffer;
  readonly #options: Required<SACOptions>;
  readonly #bounds: Bounds;
  readonly #parts: SACParts;
  readonly #updateCritic: (batch: TransitionBatch) => Tensor;
  readonly #updateActor: (observations: Tensor) => readonly [loss: Tensor, logProbs: Tensor];
  readonly #updateEntCoef: (logProbs: Tensor) => Tensor;
  readonly #updateTarget: () => void;
  readonly #middle: (observations: Tensor) => Tensor;
  readonly #drawn: (observations: Tensor) => Tensor;

  constructor(env: Env<Float32Array, Float32Array>, options: SACOptions = {}) {
    const observationSize = observationSizeOf('SAC', env);
    this.#bounds = boundsOf('SAC', env);
    const actionSize = this.#bounds.low.length;
    const o = withDefaults(options, actionSize);
    this.#options = o;
    this.env = env;
    const { hidden, generator } = o;
    const actor = mlp([observationSize, ...hidden, 2 * actionSize], generator);
    const newCritic = () => new TwinCritic(observationSize, actionSize, hidden, generator);
    const critic = newCritic();
    const criticTarget = copyOf(critic, newCritic());
    const first = o.entCoef === 'auto' ? o.initialEntCoef : o.entCoef;
    const logEntCoef = new Parameter(tensor([Math.log(first)]));
    const adam = (parameters: Parameter[]): Adam => new Adam(parameters, { lr: o.lr });
    const criticOptimizer = adam(critic.parameters());
    const actorOptimizer = adam(actor.parameters());
    const entCoefOptimizer = adam([logEntCoef]);
    this.actor = actor;
    this.critic = critic;
    this.logEntCoef = logEntCoef;
    const networks = { actor, critic, criticTarget, logEntCoef };
    const counts = new Counts({ steps: 0 });
    this.#parts = { ...networks, actorOptimizer, criticOptimizer, entCoefOptimizer, counts };
    this.buffer = new ReplayBuffer(o.bufferSize, { observationSize, actionSize });

    const normal = (shape: readonly number[]): Tensor => randn(shape, { generator });
    const losses = sacLosses(networks, o.targetEntropy, normal);
    this.#updateCritic = trainStep(losses.critic, criticOptimizer);
    this.#updateActor = trainStep(losses.actor, actorOptimizer);
    this.#updateEntCoef = trainStep(losses.entCoef, entCoefOptimizer);
    this.#updateTarget = softUpdate(critic, criticTarget, o.tau);
    this.#middle = forwardOnly((observations: Tensor) =>
      actor.forward(observations).slice(1, 0, actionSize).tanh(),
    );
    this.#drawn = forwardOnly(
      (observations: Tensor) => squashed(actor.forward(observations), normal)[0],
    );
  }

  /** Learns for so many steps in the environment, which begins a new episode. */
  async learn(total: number, options: LearnOptions = {}): Promise<this> {
    const given = optionsOf('SAC.learn', options, learnNames);
    const { generator, learningStarts } = this.#options;
    await interact(
      {
        owner: 'SAC.learn',
        env: this.env,
        buffer: this.buffer,
        options: this.#options,
        counts: this.#parts.counts,
        act: (observation, step) =>
          step <= learningStarts
            ? toBounds(drawnAction(this.#bounds.low.length, generator), this.#bounds)
            : this.#actWith(this.#drawn, observation),
        stored: (action) => fromBounds(action, this.#bounds),
        update: () => this.#update(),
      },
      total,
      given,
    );
    return this;
  }

  /** The action for an observation: the middle of the policy, or drawn if `deterministic` is false. */
  act(observation: ArrayLike<number>, options: SACActOptions = {}): Float32Array {
    const { deterministic = true, generator = defaultGenerator() } = optionsOf('SAC.act', options, [
      'deterministic',
      'generator',
    ]);
    const draw = (observations: Tensor): Tensor =>
      noGrad(
        () => squashed(this.actor.forward(observations), (shape) => randn(shape, { generator }))[0],
      );
    return this.#actWith(deterministic ? this.#middle : draw, observation);
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
    loadStates('SAC', this.#parts, state);
  }

  #actWith(policy: (observations: Tensor) => Tensor, observation: ArrayLike<number>): Float32Array {
    return scope(() => {
      const input = batchOfOne('SAC', observation, this.buffer.observationSize);
      return toBounds(policy(input).dataSync(), this.#bounds);
    });
  }

  #update(): void {
    const { batchSize, generator, entCoef } = this.#options;
    const { batch } = this.buffer.sample(batchSize, { generator });
    this.#updateCritic(batch);
    const [, logProbs] = this.#updateActor(batch.observations);
    if (entCoef === 'auto') this.#updateEntCoef(logProbs);
    this.#updateTarget();
  }
}

interface SACNetworks {
  readonly actor: Sequential;
  readonly critic: TwinCritic;
  readonly criticTarget: TwinCritic;
  readonly logEntCoef: Parameter;
}

/** What a checkpoint has of an agent. */
interface SACParts extends SACNetworks {
  readonly actorOptimizer: Adam;
  readonly criticOptimizer: Adam;
  readonly entCoefOptimizer: Adam;
  readonly counts: Counts<'steps'>;
}

/** The losses of the critics, of the actor and of log α; `normal` draws from N(0, 1). @internal */
export function sacLosses(
  { actor, critic, criticTarget, logEntCoef }: SACNetworks,
  targetEntropy: number,
  normal: (shape: readonly number[]) => Tensor,
): {
  critic(batch: TransitionBatch): Tensor;
  actor(observations: Tensor): readonly [loss: Tensor, logProbs: Tensor];
  entCoef(logProbs: Tensor): Tensor;
} {
  return {
    critic({ observations, actions, rewards, nextObservations, discounts }) {
      const targets = noGrad(() => {
        const [next, logProbs] = squashed(actor.forward(nextObservations), normal);
        const value = criticTarget.least(nextObservations, next);
        return rewards.add(discounts.mul(value.sub(logEntCoef.exp().mul(logProbs))));
      });
      const [first, second] = critic.forward(observations, actions);
      return mseLoss(first, targets).add(mseLoss(second, targets)).mul(0.5);
    },
    actor(observations) {
      const [actions, logProbs] = squashed(actor.forward(observations), normal);
      const values = critic.least(observations, actions);
      return [logEntCoef.detach().exp().mul(logProbs).sub(values).mean(), logProbs];
    },
    entCoef: (logProbs) => logEntCoef.mul(logProbs.add(targetEntropy)).mean().neg(),
  };
}

/**
 * Actions between -1 and 1, and the logarithms of their densities, for means and log σ side by side, (batch, 2 · size). Differentiable, as
 * the noise is added from outside.
 */
function squashed(
  output: Tensor,
  normal: (shape: readonly number[]) => Tensor,
): readonly [actions: Tensor, logProbs: Tensor] {
  const size = output.shape[1]! / 2;
  const mean = output.slice(1, 0, size);
  const logStd = output.slice(1, size, 2 * size).clamp(-20, 2);
  const noise = normal(mean.shape);
  const u = mean.add(logStd.exp().mul(noise));
  const density = noise
    .square()
    .mul(-0.5)
    .sub(logStd)
    .sub(0.5 * Math.log(2 * Math.PI));
  // log(1 - tanh² u), in a form that is right for large |u|, too.
  const slope = u
    .add(u.mul(-2).softplus())
    .mul(-2)
    .add(2 * Math.LN2);
  return [u.tanh(), density.sub(slope).sum(1)];
}

/** The options with their defaults, all in range. */
function withDefaults(options: SACOptions, actionSize: number): Required<SACOptions> {
  const o: Required<SACOptions> = {
    ...continuousDefaults(),
    lr: 3e-4,
    hidden: [256, 256],
    entCoef: 'auto',
    initialEntCoef: 1,
    targetEntropy: -actionSize,
    ...optionsOf('SAC', options, names),
  };
  requireRanges('SAC', o);
  if (o.entCoef !== 'auto') {
    requireThat(o.entCoef > 0, 'SAC', 'entCoef', o.entCoef, "above 0, or 'auto'");
  }
  requireThat(o.initialEntCoef > 0, 'SAC', 'initialEntCoef', o.initialEntCoef, 'above 0');
  return o;
}
