import { mseLoss } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import {
  defaultGenerator,
  optionsOf,
  randperm,
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
import { gae, type Advantages } from './gae.ts';
import { Runner, type Rollout, type VectorEnvOf } from './runner.ts';

/** Options of `PPO`, with the names of Stable-Baselines3. */
export interface PPOOptions {
  /** Environments side by side. Default 1. */
  readonly envs?: number;
  /** Steps in each environment between updates. Default 2048. */
  readonly steps?: number;
  /** GaeInput of one step of the optimizer. Default 64. */
  readonly batchSize?: number;
  /** How often each transition is learned from. Default 10. */
  readonly epochs?: number;
  /** Learning rate of Adam. Default 3e-4. */
  readonly lr?: Schedule;
  /** Discount of a step. Default 0.99. */
  readonly gamma?: number;
  /** λ of `gae`. Default 0.95. */
  readonly gaeLambda?: number;
  /** How far the ratio of probabilities may leave 1 before it no longer pays. Default 0.2. */
  readonly clipRange?: Schedule;
  /** Whether advantages have mean 0 and deviation 1 in each batch. Default true. */
  readonly normalizeAdvantage?: boolean;
  /** Weight of the entropy. Default 0. */
  readonly entCoef?: number;
  /** Weight of the value's loss. Default 0.5. */
  readonly vfCoef?: number;
  /** Gradients are scaled down to this norm. Default 0.5. */
  readonly maxGradNorm?: number;
  /** No more epochs of a rollout once the policy is so far, 1.5 times this, from the one that acted. Default: none. */
  readonly targetKl?: number;
  /** Units of hidden layers. Default [64, 64]. */
  readonly hidden?: readonly number[];
  /** Where weights, actions, order and seeds of the environments come from. Default: what `manualSeed` seeds. */
  readonly generator?: Generator;
}

const NAMES = ['envs', 'steps', 'batchSize', 'epochs', 'lr', 'gamma', 'gaeLambda', 'clipRange', 'normalizeAdvantage', 'entCoef', 'vfCoef', 'maxGradNorm', 'targetKl', 'hidden', 'generator'] as const; // prettier-ignore

/**
 * Proximal policy optimization: learns several times from what was done, as long as the policy stays near the one
 * that did it. For actions of a Discrete or of a Box.
 *
 * $$ L = -\min(\rho A, \text{clip}(\rho, 1 - \epsilon, 1 + \epsilon) A) + c_v (V - R)^2 - c_e H(\pi), \quad \rho = \pi(a|s) / \pi_\text{old}(a|s) $$
 *
 * Same defaults as `PPO` of Stable-Baselines3, whose `n_steps` is `steps`, `n_epochs` is `epochs`, `learning_rate` is `lr` and `net_arch`
 * is `hidden`; a schedule is given what is done of the training, there what remains. Truncated episodes bootstrap with V of their final
 * observation, terminated ones do not; advantages are normalised in each batch with the unbiased deviation; the value's loss is not
 * clipped. Actions outside of a Box are clipped for the environment and learned from as drawn. What is left over when a rollout does not
 * divide into batches is not learned from in that epoch, there it is a smaller batch; and with `targetKl` the step that went too far has
 * been taken, there it is left out.
 *
 * `learn` begins new episodes, with seeds that the generator draws.
 *
 * @throws TypeError if it cannot act in the environments: their observations are no rows of numbers, or their actions neither of a Discrete
 * nor of a Box.
 * @throws RangeError if an option is out of range, or a reward or a number of an observation is not finite.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
 *
 * @example
 * import { CartPole, PPO } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const agent = new PPO(() => new CartPole(), { envs: 4, steps: 32, lr: 1e-3, generator });
 * await agent.learn(10_000);
 * [-0.1, 0.1].map((angle) => agent.act([0, 0, angle, 10 * angle])); // => [0,1]
 *
 * @see Schulman et al. (2017), Proximal Policy Optimization Algorithms.
 */
export class PPO<Action extends number | Float32Array = number> {
  readonly policy: ActorCritic;
  readonly optimizer: Adam;
  readonly #options: PPOOptions;
  readonly #runner: Runner<Action>;
  readonly #generator: Generator;
  readonly #parts: PolicyParts<Adam>;
  readonly #predict: (observation: ArrayLike<number>, options?: ActOptions) => Action;

  constructor(makeEnv: () => VectorEnvOf<Action>, options?: PPOOptions) {
    const given = optionsOf('PPO', options, NAMES);
    const { envs = 1, hidden, generator = defaultGenerator() } = given;
    requireRanges(given);
    this.#options = given;
    this.#generator = generator;
    this.#runner = new Runner('PPO', makeEnv, envs, generator);
    const { inputs, kind } = this.#runner;
    this.policy = newPolicy(this.#runner, hidden, generator);
    const lr = scheduled('PPO', 'lr', given.lr ?? 3e-4, 0);
    this.optimizer = new Adam(this.policy.parameters(), { lr, eps: 1e-5 });
    const { policy, optimizer } = this;
    this.#parts = { policy, optimizer, counts: new Counts({ steps: 0 }) };
    this.#predict = agentActs('PPO', policy, kind, inputs);
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
    loadStates('PPO', this.#parts, state);
  }

  /** Acts and learns for `total` steps of environments, and to the end of the rollout they fall in; resolves to itself. */
  async learn(total: number, options?: LearnOptions): Promise<this> {
    const { onProgress, signal, resume = false } = optionsOf('PPO.learn', options, learnNames);
    requireWhole('PPO.learn', 'total', total, 1);
    const { steps = 2048, batchSize = 64, epochs = 10, lr = 3e-4, clipRange = 0.2 } = this.#options;
    const {
      gamma = 0.99,
      gaeLambda = 0.95,
      maxGradNorm = 0.5,
      targetKl = Infinity,
    } = this.#options;
    const { policy, optimizer } = this;
    const runner = this.#runner;
    const generator = this.#generator;
    const turns = new Turns(signal);

    const act = drawsActions(policy, generator);
    const value = forwardOnly((observations) => policy.value(observations));
    const loss = ppoLoss(policy, this.#options);
    const update = trainStep(
      (batch: Batch, index: Tensor, clip: Tensor) => loss(rowsOf(batch, index), clip),
      optimizer,
      { clipGradNorm: maxGradNorm },
    );

    const { counts } = this.#parts;
    if (!resume) counts.now.steps = 0;
    const tally = runner.begin(counts.now.steps);
    while (counts.now.steps < total) {
      const progress = counts.now.steps / total;
      for (const group of optimizer.paramGroups) group.lr = scheduled('PPO', 'lr', lr, progress);
      const clip = tensor(scheduled('PPO', 'clipRange', clipRange, progress));

      const rollout = await runner.collect(steps, act, value, turns);
      const { envs } = runner;
      const found = gae(rollout, { gamma, lambda: gaeLambda, envs: envs.length });
      const batch = batchOf(rollout, found, runner);

      let kl = 0;
      for (let epoch = 0; epoch < epochs && kl <= 1.5 * targetKl; epoch++) {
        const order = randperm(steps * envs.length, { generator });
        for (let i = 0; i + batchSize <= order.size; i += batchSize) {
          if (turns.due) await turns.give();
          scope(() => {
            const [, far] = update(batch, order.slice(0, i, i + batchSize), clip);
            if (targetKl < Infinity) kl = far.item();
          });
          if (kl > 1.5 * targetKl) break;
        }
        order.dispose();
      }
      for (const x of [clip, ...Object.values(batch)]) x.dispose();
      counts.now.steps = tally.steps;
      onProgress?.(tally.report(total));
    }
    return this;
  }
}

/** GaeInput to learn from, as tensors. */
interface Batch {
  /** (N, width) */
  readonly observations: Tensor;
  /** (N), or (N, width) of vectors */
  readonly actions: Tensor;
  /** log π(a | s) of the policy that acted, (N) */
  readonly logProbs: Tensor;
  /** (N) */
  readonly advantages: Tensor;
  /** What V(s) should have been, (N) */
  readonly returns: Tensor;
}

function batchOf(
  rollout: Rollout,
  { advantages, returns }: Advantages,
  { inputs, kind }: Runner<number | Float32Array>,
): Batch {
  const { actions } = rollout;
  const n = returns.length;
  return {
    observations: tensor(rollout.observations, [n, inputs]),
    actions: kind.continuous ? tensor(actions, [n, kind.width]) : tensor(Int32Array.from(actions)),
    logProbs: tensor(rollout.logProbs),
    advantages: tensor(advantages),
    returns: tensor(returns),
  };
}

function rowsOf(batch: Batch, index: Tensor): Batch {
  const rows = (x: Tensor): Tensor => x.indexSelect(0, index);
  return {
    observations: rows(batch.observations),
    actions: rows(batch.actions),
    logProbs: rows(batch.logProbs),
    advantages: rows(batch.advantages),
    returns: rows(batch.returns),
  };
}

/**
 * The loss of PPO over a batch, and how far the policy is from the one that acted: the mean of (ρ - 1) - log ρ, which
 * estimates the divergence and is never negative. @internal
 */
export function ppoLoss(
  policy: ActorCritic,
  { normalizeAdvantage = true, entCoef = 0, vfCoef = 0.5 }: PPOOptions,
): (batch: Batch, clip: Tensor) => readonly [loss: Tensor, kl: Tensor] {
  return ({ observations, actions, logProbs, advantages, returns }, clip) => {
    const distribution = policy.distribution(observations);
    const logRatio = distribution.logProb(actions).sub(logProbs);
    const ratio = logRatio.exp();
    const a = normalizeAdvantage
      ? advantages.sub(advantages.mean()).div(advantages.std().add(1e-8))
      : advantages;
    const inside = ratio.minimum(clip.add(1)).maximum(clip.neg().add(1));
    const gain = ratio.mul(a).minimum(inside.mul(a)).mean();
    const error = mseLoss(policy.value(observations), returns);
    let loss = error.mul(vfCoef).sub(gain);
    if (entCoef !== 0) loss = loss.sub(distribution.entropy().mean().mul(entCoef));
    return [loss, ratio.sub(1).sub(logRatio).mean().detach()];
  };
}

function requireRanges(options: PPOOptions): void {
  const { envs = 1, steps = 2048, batchSize = 64, epochs = 10, gamma = 0.99, gaeLambda = 0.95, maxGradNorm = 0.5, targetKl = 1 } = options; // prettier-ignore
  requireWhole('PPO', 'envs', envs, 1);
  requireWhole('PPO', 'steps', steps, 1);
  requireWhole('PPO', 'batchSize', batchSize, 2, steps * envs);
  requireWhole('PPO', 'epochs', epochs, 1);
  requireThat(gamma >= 0 && gamma <= 1, 'PPO', 'gamma', gamma, 'from 0 to 1');
  requireThat(gaeLambda >= 0 && gaeLambda <= 1, 'PPO', 'gaeLambda', gaeLambda, 'from 0 to 1');
  requireThat(maxGradNorm > 0, 'PPO', 'maxGradNorm', maxGradNorm, 'above 0');
  requireThat(targetKl > 0, 'PPO', 'targetKl', targetKl, 'above 0');
}
