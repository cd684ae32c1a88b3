import { mseLoss } from '@kasane/nn';
import {
  noGrad,
  optionsOf,
  randn,
  requireThat,
  requireWhole,
  type Tensor,
} from '@kasane/tensor-core';
import type { Env } from '../env.ts';
import { continuousNames, TwinCritic } from './continuous.ts';
import {
  DeterministicAgent,
  deterministicDefaults,
  requireDeterministic,
  type DeterministicLosses,
  type DeterministicNetworks,
  type DeterministicOptions,
} from './deterministic-agent.ts';

/** Options of `TD3`: the names and defaults of Stable-Baselines3; `lr` is 1e-3, `hidden` [400, 300]. */
export interface TD3Options extends DeterministicOptions {
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
 * $$ y = r + \gamma \min_i Q_i'(s', \text{clip}(\mu'(s') + \epsilon, -1, 1)), \quad \epsilon \sim \text{clip}(N(0, \sigma^2), -c, c) $$
 *
 * $$ L_Q = \sum_i \operatorname{mean} (Q_i(s, a) - y)^2, \quad L_\mu = -\operatorname{mean} Q_1(s, \mu(s)) $$
 *
 * After a terminated episode the value of the rest is 0, after a truncated one that of its last observation.
 *
 * Same algorithm, names and defaults as `stable_baselines3.TD3`, except that the noise of exploration, which is none there, is the paper's.
 * Targets follow as those of `DDPG` do, with the actor.
 *
 * @throws TypeError if observations or actions are not of a Box.
 * @throws RangeError if an action has no bounds, an option is out of range, or a reward or a number of an observation is not finite.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
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
export class TD3 extends DeterministicAgent<TwinCritic> {
  constructor(env: Env<Float32Array, Float32Array>, options: TD3Options = {}) {
    const o = {
      ...deterministicDefaults(),
      policyDelay: 2,
      targetPolicyNoise: 0.2,
      targetNoiseClip: 0.5,
      ...optionsOf('TD3', options, names),
    };
    requireDeterministic('TD3', o);
    requireWhole('TD3', 'policyDelay', o.policyDelay, 1);
    for (const name of ['targetPolicyNoise', 'targetNoiseClip'] as const) {
      requireThat(o[name] >= 0, 'TD3', name, o[name], '≥ 0');
    }
    const { hidden, generator, policyDelay } = o;
    super(env, o, {
      owner: 'TD3',
      newCritic: (observationSize, actionSize) =>
        new TwinCritic(observationSize, actionSize, hidden, generator),
      losses: (networks) => td3Losses(networks, o, (shape) => randn(shape, { generator })),
      policyDelay,
    });
  }
}

/** The losses of the critics and of the actor; `normal` draws from N(0, 1). @internal */
export function td3Losses(
  { actor, critic, actorTarget, criticTarget }: DeterministicNetworks<TwinCritic>,
  noise: { readonly targetPolicyNoise: number; readonly targetNoiseClip: number },
  normal: (shape: readonly number[]) => Tensor,
): DeterministicLosses {
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
