import type { ExerciseEvent } from '../../events/event.ts';
import type { Pace } from './messages.ts';

/** Holds a run between two of its events: for as long as it is paused, or for a moment after every step. */
export class Pacing {
  #pace: Pace = 'run';
  #rest = 0;
  #wake: (() => void) | null = null;
  /** Called when a run comes to stand. */
  onPause: () => void = () => {};

  set(pace: Pace, rest: number): void {
    this.#pace = pace;
    this.#rest = rest;
    this.#wake?.();
  }

  /** What the run has to wait for after an event, if anything. */
  after({ type }: ExerciseEvent): Promise<void> | undefined {
    if (this.#pace === 'run')
      return type === 'progress' && this.#rest > 0 ? this.#wait() : undefined;
    if (this.#pace === 'step') {
      // A step is over when the next one is told of.
      if (type !== 'progress') return undefined;
      this.#pace = 'pause';
    }
    return this.#stand();
  }

  async #stand(): Promise<void> {
    this.onPause();
    while (this.#pace === 'pause') await this.#woken();
  }

  async #wait(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([
      this.#woken(),
      new Promise<void>((resolve) => (timer = setTimeout(resolve, this.#rest))),
    ]);
    clearTimeout(timer);
    // Paused while it waited.
    if (this.#pace === 'pause') await this.#stand();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
