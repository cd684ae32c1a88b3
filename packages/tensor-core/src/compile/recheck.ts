/**
 * When calls that have a plan are traced once more, to see that the function still does what the plan does: what
 * plain JavaScript decided while it was traced may have changed since. It counts calls and looks at no
 * clock, so that a program is asked at the same calls whenever it runs.
 */
import type { OpStep, Trace } from './trace.ts';

/** The replays before the first time; then there are as many again each time, up to a limit. */
const FIRST = 4;
/** Times that are not counted against the share below: some 20 ms in all. */
const FREE = 12;
/** The part of the time that may go into tracing. */
const SHARE = 0.005;
/** What tracing adds to an op, in microseconds, about. */
const TRACING = 25;

export class Rechecks {
  /** Replays that pay for one. */
  readonly #price: number;
  readonly #unasked: boolean;
  #done = 0;
  #next: number;

  /** `unasked` says whether there are some that nobody asks for. */
  constructor({ steps }: Trace, unasked: boolean) {
    const ops = steps.filter((step) => step.kind === 'op');
    const replay = ops.reduce((sum, step) => sum + microseconds(step), 0);
    this.#price = Math.ceil((TRACING * ops.length + replay) / (SHARE * Math.max(replay, 1)));
    this.#unasked = unasked;
    this.#next = unasked ? FIRST : Infinity;
  }

  isDue(replays: number): boolean {
    return replays >= this.#next;
  }

  /** Makes the next call due, or the first one that is paid for. */
  ask(replays: number): void {
    this.#next = Math.min(this.#next, Math.max(replays, this.#paid));
  }

  /** Notes that one was done; the next that nobody asks for comes when as many calls again have passed. */
  done(replays: number): void {
    this.#done++;
    const again = replays + Math.min(replays, 8 * this.#price);
    this.#next = this.#unasked ? Math.max(again, this.#paid) : Infinity;
  }

  /** The replays that pay for another one. */
  get #paid(): number {
    return (this.#done + 1 - FREE) * this.#price;
  }
}

/** About how long a kernel takes: a call, elements read and written, and products. */
function microseconds({ op, inputs, attrs, output }: OpStep): number {
  const elements = Math.max(output.size, ...inputs.map(({ size }) => size));
  const flops = op.flops?.(inputs, attrs, output.shape) ?? 0;
  return 0.1 + elements / 4000 + flops / 50_000;
}
