/** Giving way in long work: timers, the page, and what else waits. */

/** A frame, in milliseconds. */
const FRAME = 16;

// When others get their turn changes nothing that is computed.
// oxlint-disable-next-line no-restricted-properties -- see above
const milliseconds = (): number => performance.now();

/** Lets others have their turn about every 16 ms, and stops where a signal says so. */
export class Turns {
  #since = milliseconds();
  readonly #signal: AbortSignal | undefined;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** To be awaited now and then. Throws the signal's reason once it is aborted. */
  async due(): Promise<void> {
    if (milliseconds() - this.#since < FRAME) return;
    await turn();
    this.#since = milliseconds();
    this.#signal?.throwIfAborted();
  }
}

/** A timer would take a millisecond at least, as long as many small steps. */
function turn(): Promise<void> {
  return new Promise((resume) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resume();
    });
    port1.start();
    port2.postMessage(null);
  });
}
