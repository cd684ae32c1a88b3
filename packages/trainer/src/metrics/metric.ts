import { CheckpointError, DTypeError, shown, Tensor } from '@kasane/tensor-core';
import { brief } from '../checkpoint/header.ts';
import { isLike } from '../checkpoint/training-state.ts';

/**
 * The base class of metrics: sums over all samples seen, from which `compute` makes the value. Batches of
 * different sizes therefore count by their samples, which a mean of means would not do.
 *
 * A metric says how its sums begin, adds a batch to them in `update`, and turns them into a value in `compute`. The sums are
 * JSON (numbers may be NaN or infinite), so that a checkpoint in the middle of an epoch keeps them. As torchmetrics' `Metric`; that of Keras has
 * `update_state`, which takes the target first, `result` and `reset_state`.
 *
 * @example
 * import { Metric } from '@kasane/trainer';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * class Bias extends Metric<number, { sum: number; count: number }> {
 *   constructor() {
 *     super(() => ({ sum: 0, count: 0 }));
 *   }
 *   async update(output: Tensor, target: Tensor): Promise<void> {
 *     const [sum] = await output.sub(target).sum().data();
 *     this.sums.sum += sum!;
 *     this.sums.count += target.size;
 *   }
 *   compute(): number {
 *     return this.sums.sum / this.sums.count;
 *   }
 * }
 * const bias = new Bias();
 * await bias.update(tensor([1, 2]), tensor([1, 4]));
 * await bias.update(tensor([5]), tensor([6]));
 * bias.compute(); // => -1
 */
export abstract class Metric<R = number, S = unknown, O = Tensor, T = Tensor> {
  /** Which way is better, for callbacks that watch it; null where that is not known. */
  readonly higherIsBetter: boolean | null = null;
  /** What was summed up since the last `reset`. */
  protected sums: S;
  readonly #begin: () => S;

  /** `begin` makes the sums of no samples. */
  constructor(begin: () => S) {
    this.#begin = begin;
    this.sums = begin();
  }

  /** Adds a batch. */
  abstract update(output: O, target: T): void | Promise<void>;

  /** The value over all samples since the last `reset`. */
  abstract compute(): R;

  /** Forgets all samples. */
  reset(): void {
    this.sums = this.#begin();
  }

  /** A copy of the sums. */
  stateDict(): S {
    return structuredClone(this.sums);
  }

  /**
   * Goes on from sums that `stateDict` gave.
   *
   * @throws {@link CheckpointError} for others, and then changes nothing.
   */
  loadStateDict(state: S): void {
    requireSums(this.constructor.name, isLike(state, this.#begin()), state);
    this.sums = structuredClone(state);
  }
}

/** Throws DTypeError unless a metric that looks at tensors is given two. */
export function requireOutputAndTarget(owner: string, output: unknown, target: unknown): void {
  for (const [what, value] of Object.entries({ output, target })) {
    if (value instanceof Tensor) continue;
    throw new DTypeError(
      `${owner}: the ${what} must be a tensor, got ${shown(value)}. For other outputs and targets pass a metric object of your own under a name, with update, compute and reset, as one that extends Metric.`,
    );
  }
}

/** Throws CheckpointError unless a saved state `fits`. */
export function requireSums(owner: string, fits: boolean, state: unknown): void {
  if (fits) return;
  throw new CheckpointError(
    `${owner}: the state must be what its stateDict gives, got ${brief(state)}. Resume with the metrics that the checkpoint was saved with.`,
  );
}
