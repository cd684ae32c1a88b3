export { ClipAction } from './clip-action.ts';
export { DelayObservation } from './delay-observation.ts';
export { DiscretizeAction, DiscretizeObservation } from './discretize.ts';
export { FlattenObservation } from './flatten-observation.ts';
export { FrameStackObservation, type FrameStackOptions } from './frame-stack-observation.ts';
export { MaxAndSkipObservation } from './max-and-skip-observation.ts';
export {
  NormalizeObservation,
  NormalizeReward,
  type NormalizeObservationOptions,
  type NormalizeRewardOptions,
} from './normalize.ts';
export { PassiveEnvChecker } from './passive-env-checker.ts';
export {
  RecordEpisodeStatistics,
  type EpisodeStatistics,
  type RecordEpisodeStatisticsOptions,
} from './record-episode-statistics.ts';
export { RepeatAction } from './repeat-action.ts';
export { RescaleAction, RescaleObservation } from './rescale.ts';
export { RunningMeanStd } from './running-mean-std.ts';
export { StickyAction, type StickyActionOptions } from './sticky-action.ts';
export { TimeAwareObservation, type TimeAwareOptions } from './time-aware-observation.ts';
export { TimeLimit } from './time-limit.ts';
export { ActionWrapper, TransformAction } from './transform-action.ts';
export { ObservationWrapper, TransformObservation } from './transform-observation.ts';
export { ClipReward, TransformReward } from './transform-reward.ts';
export { unwrapped, Wrapper } from './wrapper.ts';
