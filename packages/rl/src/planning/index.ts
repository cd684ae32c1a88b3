export { averageReward, discountedReturn, returns } from './returns.ts';
export {
  bellmanOptimalV,
  bellmanQ,
  bellmanV,
  qFromV,
  vFromQ,
  type DiscountOptions,
  type StateActionTable,
} from './bellman.ts';
export { MDP, type MDPOptions, type Probabilities, type Rewards } from './mdp.ts';
export {
  greedyActions,
  greedyPolicy,
  softmaxPolicy,
  type GreedyPolicyOptions,
  type SoftmaxPolicyOptions,
} from './policies.ts';
export { policyEvaluation, type PlanningOptions, type Values } from './policy-evaluation.ts';
export { policyIteration } from './policy-iteration.ts';
export { solvePolicy, type ExactValues } from './solve-policy.ts';
export { valueIteration, type OptimalValues } from './value-iteration.ts';
