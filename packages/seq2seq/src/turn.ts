/** Giving way in long work: timers, the page, and what else waits. */

/** A frame, in milliseconds. */
const FRAME = 16;

// When others get their turn changes nothing that is computed.
// oxlint-disable-next-line no-restricted-properties -- see above
export const milliseconds = (): number => performance.now();

/** Lets others have their turn about every 16 ms. */
export class Turns {
  #since = milliseconds();

  /** A promise to await when a frame is over, null before. */
  due(): Promise<void> | null {
    if (milliseconds() - this.#since < FRAME) return null;
    return turn().then(() => {
      this.#since = milliseconds();
    });
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
