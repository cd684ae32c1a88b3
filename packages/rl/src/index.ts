/**
 * Reinforcement learning: environments and what learns in them.
 *
 * @packageDocumentation
 */
export type { Picture, PictureOptions } from './environments/drawing/picture.ts';
export type { AgentState } from './agent-state.ts';
export type { Env, Info, Reset, ResetOptions, Step } from './env.ts';
export {
  bootstrapInterval,
  evaluatePolicy,
  type BootstrapOptions,
  type EvaluatePolicyOptions,
  type Interval,
  type PolicyEvaluation,
} from './evaluate.ts';
export type { LearningReport, LearnOptions } from './learning.ts';
export type { Preset } from './preset.ts';
export { exponentialSchedule, linearSchedule, type Schedule } from './schedule.ts';
export * from './bandits/index.ts';
export * from './buffers/index.ts';
export * from './environments/index.ts';
export * from './linear/index.ts';
export * from './planning/index.ts';
export * from './policy/index.ts';
export * from './spaces/index.ts';
export * from './tabular/index.ts';
export * from './value/index.ts';
export * from './vector/index.ts';
export * from './wrappers/index.ts';
