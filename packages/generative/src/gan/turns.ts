/** Giving way in long work: timers, the page, signals, and what else waits. */

/** A frame, in milliseconds. */
const FRAME = 16;

// When others get their turn changes nothing that is computed.
// oxlint-disable-next-line no-restricted-properties -- see above
const milliseconds = (): number => performance.now();

/** When work last gave way. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #last = milliseconds();

  /** Throws the reason of a signal that is aborted already. */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** Whether a frame is over. */
  get due(): boolean {
    return milliseconds() - this.#last >= FRAME;
  }

  /** Gives way; throws the reason of the signal if it was aborted. A timer would take a millisecond at least, as long as small steps. */
  async give(): Promise<void> {
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
    this.#last = milliseconds();
  }
}
