/** What the tabular methods have in common: options, episodes, exploration and records. */
import {
  DataError,
  defaultGenerator,
  Generator,
  optionsOf,
  requireFunction,
  requireWhole,
  shown,
} from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { drawArgmax } from '../bandits/bandit.ts';
import type { Env, ResetOptions, Step } from '../env.ts';
import { requireFinite, requireWithin } from '../planning/given.ts';
import { scheduled, type Schedule } from '../schedule.ts';
import type { Discrete } from '../spaces/index.ts';

/** An environment with numbered states and actions, from 0 on. */
export type TabularTask = Env<number, number> & {
  readonly observationSpace: Pick<Discrete, 'n'>;
  readonly actionSpace: Pick<Discrete, 'n'>;
};

/** What `onProgress` is told after each episode. */
export interface EpisodeReport {
  /** Episodes so far. */
  readonly episode: number;
  readonly episodes: number;
  /** The sum of the rewards of this one, without discount. */
  readonly return: number;
  /** Its steps. */
  readonly length: number;
}

/** Options of all tabular methods. */
export interface TabularOptions {
  /** How many episodes to learn from. */
  readonly episodes: number;
  /** γ, from 0 to 1: what a reward is worth one step later. Default: 0.99. */
  readonly gamma?: number;
  /** An episode is cut after so many steps; what comes after still has a value. Default: 100,000. */
  readonly maxSteps?: number;
  /** Where actions are drawn from, and the seed of the environment. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** Told after each episode. */
  readonly onProgress?: (report: EpisodeReport) => void;
  /** Ends the work with its reason. */
  readonly signal?: AbortSignal;
}

/** The names of `TabularOptions`. */
export const tabularNames = [
  'episodes',
  'gamma',
  'maxSteps',
  'generator',
  'onProgress',
  'signal',
] as const;

/** Options of methods that learn while they act. */
export interface ControlOptions extends TabularOptions {
  /** α, from 0 to 1: how far a value goes to its target. Default: 0.1. */
  readonly alpha?: Schedule;
  /** ε, from 0 to 1: the probability of any action at all, drawn. Default: 0.1. */
  readonly epsilon?: Schedule;
  /** What every action is thought to be worth at first. Default: 0. */
  readonly initial?: number;
}

/** The names of `ControlOptions`. */
export const controlNames = [
  'episodes',
  'gamma',
  'maxSteps',
  'generator',
  'onProgress',
  'signal',
  'alpha',
  'epsilon',
  'initial',
] as const;

/** What the episodes brought. */
export interface EpisodeRecords {
  /** The sum of the rewards of each episode, without discount. */
  readonly returns: Float64Array;
  /** The steps of each. */
  readonly lengths: Int32Array;
}

/** What a method of control has learned. */
export interface ControlResult extends EpisodeRecords {
  /** Q(s, a), (S, A). */
  readonly Q: Float64Array[];
}

/** The episodes of one call: each begins with `reset`, and goes on while its `over` is false. */
export class EpisodeLoop<Observation> {
  readonly numActions: number;
  readonly gamma: number;
  readonly generator: Generator;
  readonly returns: Float64Array;
  readonly lengths: Int32Array;
  /** The episode that runs, from 0 on. */
  index = 0;
  /** Whether it has ended. */
  over = false;
  /** Whether others should have their turn now. */
  due = false;
  protected readonly owner: string;
  readonly #env: Env<Observation, number>;
  readonly #maxSteps: number;
  readonly #onProgress: ((report: EpisodeReport) => void) | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #turns: Turns;

  constructor(
    owner: string,
    env: Env<Observation, number> & { readonly actionSpace: Pick<Discrete, 'n'> },
    options: TabularOptions,
  ) {
    if (typeof env?.reset !== 'function' || typeof env.step !== 'function') {
      throw new TypeError(`${owner}: needs an environment with reset and step, got ${shown(env)}.`);
    }
    requireWhole(owner, 'the number of actions', count(env.actionSpace), 1);
    const given = options ?? ({} as TabularOptions); // what plain JavaScript leaves out is named below
    const { episodes, gamma = 0.99, maxSteps = 100_000, onProgress, signal } = given;
    const { generator = defaultGenerator() } = given;
    requireWhole(owner, 'episodes', episodes);
    requireWithin(owner, 'gamma', gamma, 0, 1);
    requireWhole(owner, 'maxSteps', maxSteps, 1);
    if (onProgress !== undefined) requireFunction(owner, onProgress);
    if (!(generator instanceof Generator)) {
      throw new TypeError(`${owner}: generator must be a Generator, got ${shown(generator)}.`);
    }
    this.owner = owner;
    this.#env = env;
    this.#maxSteps = maxSteps;
    this.#onProgress = onProgress;
    this.#signal = signal;
    this.#turns = new Turns(signal);
    this.numActions = env.actionSpace.n;
    this.gamma = gamma;
    this.generator = generator;
    this.returns = new Float64Array(episodes);
    this.lengths = new Int32Array(episodes);
  }

  /** The first state of each episode. Between two of them others have their turn. */
  async *starts(): AsyncGenerator<Observation, void, undefined> {
    const seed = this.generator.below(2 ** 32);
    const episodes = this.returns.length;
    for (this.index = 0; this.index < episodes; this.index++) {
      this.#signal?.throwIfAborted();
      yield this.begin(this.index === 0 ? { seed } : {});
      this.#onProgress?.({
        episode: this.index + 1,
        episodes,
        return: this.returns[this.index]!,
        length: this.lengths[this.index]!,
      });
      if (this.#turns.due) await this.#turns.give();
    }
  }

  /** Resets the environment, and returns the first state. */
  begin(options: ResetOptions = {}): Observation {
    const { observation } = this.#env.reset(options);
    this.requireState(observation);
    this.over = false;
    return observation;
  }

  /** One step of the environment, looked at and written down. */
  step(action: number): Step<Observation> {
    const step = this.#env.step(action);
    this.requireState(step.observation);
    if (!Number.isFinite(step.reward)) {
      throw new DataError(
        `${this.owner}: a reward must be a finite number, got ${shown(step.reward)} for action ${action}.`,
      );
    }
    this.returns[this.index]! += step.reward;
    const length = ++this.lengths[this.index]!;
    this.over = step.terminated || step.truncated || length >= this.#maxSteps;
    this.due = length % 16 === 0 && this.#turns.due; // a look at the time costs as much as a step of a table
    return step;
  }

  /** Lets all others have their turn. */
  async give(): Promise<void> {
    await this.#turns.give();
    this.due = false;
  }

  /** The value of a schedule in this episode, or when so much is done. */
  at(
    what: string,
    schedule: Schedule,
    progress: number = this.index / this.returns.length,
  ): number {
    const value = scheduled(this.owner, what, schedule, progress);
    requireWithin(this.owner, what, value, 0, 1);
    return value;
  }

  /** With probability ε any action, else one of the best. */
  epsilonGreedy(values: ArrayLike<number>, epsilon: number): number {
    return epsilon > 0 && this.generator.random() < epsilon
      ? this.generator.below(values.length)
      : drawArgmax(values, this.generator);
  }

  /** What was written down. */
  records(): EpisodeRecords {
    return { returns: this.returns, lengths: this.lengths };
  }

  /** Throws DataError for a state that the method cannot learn of. */
  protected requireState(_state: unknown): void {}
}

/** The episodes of a task of numbered states. */
export class Episodes extends EpisodeLoop<number> {
  readonly numStates: number;

  constructor(owner: string, env: TabularTask, options: TabularOptions) {
    super(owner, env, options);
    requireWhole(owner, 'the number of states', count(env.observationSpace), 1);
    this.numStates = env.observationSpace.n;
  }

  /** A number for each action of each state. */
  table(initial: number = 0): Float64Array[] {
    return Array.from({ length: this.numStates }, () =>
      new Float64Array(this.numActions).fill(initial),
    );
  }

  protected override requireState(state: unknown): void {
    if (Number.isInteger(state) && Number(state) >= 0 && Number(state) < this.numStates) return;
    throw new DataError(
      `${this.owner}: an observation must be a whole number from 0 to ${this.numStates - 1}, got ${shown(state)}.`,
    );
  }
}

/** What a method of control has of the options of them all. */
type Control = Required<Pick<ControlOptions, 'alpha' | 'epsilon' | 'initial'>>;

/** The options of a method of control that has no others, with their defaults. */
export function controlOf(owner: string, options: ControlOptions): Control {
  return controlDefaults(owner, optionsOf(owner, options, controlNames));
}

/** The same of options whose names have been looked at. */
export function controlDefaults(owner: string, options: ControlOptions): Control {
  const { alpha = 0.1, epsilon = 0.1, initial = 0 } = options;
  requireFinite(owner, 'initial', initial);
  return { alpha, epsilon, initial };
}

/** The largest of some numbers. */
export function largest(values: ArrayLike<number>): number {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  return most;
}

/** How many numbers a discrete space has; NaN for what is none. */
function count(space: Pick<Discrete, 'n'> | undefined): number {
  return space?.n ?? Number.NaN;
}
