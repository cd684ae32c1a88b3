export { ActorCritic, type ActionDistribution, type ActorCriticOptions } from './actor-critic.ts';
export type { ActOptions } from './acting.ts';
export { discountedReturns, gae, type Advantages, type GaeOptions, type GaeInput } from './gae.ts';
export { A2C, type A2COptions } from './a2c.ts';
export { REINFORCE, type REINFORCEOptions } from './reinforce.ts';
export { PPO, type PPOOptions } from './ppo.ts';
export { policyPresets } from './presets.ts';
export type { VectorEnvOf } from './runner.ts';
