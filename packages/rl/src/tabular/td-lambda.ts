import { optionsOf } from '@kasane/tensor-core';
import { requireFinite } from '../planning/given.ts';
import type { StateActionTable } from '../planning/index.ts';
import { Episodes, type TabularTask } from './learner.ts';
import {
  actor,
  predictionNames,
  type PredictionOptions,
  type PredictionResult,
} from './prediction.ts';
import { traceNames, Traces, tracesOf, type TraceOptions } from './traces.ts';

/** Options of `tdLambda`. */
export interface TdLambdaOptions extends PredictionOptions, TraceOptions {}

/**
 * TD(λ): what a policy (S, A) is worth. What is learned from a step goes to all the states that led there, the less the longer ago they were.
 *
 * $$ \delta = r + \gamma\, V(s') - V(s) $$
 *
 * $$ E(s) \leftarrow E(s) + 1 \text{, or } \leftarrow 1, \quad V \leftarrow V + \alpha\, \delta\, E, \quad E \leftarrow \gamma \lambda E $$
 *
 * Traces E are accumulating or replacing; V and E of all states move. With λ = 0 it is TD(0). After the end of an episode nothing comes;
 * where it is only cut off, the value of the next state counts. A trace below 1e-10 is let go.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma`, `lambda` or `alpha` not from 0 to 1, `initial` not finite,
 * or the probabilities of the policy do not sum to 1.
 * @throws {@link ShapeError} if the policy is not (S, A).
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { TabularEnv, tdLambda } from '@kasane/rl';
 * // From 0 to 1 for nothing, from there to the end for 1.
 * const env = new TabularEnv([[[[1, 1, 0, false]]], [[[1, 1, 1, true]]]], [1, 0]);
 * const { V } = await tdLambda(env, [[1], [1]], { episodes: 1, lambda: 0.5, gamma: 1, alpha: 0.5 });
 * [...V]; // => [0.25,0.5]
 * @see Sutton and Barto (2018), section 12.2; Singh and Sutton (1996), https://doi.org/10.1007/BF00114726
 */
export async function tdLambda(
  env: TabularTask,
  policy: StateActionTable,
  options: TdLambdaOptions,
): Promise<PredictionResult> {
  const given = optionsOf('tdLambda', options, [...predictionNames, ...traceNames]);
  const { alpha = 0.1, initial = 0 } = given;
  requireFinite('tdLambda', 'initial', initial);
  const { lambda, traces: kind } = tracesOf('tdLambda', given);
  const episodes = new Episodes('tdLambda', env, options);
  const traces = new Traces('tdLambda', episodes.numStates, kind);
  const draw = actor('tdLambda', policy, episodes);
  const { gamma } = episodes;
  const V = new Float64Array(episodes.numStates).fill(initial);
  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha);
    let s = start;
    traces.clear();
    while (!episodes.over) {
      const { observation: next, reward, terminated } = episodes.step(draw(s));
      if (episodes.due) await episodes.give();
      const delta = reward + (terminated ? 0 : gamma * V[next]!) - V[s]!;
      traces.visit(s);
      traces.move(V, rate * delta);
      traces.fade(gamma * lambda);
      s = next;
    }
  }
  return { V, ...episodes.records() };
}
