/**
 * Whether what a device has made can be believed. A device says nothing at once: an array that there was no
 * room for reads as zeros, and so does everything after its process has died. To ask after each array would
 * take longer than to make it, so arrays are made in batches, and the device is asked when one is read.
 */

/** Why the arrays of some batches are not what they should be. */
export interface Failure {
  readonly from: number;
  readonly to: number;
  /** What the device says. */
  readonly reason: string;
  /** What was made in them. */
  readonly arrays: number;
  readonly bytes: number;
}

// As much as the largest array has: what is refused is found out before much more is made of it.
const MOST_BYTES = 2 ** 26;

export class Batches {
  /** The batch of what is made now. */
  current = 0;
  #arrays = 0;
  #bytes = 0;
  readonly #failures: Failure[] = [];

  /** Counts an array; true if it is time to ask. */
  count(bytes: number): boolean {
    this.#arrays++;
    this.#bytes += bytes;
    return this.#bytes >= MOST_BYTES;
  }

  /** Ends the batch. What it gives is called with the answer, if that was bad. */
  end(): (reason: string) => void {
    const [from, arrays, bytes] = [this.current++, this.#arrays, this.#bytes];
    this.#arrays = this.#bytes = 0;
    // What was made while the device thought about it may have been made of the rest.
    return (reason) => this.#failures.push({ from, to: this.current - 1, reason, arrays, bytes });
  }

  /** How many went wrong. */
  get failures(): number {
    return this.#failures.length;
  }

  /** What went wrong in one of the batches from `first` to `last`. */
  failureIn(first: number, last: number): Failure | null {
    return this.#failures.find(({ from, to }) => from <= last && first <= to) ?? null;
  }
}
