export { doubleQLearning } from './double-q-learning.ts';
export { expectedSarsa } from './expected-sarsa.ts';
export type {
  ControlOptions,
  ControlResult,
  EpisodeRecords,
  EpisodeReport,
  TabularOptions,
  TabularTask,
} from './learner.ts';
export { qLearning } from './q-learning.ts';
export { sarsa } from './sarsa.ts';
export { monteCarlo, type MonteCarloOptions } from './monte-carlo.ts';
export type { PredictionOptions, PredictionResult } from './prediction.ts';
export { td0 } from './td0.ts';
