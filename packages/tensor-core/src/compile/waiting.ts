import type { Backend, Storage } from '../backends/backend.ts';
import type { Plan } from './plan.ts';
import type { Trace, Value } from './trace.ts';

/** What a traced call gave. */
export interface Traced<R> {
  readonly result: R;
  /** What it did, or why that cannot be repeated. */
  readonly trace: Trace | string;
  /** Has done what backends have put off: to be called once, with a plan that does the same if there is one. */
  settle(plan: Plan | null): void;
}

/** Backends that have put off what a traced function asked of them. */
export class Waiting {
  readonly #backends = new Set<Backend>();

  add(backend: Backend): void {
    this.#backends.add(backend);
  }

  /** Has them do it; there is no trace of what cannot be repeated. */
  settle(
    trace: Trace | string,
    values: ReadonlyMap<Storage, Value>,
    plan: Plan | null = null,
  ): void {
    if (this.#backends.size === 0) return;
    const storages = new Map([...values].map(([storage, value]) => [value, storage]));
    const finished = typeof trace === 'string' ? null : { trace, storages };
    for (const backend of this.#backends) backend.settle!(finished, plan); // it has put something off
  }
}
