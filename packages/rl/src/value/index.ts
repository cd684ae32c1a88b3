export { C51, projectDistribution, type C51Options } from './c51.ts';
export { DDPG, type DDPGOptions } from './ddpg.ts';
export { DQN, type DQNOptions } from './dqn.ts';
export { SAC, type SACActOptions, type SACOptions } from './sac.ts';
export { TD3, type TD3Options } from './td3.ts';
export { DuelingQNetwork, type NetworkOptions } from './networks.ts';
export { Critic, DeterministicActor, TwinCritic, type ContinuousOptions } from './continuous.ts';
export { valuePresets } from './presets.ts';
