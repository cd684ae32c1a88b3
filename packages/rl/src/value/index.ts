export { DQN, type DQNOptions } from './dqn.ts';
export { DuelingQNetwork, type NetworkOptions } from './networks.ts';
export type { LearnOptions, LearningReport } from './interact.ts';
