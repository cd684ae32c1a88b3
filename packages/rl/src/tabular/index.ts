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
export { monteCarlo, type MonteCarloOptions, type Visits } from './monte-carlo.ts';
export { monteCarloControl, type MonteCarloControlOptions } from './monte-carlo-control.ts';
export { nStepSarsa, type NStepSarsaOptions } from './n-step-sarsa.ts';
export { nStepTd, type NStepTdOptions } from './n-step-td.ts';
export { sarsaLambda, type SarsaLambdaOptions } from './sarsa-lambda.ts';
export { tdLambda, type TdLambdaOptions } from './td-lambda.ts';
export type { TraceKind, TraceOptions } from './traces.ts';
export { dynaQ, type DynaQOptions } from './dyna-q.ts';
export {
  differentialSarsa,
  type DifferentialReport,
  type DifferentialResult,
  type DifferentialSarsaOptions,
} from './differential-sarsa.ts';
export type { PredictionOptions, PredictionResult } from './prediction.ts';
export { td0 } from './td0.ts';
