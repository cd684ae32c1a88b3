import type { Callback, Training } from '../callback.ts';

/**
 * Stops after the step that ends `limit` or more after the beginning, by a clock of yours.
 *
 * Throws RangeError unless limit ≥ 0.
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
 *   callbacks: [new TimeLimit(50, () => performance.now())], // in milliseconds, as the clock counts
 * });
 * history.length < 1e9; // => true
 *
 * @category Callbacks
 */
export class TimeLimit implements Callback {
  readonly #limit: number;
  readonly #clock: () => number;
  #start = 0;

  /** Takes the limit in the clock's unit, and the clock. */
  constructor(limit: number, clock: () => number) {
    if (!(limit >= 0)) throw new RangeError(`TimeLimit: limit must be at least 0, got ${limit}.`);
    this.#limit = limit;
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
