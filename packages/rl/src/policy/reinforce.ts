import { Adam } from '@kasane/optim';
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
import { agentActs, newPolicy, type ActOptions, type PolicyParts } from './acting.ts';
import { discountedReturns } from './gae.ts';
import { Runner, type VectorEnvOf } from './runner.ts';

/** Options of `REINFORCE`. */
export interface REINFORCEOptions {
  /** Subtract V(s), which is learned beside the policy, from the returns. Default true. */
  readonly baseline?: boolean;
  /** Episodes between updates. Default 1. */
  readonly episodes?: number;
  /** Learning rate of Adam. Default 1e-3. */
  readonly lr?: Schedule;
  /** Discount of a step. Default 0.99. */
  readonly gamma?: number;
  /** Units of hidden layers. Default [64, 64]. */
  readonly hidden?: readonly number[];
  /** Where weights, actions and the environment's seed come from. Default: what `manualSeed` seeds. */
  readonly generator?: Generator;
}

const NAMES = ['baseline', 'episodes', 'lr', 'gamma', 'hidden', 'generator'] as const;

/**
 * The policy gradient from whole episodes: makes actions likelier the more came after them, or, with a baseline, the
 * more than expected. For actions of a Discrete or of a Box.
 *
 * $$ \nabla J = E \Big[ \sum_t \nabla \log \pi(a_t|s_t) \, (G_t - b(s_t)) \Big], \quad G_t = \sum_{i \ge t} \gamma^{i-t} r_i $$
 *
 * The baseline b is V, learned by squared error, and changes the variance of the gradient, not its mean. The factor
 * γᵗ of the discounted objective is left out, as is usual. Truncated episodes bootstrap with V of their final
 * observation, terminated ones do not; without a baseline there is no V, and nothing counts after a
 * truncation.
 *
 * `learn` begins new episodes, with seeds that the generator draws.
 *
 * Stable-Baselines3 has no such agent; the networks are those of its `MlpPolicy`.
 *
 * @throws TypeError if it cannot act in the environments: their observations are no rows of numbers, or their actions neither of a Discrete
 * nor of a Box.
 * @throws RangeError if an option is out of range, or a reward or a number of an observation is not finite.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
 *
 * @example
 * import { CartPole, REINFORCE } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const agent = new REINFORCE(() => new CartPole(), { lr: 1e-3, generator });
 * await agent.learn(10_000);
 * [-0.1, 0.1].map((angle) => agent.act([0, 0, angle, 10 * angle])); // => [0,1]
 *
 * @see Williams (1992), Simple statistical gradient-following algorithms for connectionist reinforcement learning;
 * Sutton and Barto (2018), Reinforcement Learning, sections 13.3 and 13.4.
 */
export class REINFORCE<Action extends number | Float32Array = number> {
  readonly policy: ActorCritic;
  readonly optimizer: Adam;
  readonly #options: REINFORCEOptions;
  readonly #runner: Runner<Action>;
  readonly #generator: Generator;
  readonly #parts: PolicyParts<Adam>;
  readonly #predict: (observation: ArrayLike<number>, options?: ActOptions) => Action;

  constructor(makeEnv: () => VectorEnvOf<Action>, options?: REINFORCEOptions) {
    const given = optionsOf('REINFORCE', options, NAMES);
    const { hidden, episodes = 1, gamma = 0.99, generator = defaultGenerator() } = given;
    requireWhole('REINFORCE', 'episodes', episodes, 1);
    requireThat(gamma >= 0 && gamma <= 1, 'REINFORCE', 'gamma', gamma, 'from 0 to 1');
    this.#options = given;
    this.#generator = generator;
    this.#runner = new Runner('REINFORCE', makeEnv, 1, generator);
    const { inputs, kind } = this.#runner;
    this.policy = newPolicy(this.#runner, hidden, generator);
    const lr = scheduled('REINFORCE', 'lr', given.lr ?? 1e-3, 0);
    this.optimizer = new Adam(this.policy.parameters(), { lr });
    const { policy, optimizer } = this;
    this.#parts = { policy, optimizer, counts: new Counts({ steps: 0 }) };
    this.#predict = agentActs('REINFORCE', policy, kind, inputs);
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
    loadStates('REINFORCE', this.#parts, state);
  }

  /** Acts and learns for `total` steps, and to the end of the last episode; resolves to itself. */
  async learn(total: number, options?: LearnOptions): Promise<this> {
    const {
      onProgress,
      signal,
      resume = false,
    } = optionsOf('REINFORCE.learn', options, learnNames);
    requireWhole('REINFORCE.learn', 'total', total, 1);
    const { baseline = true, episodes = 1, lr = 1e-3, gamma = 0.99 } = this.#options;
    const { policy, optimizer } = this;
    const generator = this.#generator;
    const turns = new Turns(signal);
    const runner = this.#runner;
    const { envs, inputs, kind } = runner;
    const { counts } = this.#parts;
    if (!resume) counts.now.steps = 0;
    const tally = runner.begin(counts.now.steps);
    const env = envs[0]!;

    const draw = forwardOnly((observation) =>
      policy.distribution(observation).sample([], { generator }),
    );
    const value = forwardOnly((observation) => policy.value(observation));
    const update = trainStep(reinforceLoss(policy, baseline), optimizer);

    while (counts.now.steps < total) {
      const progress = counts.now.steps / total;
      for (const group of optimizer.paramGroups) group.lr = scheduled('REINFORCE', 'lr', lr, progress); // prettier-ignore

      const observations: number[] = [];
      const actions: number[] = [];
      const returns: number[] = [];
      for (let i = 0; i < episodes; i++) {
        let { observation } = env.reset();
        const rewards: number[] = [];
        for (;;) {
          if (turns.due) await turns.give();
          const input = Float32Array.from(runner.seen(observation));
          const drawn = scope(() => draw(tensor(input, [1, inputs])).dataSync());
          const step = env.step(kind.read(drawn, 0));
          tally.stepped(0, step.reward);
          for (const x of input) observations.push(x);
          for (const x of drawn) actions.push(x);
          rewards.push(step.reward);
          observation = step.observation;
          if (!step.terminated && !step.truncated) continue;
          const final = Float32Array.from(runner.seen(observation));
          const rest =
            step.terminated || !baseline
              ? 0
              : scope(() => value(tensor(final, [1, inputs])).dataSync()[0]!);
          for (const g of discountedReturns(rewards, gamma, rest)) returns.push(g);
          tally.ended(0);
          break;
        }
      }

      // Of few lengths, which are compiled once each: what is added weighs nothing.
      const length = 2 ** Math.ceil(Math.log2(Math.max(32, returns.length)));
      const padded = (numbers: readonly number[], width: number): Float32Array => {
        const all = new Float32Array(length * width);
        all.set(numbers);
        return all;
      };
      scope(() => {
        const chosen = padded(actions, kind.width);
        update(
          tensor(padded(observations, inputs), [length, inputs]),
          kind.continuous ? tensor(chosen, [length, kind.width]) : tensor(Int32Array.from(chosen)),
          tensor(padded(returns, 1)),
          tensor(padded(returns.map(() => 1 / episodes), 1)), // prettier-ignore
        );
      });
      counts.now.steps = tally.steps;
      onProgress?.(tally.report(total));
    }
    return this;
  }
}

/**
 * The loss whose gradient is that of the policy, over observations (N, inputs), actions (N) or (N, width), returns (N)
 * and how much each step counts, (N); and the squared error of V if it is the baseline. @internal
 */
export function reinforceLoss(
  policy: ActorCritic,
  baseline: boolean,
): (observations: Tensor, actions: Tensor, returns: Tensor, weights: Tensor) => Tensor {
  return (observations, actions, returns, weights) => {
    const logProbs = policy.distribution(observations).logProb(actions);
    if (!baseline) return logProbs.mul(returns).mul(weights).sum().neg();
    const error = returns.sub(policy.value(observations));
    const gain = logProbs.mul(error.detach()).mul(weights).sum();
    return error.square().mul(weights).sum().sub(gain);
  };
}
