import { optionsOf, requireThat } from '@kasane/tensor-core';
import type { Env, Step } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { boxOf, requireBound, requireShare } from './box-of.ts';
import { RunningMeanStd } from './running-mean-std.ts';
import { ObservationWrapper } from './transform-observation.ts';
import { Wrapper } from './wrapper.ts';

/** Options of `NormalizeObservation`. */
export interface NormalizeObservationOptions {
  /** Stands under the root beside the variance. Default: 1e-8. */
  readonly epsilon?: number;
}

/**
 * Shows observations less their mean and divided by their deviation, of all that were seen so far.
 *
 * $$ o'_i = \frac{o_i - \text{mean}_i}{\sqrt{\text{variance}_i + \epsilon}} $$
 *
 * Each observation counts before it is shown. Set `updateRunningMean` to false to evaluate; `observationStatistics` is what there is to keep
 * with an agent that has learned from them.
 *
 * Same as `gymnasium.wrappers.NormalizeObservation`, which computes in float32.
 *
 * @throws TypeError if the observations are not from a `Box`.
 * @throws RangeError if epsilon is not above 0.
 *
 * @example
 * import { make, NormalizeObservation } from '@kasane/rl';
 * const env = new NormalizeObservation(make('Pendulum-v1'));
 * env.reset({ seed: 1 });
 * env.step(Float32Array.of(1)).observation.length; // => 3
 * env.observationStatistics.count.toFixed(4); // => 2.0001
 * @category Wrappers
 */
export class NormalizeObservation<Action> extends ObservationWrapper<
  Float32Array,
  Float32Array,
  Action
> {
  readonly observationSpace: Box;
  readonly observationStatistics: RunningMeanStd;
  /** Whether observations still count. */
  updateRunningMean = true;
  readonly #epsilon: number;

  constructor(env: Env<Float32Array, Action>, options?: NormalizeObservationOptions) {
    super(env);
    const { epsilon = 1e-8 } = optionsOf('NormalizeObservation', options, ['epsilon']);
    requireEpsilon('NormalizeObservation', epsilon);
    const { shape, low } = boxOf('NormalizeObservation', 'observations', env.observationSpace);
    this.observationSpace = new Box(-Infinity, Infinity, { shape });
    this.observationStatistics = new RunningMeanStd(low.length);
    this.#epsilon = epsilon;
  }

  protected observation(inner: Float32Array): Float32Array {
    const statistics = this.observationStatistics;
    if (this.updateRunningMean) statistics.update(inner);
    const { mean, variance } = statistics;
    return inner.map((x, i) => (x - mean[i]!) / Math.sqrt(variance[i]! + this.#epsilon));
  }
}

/** Options of `NormalizeReward`. */
export interface NormalizeRewardOptions {
  /** The discount. Default: 0.99. */
  readonly gamma?: number;
  /** Stands under the root beside the variance. Default: 1e-8. */
  readonly epsilon?: number;
}

/**
 * Pays rewards divided by the deviation of what they add up to, discounted.
 *
 * $$ r' = \frac{r}{\sqrt{\operatorname{Var}(G) + \epsilon}}, \qquad G \leftarrow \gamma\, G + r, \text{ or } G \leftarrow r \text{ in a step that terminates} $$
 *
 * An episode begins with the sum at which the one before has ended, a truncated one's whole. Set `updateRunningMean` to false to evaluate.
 *
 * Same as `gymnasium.wrappers.NormalizeReward`.
 *
 * @throws RangeError if gamma is not from 0 to 1, or epsilon not above 0.
 *
 * @example
 * import { make, NormalizeReward } from '@kasane/rl';
 * const env = new NormalizeReward(make('Pendulum-v1'), { gamma: 0.9 });
 * env.reset({ seed: 1 });
 * env.step(Float32Array.of(1)).reward < 0; // => true
 * @category Wrappers
 */
export class NormalizeReward<Observation, Action> extends Wrapper<Observation, Action> {
  readonly returnStatistics: RunningMeanStd = new RunningMeanStd(1);
  /** Whether rewards still count. */
  updateRunningMean = true;
  readonly #gamma: number;
  readonly #epsilon: number;
  #sum = 0;

  constructor(env: Env<Observation, Action>, options?: NormalizeRewardOptions) {
    super(env);
    const { gamma = 0.99, epsilon = 1e-8 } = optionsOf('NormalizeReward', options, [
      'gamma',
      'epsilon',
    ]);
    requireShare('NormalizeReward', 'gamma', gamma, 'from 0 to 1');
    requireEpsilon('NormalizeReward', epsilon);
    this.#gamma = gamma;
    this.#epsilon = epsilon;
  }

  override step(action: Action): Step<Observation> {
    const step = this.env.step(action);
    const { reward, terminated } = step;
    this.#sum = this.#sum * this.#gamma * (terminated ? 0 : 1) + reward;
    if (this.updateRunningMean) this.returnStatistics.update([this.#sum]);
    const deviation = Math.sqrt(this.returnStatistics.variance[0]! + this.#epsilon);
    return { ...step, reward: reward / deviation };
  }
}

function requireEpsilon(owner: string, epsilon: number): void {
  requireBound(owner, 'epsilon', epsilon);
  requireThat(epsilon > 0, owner, 'epsilon', epsilon, '> 0');
}
