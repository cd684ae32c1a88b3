/** The entry `@kasane/tensor-core/turns`: long work that lets others have their turn. */

import { shown } from './options.ts';

/** A frame, in milliseconds. */
const FRAME = 16;

// When others get their turn changes nothing that is computed.
// oxlint-disable-next-line no-restricted-properties -- see above
const milliseconds = (): number => performance.now();

/** Waits until all others have had their turn. A timer would take a millisecond, as long as many small steps. */
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

/**
 * Turns for what runs beside long work: the page, timers, signals and the garbage collector's callbacks, once a frame of 16 ms.
 *
 * @throws the reason of the signal once it is aborted, by `give` too.
 *
 * @example
 * import { Turns } from '@kasane/tensor-core/turns';
 * const turns = new Turns();
 * let sum = 0;
 * for (let i = 0; i < 1e6; i++) {
 *   sum += i;
 *   if (i % 1000 === 0 && turns.due) await turns.give();
 * }
 * sum; // => 499999500000
 */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #last = milliseconds();

  constructor(signal?: AbortSignal) {
    if (signal !== undefined && typeof Object(signal).throwIfAborted !== 'function') {
      throw new TypeError(`Turns: signal must be an AbortSignal, got ${shown(signal)}.`);
    }
    this.#signal = signal;
    signal?.throwIfAborted();
  }

  /** Whether a frame is over, and it is time to `await give()`. */
  get due(): boolean {
    return milliseconds() - this.#last >= FRAME;
  }

  /**
   * Lets all others have their turn.
   *
   * @throws the reason of the signal once it is aborted.
   */
  async give(): Promise<void> {
    await turn();
    this.#signal?.throwIfAborted();
    this.#last = milliseconds();
  }
}
