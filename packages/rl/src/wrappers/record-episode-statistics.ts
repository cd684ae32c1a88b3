import { optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import type { Env, Reset, ResetOptions, Step } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/** Options of `RecordEpisodeStatistics`. */
export interface RecordEpisodeStatisticsOptions {
  /** How many of the last episodes are kept. Default: 100. */
  readonly bufferLength?: number;
  /** Where the info of an episode's last step has its return and its length. Default: 'episode'. */
  readonly statsKey?: string;
}

/** What an episode brought. */
export interface EpisodeStatistics {
  /** The rewards, added up. */
  readonly r: number;
  /** The number of steps. */
  readonly l: number;
}

/**
 * Adds up the rewards and counts the steps of each episode: the last step's `info.episode` is `{ r, l }`, and the last episodes' are kept in
 * `returnQueue` and `lengthQueue`.
 *
 * $$ r = \sum_{t = 1}^{l} r_t $$
 *
 * Same as `gymnasium.wrappers.RecordEpisodeStatistics`, without times: nothing that computes reads a clock. Put it inside of what changes
 * rewards.
 *
 * @throws RangeError if `bufferLength` is not a whole number of at least 1, or the info of an end has `statsKey` already.
 *
 * @example
 * import { make, RecordEpisodeStatistics } from '@kasane/rl';
 * const env = new RecordEpisodeStatistics(make('CartPole-v1', { maxEpisodeSteps: 3 }));
 * env.reset({ seed: 1 });
 * env.step(0);
 * env.step(1);
 * env.step(0).info.episode; // => {"r":3,"l":3}
 * @category Wrappers
 */
export class RecordEpisodeStatistics<Observation, Action> extends Wrapper<Observation, Action> {
  /** How many episodes have ended. */
  episodeCount = 0;
  /** The returns of the last episodes, the newest at the end. */
  readonly returnQueue: number[] = [];
  /** The lengths of the last episodes, the newest at the end. */
  readonly lengthQueue: number[] = [];
  readonly #bufferLength: number;
  readonly #key: string;
  #return = 0;
  #length = 0;

  constructor(env: Env<Observation, Action>, options?: RecordEpisodeStatisticsOptions) {
    super(env);
    const { bufferLength = 100, statsKey = 'episode' } = optionsOf(
      'RecordEpisodeStatistics',
      options,
      ['bufferLength', 'statsKey'],
    );
    requireWhole('RecordEpisodeStatistics', 'bufferLength', bufferLength, 1);
    if (typeof statsKey !== 'string') {
      throw new TypeError(
        `RecordEpisodeStatistics: statsKey must be text, got ${shown(statsKey)}.`,
      );
    }
    this.#bufferLength = bufferLength;
    this.#key = statsKey;
  }

  override reset(options?: ResetOptions): Reset<Observation> {
    const start = this.env.reset(options);
    this.#return = 0;
    this.#length = 0;
    return start;
  }

  override step(action: Action): Step<Observation> {
    const step = this.env.step(action);
    this.#return += step.reward;
    this.#length += 1;
    if (!step.terminated && !step.truncated) return step;
    if (Object.hasOwn(step.info, this.#key)) {
      throw new RangeError(
        `RecordEpisodeStatistics: the info of the environment has '${this.#key}' already; choose another statsKey.`,
      );
    }
    const statistics: EpisodeStatistics = { r: this.#return, l: this.#length };
    this.episodeCount += 1;
    keep(this.returnQueue, statistics.r, this.#bufferLength);
    keep(this.lengthQueue, statistics.l, this.#bufferLength);
    return { ...step, info: { ...step.info, [this.#key]: statistics } };
  }
}

function keep(queue: number[], one: number, most: number): void {
  queue.push(one);
  if (queue.length > most) queue.shift();
}
