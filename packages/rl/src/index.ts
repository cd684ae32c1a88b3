/**
 * Reinforcement learning: environments and what learns in them.
 *
 * @packageDocumentation
 */
export type { Env, Info, Reset, ResetOptions, Step } from './env.ts';
export * from './environments/index.ts';
export * from './spaces/index.ts';
export * from './vector/index.ts';
export * from './wrappers/index.ts';
export * from './bandits/index.ts';
export * from './planning/index.ts';
export * from './tabular/index.ts';
export * from './policy/index.ts';
