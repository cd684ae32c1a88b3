import { requireThat, requireWhole, shown } from '@kasane/tensor-core';
import type { Transition } from './transition.ts';

/** One step of an episode. */
export interface EpisodeStep {
  readonly observation: ArrayLike<number>;
  readonly action: number | ArrayLike<number>;
  readonly reward: number;
  readonly nextObservation: ArrayLike<number>;
  readonly terminated: boolean;
  readonly truncated: boolean;
}

/**
 * Makes transitions over k = n steps out of an episode: their rewards, discounted, and what was seen after the last one with the discount
 * of it. With n = 1 these are the steps themselves.
 *
 * $$ R = \sum_{i < k} \gamma^i r_i, \qquad \text{discount} = \gamma^k, \text{ or } 0 \text{ after a terminated step} $$
 *
 * At the end of an episode the steps that are left give shorter ones. After a terminated one the discount is 0; a truncated one
 * keeps γᵏ of the k steps that there were, so that the value of its last observation counts.
 *
 * @throws RangeError if n is not a whole number of at least 1, or gamma is not from 0 to 1.
 *
 * @example
 * import { NStep } from '@kasane/rl';
 * const steps = new NStep(2, 0.5);
 * const step = { action: 0, reward: 1, terminated: false, truncated: false };
 * steps.add({ ...step, observation: [0], nextObservation: [1] }).length; // => 0
 * const [first] = steps.add({ ...step, observation: [1], nextObservation: [2] });
 * first?.reward; // => 1.5
 * first?.discount; // => 0.25
 * const last = steps.add({ ...step, observation: [2], nextObservation: [3], terminated: true });
 * last.map(({ observation, reward, discount }) => [observation, reward, discount]); // => [[[1],1.5,0],[[2],1,0]]
 *
 * @see Sutton and Barto (2018), Reinforcement Learning, chapter 7.
 */
export class NStep {
  /** How many steps at most. */
  readonly n: number;
  /** γ */
  readonly gamma: number;
  /** The steps of the episode that have no transition yet: n at most. */
  #waiting: EpisodeStep[] = [];

  constructor(n: number, gamma: number) {
    requireWhole('NStep', 'n', n, 1);
    requireThat(gamma >= 0 && gamma <= 1, 'NStep', 'gamma', gamma, 'from 0 to 1');
    this.n = n;
    this.gamma = gamma;
  }

  /** Takes the next step and gives the transitions that it completes: none, one, or at the end of an episode all that are left. */
  add(step: EpisodeStep): Transition[] {
    const { reward, terminated, truncated } = Object(step) as EpisodeStep; // null has none
    if (typeof reward !== 'number' || terminated === undefined || truncated === undefined) {
      throw new TypeError(
        `NStep: a step must have reward, terminated and truncated, got ${shown(step)}.`,
      );
    }
    const waiting = this.#waiting;
    waiting.push(step);
    if (terminated || truncated) {
      this.#waiting = [];
      return waiting.map((_, start) => this.#over(waiting, start));
    }
    if (waiting.length < this.n) return [];
    const transition = this.#over(waiting, 0);
    waiting.shift();
    return [transition];
  }

  /** Forgets the steps of an episode that goes on no more. */
  reset(): void {
    this.#waiting = [];
  }

  /** The transition from a step to the last one. */
  #over(steps: readonly EpisodeStep[], start: number): Transition {
    let reward = 0;
    let discount = 1;
    for (let i = start; i < steps.length; i++) {
      reward += discount * steps[i]!.reward;
      discount *= this.gamma;
    }
    const { observation, action } = steps[start]!;
    const { nextObservation, terminated } = steps.at(-1)!;
    return {
      observation,
      action,
      reward,
      nextObservation,
      discount: terminated ? 0 : discount,
    };
  }
}
