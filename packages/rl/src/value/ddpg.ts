import { mseLoss } from '@kasane/nn';
import { noGrad, optionsOf } from '@kasane/tensor-core';
import type { Env } from '../env.ts';
import { continuousNames, Critic } from './continuous.ts';
import {
  DeterministicAgent,
  deterministicDefaults,
  requireDeterministic,
  type DeterministicLosses,
  type DeterministicNetworks,
  type DeterministicOptions,
} from './deterministic-agent.ts';

/** Options of `DDPG`: the names and defaults of Stable-Baselines3; `lr` is 1e-3, `hidden` [400, 300]. */
export interface DDPGOptions extends DeterministicOptions {}

const names = [...continuousNames, 'explorationNoise'] as const;

/**
 * Deep deterministic policy gradient: a critic learns the values of actions, and an actor the action of the largest value.
 *
 * $$ y = r + \gamma\, Q'(s', \mu'(s')), \quad L_Q = \operatorname{mean} (Q(s, a) - y)^2, \quad L_\mu = -\operatorname{mean} Q(s, \mu(s)) $$
 *
 * $$ \theta' \leftarrow \tau\, \theta + (1 - \tau)\, \theta' $$
 *
 * After a terminated episode the value of the rest is 0, after a truncated one that of its last observation.
 *
 * Same algorithm, names and defaults as `stable_baselines3.DDPG`, except that the noise of exploration, which is none there, is normal with
 * the deviation that TD3's paper uses.
 *
 * @throws TypeError if observations or actions are not of a Box.
 * @throws RangeError if an action has no bounds, an option is out of range, or a reward or a number of an observation is not finite.
 * @throws {@link CheckpointError} if a state is loaded that does not fit.
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
export class DDPG extends DeterministicAgent<Critic> {
  constructor(env: Env<Float32Array, Float32Array>, options: DDPGOptions = {}) {
    const o = { ...deterministicDefaults(), ...optionsOf('DDPG', options, names) };
    requireDeterministic('DDPG', o);
    super(env, o, {
      owner: 'DDPG',
      newCritic: (observationSize, actionSize) =>
        new Critic(observationSize, actionSize, o.hidden, o.generator),
      losses: ddpgLosses,
      policyDelay: 1,
    });
  }
}

/** The losses of both networks. @internal */
export function ddpgLosses({
  actor,
  critic,
  actorTarget,
  criticTarget,
}: DeterministicNetworks<Critic>): DeterministicLosses {
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
