import { requireWhole, shown } from '@kasane/tensor-core';
import type { Bandit, BanditAgent } from './bandit.ts';

/** What came of playing a bandit, (steps) each. */
export interface BanditRun {
  readonly arms: Int32Array;
  readonly rewards: Float64Array;
  /** What the best arm would have paid on average above the one that was pulled: 0 where that was the best. */
  readonly regrets: Float64Array;
}

/**
 * Lets an agent play a bandit for so many steps.
 *
 * $$ \text{regret}_t = \max_b \mu_b - \mu_{a_t} $$
 *
 * @throws RangeError if `steps` is not a whole number of at least 0, and what bandit and agent throw.
 *
 * @example
 * import { EpsilonGreedy, GaussianBandit, playBandit } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const bandit = new GaussianBandit([0, 1, 2], { generator });
 * const { regrets } = playBandit(bandit, new EpsilonGreedy(3, { generator }), 1000);
 * regrets.reduce((a, b) => a + b) / 1000 < 0.2; // => true
 */
export function playBandit(bandit: Bandit, agent: BanditAgent, steps: number): BanditRun {
  if (typeof bandit?.pull !== 'function') {
    throw new TypeError(`playBandit: needs a bandit with pull(arm), got ${shown(bandit)}.`);
  }
  if (typeof agent?.act !== 'function' || typeof agent.learn !== 'function') {
    throw new TypeError(`playBandit: needs an agent with act and learn, got ${shown(agent)}.`);
  }
  requireWhole('playBandit', 'steps', steps);
  const arms = new Int32Array(steps);
  const rewards = new Float64Array(steps);
  const regrets = new Float64Array(steps);
  for (let t = 0; t < steps; t++) {
    const arm = agent.act();
    const { means } = bandit;
    let best = -Infinity;
    for (let i = 0; i < bandit.arms; i++) best = Math.max(best, means[i]!);
    regrets[t] = best - means[arm]!; // before a pull, which may move them
    const reward = bandit.pull(arm);
    agent.learn(arm, reward);
    arms[t] = arm;
    rewards[t] = reward;
  }
  return { arms, rewards, regrets };
}
