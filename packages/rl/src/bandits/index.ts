export type { Bandit, BanditAgent, BanditGeneratorOptions } from './bandit.ts';
export { BernoulliBandit } from './bernoulli-bandit.ts';
export { EpsilonGreedy, type EpsilonGreedyOptions } from './epsilon-greedy.ts';
export { GaussianBandit, type GaussianBanditOptions } from './gaussian-bandit.ts';
export { GradientBandit, type GradientBanditOptions } from './gradient-bandit.ts';
export { playBandit, type BanditRun } from './play-bandit.ts';
export { SoftmaxExploration, type SoftmaxExplorationOptions } from './softmax-exploration.ts';
export {
  GaussianThompsonSampling,
  ThompsonSampling,
  type GaussianThompsonSamplingOptions,
} from './thompson-sampling.ts';
export { UCB1, type UCB1Options } from './ucb1.ts';
export {
  LinearBandit,
  playContextualBandit,
  type ContextualAgent,
  type ContextualBandit,
  type LinearBanditOptions,
} from './contextual-bandit.ts';
export { LinUCB, type LinUCBOptions } from './lin-ucb.ts';
