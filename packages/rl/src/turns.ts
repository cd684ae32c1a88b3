/** Long work gives way: the page, timers and signals have their turn once a frame. */

/** Milliseconds of a frame. */
const FRAME = 16;

/** Nothing that is computed depends on it. */
// oxlint-disable-next-line no-restricted-properties -- see above
const now = (): number => performance.now();

/** When work last gave way. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #last = now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** Whether it is time to `await give()`. */
  get due(): boolean {
    return now() - this.#last >= FRAME;
  }

  /** Gives way; throws the reason of the signal if it was aborted. */
  async give(): Promise<void> {
    // A timer would take a millisecond at least.
    await new Promise<void>((resume) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => {
        port1.close();
        resume();
      });
      port1.start();
      port2.postMessage(null);
    });
    this.#signal?.throwIfAborted();
    this.#last = now();
  }
}
