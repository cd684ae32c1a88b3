export { NStep, type EpisodeStep } from './n-step.ts';
export {
  PrioritizedReplayBuffer,
  type PrioritizedReplayBufferOptions,
  type PrioritizedReplayBufferState,
} from './prioritized-replay-buffer.ts';
export {
  ReplayBuffer,
  type ReplayBufferOptions,
  type ReplayBufferState,
  type ReplaySampleOptions,
} from './replay-buffer.ts';
export { SumTree } from './sum-tree.ts';
export type { Sample, Transition, TransitionBatch } from './transition.ts';
