/** What the methods share that learn what a given policy is worth. */
import { drawIndex } from '../bandits/bandit.ts';
import { requirePolicy } from '../planning/given.ts';
import type { StateActionTable } from '../planning/index.ts';
import type { Schedule } from '../schedule.ts';
import type { EpisodeRecords, Episodes, TabularOptions } from './learner.ts';

/** Options of methods of prediction that take steps towards their targets. */
export interface PredictionOptions extends TabularOptions {
  /** α, from 0 to 1: how far a value goes to its target. Default: 0.1. */
  readonly alpha?: Schedule;
  /** What every state is thought to be worth at first. Default: 0. */
  readonly initial?: number;
}

/** The names of `PredictionOptions`. */
export const predictionNames = [
  'episodes',
  'gamma',
  'maxSteps',
  'generator',
  'onProgress',
  'signal',
  'alpha',
  'initial',
] as const;

/** What a method of prediction has learned. */
export interface PredictionResult extends EpisodeRecords {
  /** V(s), (S). */
  readonly V: Float64Array;
}

/** A function that draws actions of a policy (S, A). */
export function actor(
  owner: string,
  policy: StateActionTable,
  episodes: Episodes,
): (s: number) => number {
  requirePolicy(owner, policy, episodes);
  return (s) => drawIndex(policy[s]!, episodes.generator);
}
