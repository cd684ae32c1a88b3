import { optionsOf, requireThat } from '@kasane/tensor-core';
import type { Callback, Training } from '../callback.ts';
import { milliseconds } from './clock.ts';

/** Options of `TimeLimit`. */
export interface TimeLimitOptions {
  /** How long the training may take. */
  readonly seconds: number;
  /** Tells milliseconds. Default: the ordinary clock. */
  readonly clock?: () => number;
}

/**
 * Stops after the step that ends so many seconds or more after the beginning.
 *
 * @throws RangeError unless seconds ≥ 0.
 *
 * @example
 * import { fit, TimeLimit } from '@kasane/trainer';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { ones } from '@kasane/tensor-core';
 * const model = new Linear(1, 1);
 * const history = await fit(model, {
 *   data: [[ones([4, 1]), ones([4, 1])]],
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 1e9,
 *   callbacks: [new TimeLimit({ seconds: 0.05 })],
 * });
 * history.length < 1e9; // => true
 *
 * @category Callbacks
 */
export class TimeLimit implements Callback {
  readonly #limit: number;
  readonly #clock: () => number;
  #start = 0;

  constructor(options: TimeLimitOptions) {
    const { seconds, clock = milliseconds } = optionsOf('TimeLimit', options, ['seconds', 'clock']);
    requireThat(seconds >= 0, 'TimeLimit', 'seconds', seconds, 'at least 0');
    this.#limit = 1000 * seconds;
    this.#clock = clock;
  }

  /** Looks at the clock. */
  onTrainBegin(): void {
    this.#start = this.#clock();
  }

  /** Looks again, and stops. */
  onStep({ stop }: Training): void {
    if (this.#clock() - this.#start >= this.#limit) stop();
  }
}
