import { requireThat, requireWhole, shown } from '@kasane/tensor-core';
import type { Info, Reset, Step } from '../env.ts';
import { Discrete } from '../spaces/discrete.ts';
import { requireNoOptions } from './reset-options.ts';
import { SeededEnv } from './seeded-env.ts';

/** What may come of an action, and how likely it is. As the entries of Gymnasium's `P`. */
export type Outcome = readonly [
  probability: number,
  nextState: number,
  reward: number,
  terminated: boolean,
];

/** For every state and action, what may come of it: `P[state][action]`. */
export type Transitions = readonly (readonly (readonly Outcome[])[])[];

/**
 * An environment of numbered states that is known entirely: `P` says what each action may bring in each state, `initial` how likely
 * each state is at the start.
 *
 * $$ s_0 \sim \text{initial}, \quad (s', r) \sim P(\cdot \mid s, a) $$
 *
 * Planning reads `P`; learning draws from it. The observation is the state's number. `info.prob` is how likely was what came. Writing `s`
 * moves the agent.
 *
 * @throws RangeError if probabilities are below 0 or do not add up to 1, a state has another number of actions, a next state is none, or a
 * reward is not finite.
 * @throws Error if a step is taken before the first reset or after the end.
 *
 * @example
 * import { TabularEnv } from '@kasane/rl';
 * // Two states: staying pays 0 and 2, going pays 1 and 0.
 * const env = new TabularEnv(
 *   [
 *     [[[1, 0, 0, false]], [[1, 1, 1, false]]],
 *     [[[1, 1, 2, false]], [[1, 0, 0, false]]],
 *   ],
 *   [1, 0],
 * );
 * env.reset({ seed: 1 }).observation; // => 0
 * env.step(1).reward; // => 1
 * @category Environments
 */
export class TabularEnv extends SeededEnv<number, number> {
  readonly observationSpace: Discrete;
  readonly actionSpace: Discrete;
  readonly P: Transitions;
  /** How likely an episode starts in each state. */
  readonly initial: Float64Array;
  /** The state it is in. */
  s = 0;

  constructor(P: Transitions, initial: ArrayLike<number>) {
    super();
    const owner = new.target.name;
    const actions = checkTransitions(owner, P);
    if (Object(initial).length !== P.length || typeof initial !== 'object') {
      throw new RangeError(
        `${owner}: initial must have a probability for each of ${P.length} states, got ${shown(initial)}.`,
      );
    }
    this.P = P;
    this.initial = Float64Array.from(initial);
    requireSumOne(owner, 'the initial probabilities', this.initial);
    this.observationSpace = new Discrete(P.length);
    this.actionSpace = new Discrete(actions);
  }

  /** What is told beside the state. */
  protected infoOf(prob: number): Info {
    return { prob };
  }

  protected begin(options: Readonly<Record<string, unknown>>): Reset<number> {
    requireNoOptions(this.constructor.name, options);
    this.s = drawIndex(this.initial, this.generator.random());
    return { observation: this.s, info: this.infoOf(1) };
  }

  protected advance(action: number): Step<number> {
    const all = this.P[this.s]![action]!;
    let i = 0;
    if (all.length > 1) {
      let rest = this.generator.random();
      while (i < all.length - 1 && rest >= all[i]![0]) {
        rest -= all[i]![0];
        i++;
      }
    }
    const [prob, next, reward, terminated] = all[i]!;
    this.s = next;
    return { observation: next, reward, terminated, truncated: false, info: this.infoOf(prob) };
  }
}

/** The number that a uniform draw from [0, 1) picks by these probabilities. */
function drawIndex(probabilities: Float64Array, draw: number): number {
  let rest = draw;
  let last = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    if (p === 0) continue;
    if (rest < p) return i;
    rest -= p;
    last = i; // what rounding leaves goes to the last that can be drawn
  }
  return last;
}

/** How many actions every state of `P` has; throws unless it is whole. */
function checkTransitions(owner: string, P: Transitions): number {
  const actions = Array.isArray(P) && Array.isArray(P[0]) ? P[0].length : 0;
  if (actions === 0) {
    throw new TypeError(
      `${owner}: P must be lists of transitions, P[state][action], got ${shown(P)}.`,
    );
  }
  P.forEach((row, s) => {
    if (row?.length !== actions) {
      throw new RangeError(
        `${owner}: state ${s} must have ${actions} actions, got ${row?.length}.`,
      );
    }
    row.forEach((all, a) => {
      const where = `P[${s}][${a}]`;
      if (!Array.isArray(all) || all.some((one) => !Array.isArray(one) || one.length !== 4)) {
        throw new TypeError(
          `${owner}: ${where} must be a list of [probability, nextState, reward, terminated], got ${shown(all)}.`,
        );
      }
      requireSumOne(
        owner,
        `the probabilities of ${where}`,
        all.map(([p]) => p),
      );
      for (const [, next, reward] of all) {
        requireWhole(owner, `a next state of ${where}`, next, 0, P.length - 1);
        requireThat(Number.isFinite(reward), owner, `a reward of ${where}`, reward, 'finite');
      }
    });
  });
  return actions;
}

function requireSumOne(owner: string, what: string, probabilities: ArrayLike<number>): void {
  let sum = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    requireThat(p >= 0, owner, `each of ${what}`, p, '≥ 0');
    sum += p;
  }
  requireThat(Math.abs(sum - 1) < 1e-6, owner, `the sum of ${what}`, sum, '1');
}
