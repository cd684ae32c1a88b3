/** What all agents that learn from what they do have in common. */
import { defaultBackend, noGrad, scope, shown, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';

/** What agents that learn from what they do tell while they learn. */
export interface LearningReport {
  /** Steps of environments so far. */
  readonly steps: number;
  readonly total: number;
  /** Episodes that have ended since `learn` was called. */
  readonly episodes: number;
  /** Mean return of the last 100 of them; NaN before the first has ended. */
  readonly meanReturn: number;
}

/** Options of `learn`. */
export interface LearnOptions {
  /** Told after every update, or after every episode by agents that learn from a buffer. */
  readonly onProgress?: (report: LearningReport) => void;
  /** Ends the training between two steps, with its reason. */
  readonly signal?: AbortSignal;
  /**
   * Go on with a training that ended before its `total`, here or where it was saved: the steps that it took count, and what
   * changes with them goes on where it was. Default false: a training of its own, from its first step.
   */
  readonly resume?: boolean;
}

/** The names of LearnOptions. */
export const learnNames = ['onProgress', 'signal', 'resume'] as const;

/** Counts steps and episodes, and what they brought. */
export class Tally {
  readonly #owner: string;
  readonly #returns: Float64Array; // of the episodes that are going on
  readonly #recent: number[] = []; // of the last that ended
  #steps: number;
  #episodes = 0;

  constructor(owner: string, envs: number, steps: number) {
    this.#owner = owner;
    this.#returns = new Float64Array(envs);
    this.#steps = steps;
  }

  /** Steps so far, of all environments together. */
  get steps(): number {
    return this.#steps;
  }

  /** Environment e took a step. Throws RangeError unless the reward is a finite number. */
  stepped(e: number, reward: number): void {
    if (!Number.isFinite(reward)) {
      throw new RangeError(`${this.#owner}: rewards must be finite numbers, got ${shown(reward)} after ${this.#steps} steps.`); // prettier-ignore
    }
    this.#returns[e]! += reward;
    this.#steps++;
  }

  /** The episode in environment e has ended. */
  ended(e: number): void {
    this.#recent.push(this.#returns[e]!);
    if (this.#recent.length > 100) this.#recent.shift();
    this.#returns[e] = 0;
    this.#episodes++;
  }

  report(total: number): LearningReport {
    const recent = this.#recent;
    const meanReturn = recent.reduce((sum, value) => sum + value, 0) / recent.length;
    return { steps: this.#steps, total, episodes: this.#episodes, meanReturn };
  }
}

/** Makes a function of tensors compiled where that can be, without gradients. */
export function forwardOnly<A extends readonly Tensor[], R>(
  compute: (...inputs: A) => R,
): (...inputs: A) => R {
  const plain = (...inputs: A): R => scope(() => noGrad(() => compute(...inputs)));
  // Only the wasm backend compiles.
  return defaultBackend().name === 'wasm' ? compile(plain, { onFallback: () => {} }) : plain;
}
