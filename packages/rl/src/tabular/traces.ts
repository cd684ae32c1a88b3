/** Eligibility traces: how much each value has to do with what happens now. */
import { shown } from '@kasane/tensor-core';
import { requireWithin } from '../planning/given.ts';

/** What a visit does to a trace: adds 1 to it, or makes it 1. */
export type TraceKind = 'accumulating' | 'replacing';

/** Options of methods with traces. */
export interface TraceOptions {
  /** λ, from 0 to 1: how far back news reaches; 0 for one step, 1 for all of the episode. Default: 0.9. */
  readonly lambda?: number;
  /** What a visit does to a trace: adds 1 to it, or makes it 1. Default: 'accumulating'. */
  readonly traces?: TraceKind;
}

/** The names of `TraceOptions`. */
export const traceNames = ['lambda', 'traces'] as const;

const LEAST = 1e-10; // a trace that is less is let go

/** The traces of some values, of which few are not 0. */
export class Traces {
  readonly #values: Float64Array;
  readonly #kind: TraceKind;
  #active: number[] = []; // where they are not 0

  constructor(owner: string, size: number, kind: TraceKind) {
    if (kind !== 'accumulating' && kind !== 'replacing') {
      throw new RangeError(
        `${owner}: traces must be 'accumulating' or 'replacing', got ${shown(kind)}.`,
      );
    }
    this.#values = new Float64Array(size);
    this.#kind = kind;
  }

  /** A value has been visited. */
  visit(index: number): void {
    if (this.#values[index] === 0) this.#active.push(index);
    this.#values[index] = this.#kind === 'replacing' ? 1 : this.#values[index]! + 1;
  }

  /** Moves each value by so much for a trace of 1. */
  move(values: Float64Array, step: number): void {
    for (const index of this.#active) values[index]! += step * this.#values[index]!;
  }

  /** All of them fade by a factor. */
  fade(factor: number): void {
    let kept = 0;
    for (const index of this.#active) {
      const faded = this.#values[index]! * factor;
      this.#values[index] = faded < LEAST ? 0 : faded;
      if (faded >= LEAST) this.#active[kept++] = index;
    }
    this.#active.length = kept;
  }

  /** As at the start of an episode. */
  clear(): void {
    this.fade(0);
  }
}

/** The options of traces with their defaults. */
export function tracesOf(
  owner: string,
  { lambda = 0.9, traces = 'accumulating' }: TraceOptions,
): Required<TraceOptions> {
  requireWithin(owner, 'lambda', lambda, 0, 1);
  return { lambda, traces };
}
