/** Work whose kernels are built between turns of the event loop: a device, and a page, stand still while one is built. */
import type { Awaitable, Device } from './device.ts';

/** How far a preparation is. */
export interface PreparationProgress {
  /** Launches, and other jobs of the device, that are done. */
  readonly done: number;
  /** Those that are known of so far. */
  readonly total: number;
  /** Kernels that were built for them. */
  readonly kernels: number;
}

/** Options of `prepare`. */
export interface PrepareOptions {
  /** Called after every job of the device. */
  readonly onProgress?: (progress: PreparationProgress) => void;
}

export class Preparation {
  readonly #device: Device;
  readonly #tell: ((progress: PreparationProgress) => void) | undefined;
  readonly #before: number;
  #built: number;
  #done = 0;
  #total = 0;

  constructor(device: Device, tell: ((progress: PreparationProgress) => void) | undefined) {
    this.#device = device;
    this.#tell = tell;
    this.#before = this.#built = device.built;
  }

  /** What the first of its jobs died of. */
  failure: Error | null = null;

  /** One of its jobs died. */
  fail(error: Error): void {
    this.failure ??= error;
  }

  /** There is more to come. */
  expect(count: number): void {
    this.#total += count;
  }

  /** One more is done; who waits for what this gives lets others have their turn if a kernel was built. */
  step(): Awaitable<void> {
    this.#done++;
    const { built } = this.#device;
    this.#tell?.({ done: this.#done, total: this.#total, kernels: built - this.#before });
    if (built === this.#built) return undefined;
    this.#built = built;
    return new Promise((resume) => setTimeout(resume));
  }
}
