import { mseLoss } from '@kasane/nn';
import { RMSprop } from '@kasane/optim';
import {
  defaultGenerator,
  optionsOf,
  requireThat,
  requireWhole,
  scope,
  tensor,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { Counts, loadStates, statesOf, type AgentState } from '../agent-state.ts';
import { forwardOnly, learnNames, type LearnOptions } from '../learning.ts';
import { scheduled, type Schedule } from '../schedule.ts';
import { Turns } from '@kasane/tensor-core/turns';
import type { ActorCritic } from './actor-critic.ts';
import { agentActs, drawsActions, newPolicy, type ActOptions, type PolicyParts } from './acting.ts';
import { gae } from './gae.ts';
import { Runner, type VectorEnvOf } from './runner.ts';

/** Options of `A2C`, with the names of Stable-Baselines3. */
export interface A2COptions {
  /** Environments side by side. Default 1. */
  readonly envs?: number;
  /** Steps in each environment between updates. Default 5. */
  readonly steps?: number;
  /** Learning rate of RMSprop. Default 7e-4. */
  readonly lr?: Schedule;
  /** Discount of a step. Default 0.99. */
  readonly gamma?: number;
  /** λ of `gae`. Default 1: rewards to the end of the rollout, and V from there. */
  readonly gaeLambda?: number;
  /** Whether advantages have mean 0 and deviation 1 in each rollout. Default false. */
  readonly normalizeAdvantage?: boolean;
  /** Weight of the entropy. Default 0. */
  readonly entCoef?: number;
  /** Weight of the value's loss. Default 0.5. */
  readonly vfCoef?: number;
  /** Gradients are scaled down to this norm. Default 0.5. */
  readonly maxGradNorm?: number;
  /** Units of hidden layers. Default [64, 64]. */
  readonly hidden?: readonly number[];
  /** Where weights, actions and seeds of the environments come from. Default: what `manualSeed` seeds. */
  readonly generator?: Generator;
}

const NAMES = ['envs', 'steps', 'lr', 'gamma', 'gaeLambda', 'normalizeAdvantage', 'entCoef', 'vfCoef', 'maxGradNorm', 'hidden', 'generator'] as const; // prettier-ignore

/**
 * Advantage actor-critic, synchronous: after every few steps of all environments, one step up the policy gradient, with
 * advantages over V, and one of V towards what came. For actions of a Discrete or of a Box.
 *
 * $$ L = -\log \pi(a|s) A + c_v (V - R)^2 - c_e H(\pi) $$
 *
 * Same defaults as `A2C` of Stable-Baselines3, whose `n_steps` is `steps`, `learning_rate` is `lr` and `net_arch` is `hidden`; a `lr` that
 * is a function is given what is done of the training, there what remains. Truncated episodes bootstrap with V of their final observation,
 * terminated ones do not; advantages are normalised, if so, with the unbiased deviation. Actions outside of a Box are clipped for the
 * environment and learned from as drawn.
 *
 * `learn` begins new episodes, with seeds that the generator draws. Observations are (N, inputs), actions (N), or (N, width) of a Box.
 *
 * @throws TypeError if it cannot act in the environments: their observations are no rows of numbers, or their actions neither of a Discrete
 * nor of a Box.
 * @throws RangeError if an option is out of range, or a reward or a number of an observation is not finite.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
 *
 * @example
 * import { CartPole, A2C } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const agent = new A2C(() => new CartPole(), { envs: 8, lr: 1e-3, generator });
 * await agent.learn(10_000);
 * [-0.1, 0.1].map((angle) => agent.act([0, 0, angle, 10 * angle])); // => [0,1]
 *
 * @see Mnih et al. (2016), Asynchronous Methods for Deep Reinforcement Learning.
 */
export class A2C<Action extends number | Float32Array = number> {
  readonly policy: ActorCritic;
  readonly optimizer: RMSprop;
  readonly #options: A2COptions;
  readonly #runner: Runner<Action>;
  readonly #generator: Generator;
  readonly #parts: PolicyParts<RMSprop>;
  readonly #predict: (observation: ArrayLike<number>, options?: ActOptions) => Action;

  constructor(makeEnv: () => VectorEnvOf<Action>, options?: A2COptions) {
    const given = optionsOf('A2C', options, NAMES);
    const { envs = 1, hidden, generator = defaultGenerator() } = given;
    requireRanges(given);
    this.#options = given;
    this.#generator = generator;
    this.#runner = new Runner('A2C', makeEnv, envs, generator);
    const { inputs, kind } = this.#runner;
    this.policy = newPolicy(this.#runner, hidden, generator);
    const lr = scheduled('A2C', 'lr', given.lr ?? 7e-4, 0);
    this.optimizer = new RMSprop(this.policy.parameters(), { lr, alpha: 0.99, eps: 1e-5 });
    const { policy, optimizer } = this;
    this.#parts = { policy, optimizer, counts: new Counts({ steps: 0 }) };
    this.#predict = agentActs('A2C', policy, kind, inputs);
  }

  /** The action for an observation: the likeliest, or drawn if `deterministic` is false. */
  act(observation: ArrayLike<number>, options?: ActOptions): Action {
    return this.#predict(observation, options);
  }

  /**
   * The policy, the optimizer and how far the training is. With `{ agent, generator }` as a checkpoint it learns on to the same bits.
   */
  stateDict(): AgentState {
    return statesOf(this.#parts);
  }

  /** Goes on from what `stateDict` gave. Throws CheckpointError for what does not fit, and then changes nothing. */
  loadStateDict(state: AgentState): void {
    loadStates('A2C', this.#parts, state);
  }

  /** Acts and learns for `total` steps of environments, and to the end of the rollout they fall in; resolves to itself. */
  async learn(total: number, options?: LearnOptions): Promise<this> {
    const { onProgress, signal, resume = false } = optionsOf('A2C.learn', options, learnNames);
    requireWhole('A2C.learn', 'total', total, 1);
    const { steps = 5, lr = 7e-4, gamma = 0.99, gaeLambda = 1, maxGradNorm = 0.5 } = this.#options;
    const { policy, optimizer } = this;
    const runner = this.#runner;
    const generator = this.#generator;
    const turns = new Turns(signal);

    const act = drawsActions(policy, generator);
    const value = forwardOnly((observations) => policy.value(observations));
    const update = trainStep(a2cLoss(policy, this.#options), optimizer, {
      clipGradNorm: maxGradNorm,
    });

    const { envs, inputs, kind } = runner;
    const { counts } = this.#parts;
    if (!resume) counts.now.steps = 0;
    const tally = runner.begin(counts.now.steps);
    while (counts.now.steps < total) {
      const progress = counts.now.steps / total;
      for (const group of optimizer.paramGroups) group.lr = scheduled('A2C', 'lr', lr, progress);

      const rollout = await runner.collect(steps, act, value, turns);
      const found = gae(rollout, { gamma, lambda: gaeLambda, envs: envs.length });
      const n = steps * envs.length;
      scope(() => {
        const { actions } = rollout;
        update(
          tensor(rollout.observations, [n, inputs]),
          kind.continuous ? tensor(actions, [n, kind.width]) : tensor(Int32Array.from(actions)),
          tensor(found.advantages),
          tensor(found.returns),
        );
      });
      counts.now.steps = tally.steps;
      onProgress?.(tally.report(total));
    }
    return this;
  }
}

/** The loss of A2C over observations (N, inputs), actions (N) or (N, width), advantages (N) and returns (N). @internal */
export function a2cLoss(
  policy: ActorCritic,
  { normalizeAdvantage = false, entCoef = 0, vfCoef = 0.5 }: A2COptions,
): (observations: Tensor, actions: Tensor, advantages: Tensor, returns: Tensor) => Tensor {
  return (observations, actions, advantages, returns) => {
    const [distribution, value] = policy.forward(observations);
    const a = normalizeAdvantage
      ? advantages.sub(advantages.mean()).div(advantages.std().add(1e-8))
      : advantages;
    const gain = distribution.logProb(actions).mul(a).mean();
    const loss = mseLoss(value, returns).mul(vfCoef).sub(gain);
    return entCoef === 0 ? loss : loss.sub(distribution.entropy().mean().mul(entCoef));
  };
}

function requireRanges(options: A2COptions): void {
  const { envs = 1, steps = 5, gamma = 0.99, gaeLambda = 1, maxGradNorm = 0.5 } = options;
  requireWhole('A2C', 'envs', envs, 1);
  requireWhole('A2C', 'steps', steps, 1);
  requireThat(gamma >= 0 && gamma <= 1, 'A2C', 'gamma', gamma, 'from 0 to 1');
  requireThat(gaeLambda >= 0 && gaeLambda <= 1, 'A2C', 'gaeLambda', gaeLambda, 'from 0 to 1');
  requireThat(maxGradNorm > 0, 'A2C', 'maxGradNorm', maxGradNorm, 'above 0');
}
