import { optionsOf } from '@kasane/tensor-core';
import {
  controlDefaults,
  controlNames,
  Episodes,
  type ControlOptions,
  type ControlResult,
  type TabularTask,
} from './learner.ts';
import { traceNames, Traces, tracesOf, type TraceOptions } from './traces.ts';

/** Options of `sarsaLambda`. */
export interface SarsaLambdaOptions extends ControlOptions, TraceOptions {}

/**
 * SARSA(λ): SARSA in which what is learned from a step goes to all the actions that led there, the less the longer ago they were.
 *
 * $$ \delta = r + \gamma\, Q(s', a') - Q(s, a) $$
 *
 * $$ E(s, a) \leftarrow E(s, a) + 1 \text{, or } \leftarrow 1, \quad Q \leftarrow Q + \alpha\, \delta\, E, \quad E \leftarrow \gamma \lambda E $$
 *
 * Traces E are accumulating or replacing; Q and E of all states and actions move. With λ = 0 it is SARSA. Replacing traces leave those of
 * the other actions of the state as they are. After the end of an episode nothing comes; where it is only cut off, the value of the next
 * state and action counts. A trace below 1e-10 is let go.
 *
 * @throws RangeError if `episodes` or `maxSteps` is not a whole number, `gamma`, `lambda`, `alpha` or `epsilon` not from 0 to 1, or
 * `initial` not finite.
 * @throws {@link DataError} if a reward is not finite, or an observation is none of the states of the task.
 *
 * @example
 * import { CliffWalking, sarsaLambda } from '@kasane/rl';
 * import { Generator } from '@kasane/tensor-core';
 * const options = { episodes: 300, lambda: 0.8, traces: 'replacing', gamma: 1, alpha: 0.2, generator: new Generator(1) } as const;
 * const { returns } = await sarsaLambda(new CliffWalking(), options);
 * returns.slice(-100).reduce((a, b) => a + b) / 100 > -60; // => true
 * @see Sutton and Barto (2018), section 12.7; Rummery and Niranjan (1994), On-line Q-learning using connectionist systems.
 */
export async function sarsaLambda(
  env: TabularTask,
  options: SarsaLambdaOptions,
): Promise<ControlResult> {
  const given = optionsOf('sarsaLambda', options, [...controlNames, ...traceNames]);
  const { alpha, epsilon, initial } = controlDefaults('sarsaLambda', given);
  const { lambda, traces: kind } = tracesOf('sarsaLambda', given);
  const episodes = new Episodes('sarsaLambda', env, options);
  const { gamma, numActions, numStates } = episodes;
  const traces = new Traces('sarsaLambda', numStates * numActions, kind);
  const all = new Float64Array(numStates * numActions).fill(initial); // Q(s, a) at s * numActions + a
  const Q = Array.from({ length: numStates }, (_, s) =>
    all.subarray(s * numActions, (s + 1) * numActions),
  );
  for await (const start of episodes.starts()) {
    const rate = episodes.at('alpha', alpha);
    const explore = episodes.at('epsilon', epsilon);
    let s = start;
    let a = episodes.epsilonGreedy(Q[s]!, explore);
    traces.clear();
    while (!episodes.over) {
      const { observation: next, reward, terminated } = episodes.step(a);
      if (episodes.due) await episodes.give();
      const nextAction = episodes.epsilonGreedy(Q[next]!, explore);
      const delta = reward + (terminated ? 0 : gamma * Q[next]![nextAction]!) - Q[s]![a]!;
      traces.visit(s * numActions + a);
      traces.move(all, rate * delta);
      traces.fade(gamma * lambda);
      s = next;
      a = nextAction;
    }
  }
  return { Q: Q.map((row) => row.slice()), ...episodes.records() };
}
