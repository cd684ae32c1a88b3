import type { ProgressEvent } from '../../events/event.ts';

/** What counts floating-point operations: `countFlops` of tensor-core. */
export type Counting = () => { readonly total: number; stop(): void };

/** Milliseconds that are counted at least. */
const SHORTEST = 20;
/** How much longer it rests than it counts: counting makes small ops of JavaScript's half as slow again. */
const RESTS = 40;

/**
 * Counts the floating-point operations of some of a run's steps: of those between two reports of progress, now and then.
 *
 *     const sampling = new Sampling(countFlops);
 *     sampling.hear(event); // every progress event
 *     sampling.perStep;
 */
export class Sampling {
  /** Operations of a step among those that were counted last; null before. */
  perStep: number | null = null;
  readonly #counting: Counting;
  #count: { readonly flops: ReturnType<Counting>; readonly step: number; readonly at: number } | null = null; // prettier-ignore
  #rests = -Infinity;

  constructor(counting: Counting) {
    this.#counting = counting;
  }

  hear({ step }: ProgressEvent, now: number = performance.now()): void {
    if (this.#count === null) {
      if (now >= this.#rests) this.#count = { flops: this.#counting(), step, at: now };
      return;
    }
    const { flops, step: from, at } = this.#count;
    // Steps that begin anew are another training's.
    if (now - at < SHORTEST && step >= from) return;
    this.end();
    this.#rests = now + RESTS * (now - at);
    if (step > from) this.perStep = flops.total / (step - from);
  }

  /** Counts no more. */
  end(): void {
    this.#count?.flops.stop();
    this.#count = null;
  }
}
