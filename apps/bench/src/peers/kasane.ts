import type { Prepared, Side } from '../workload.ts';

/** Kasane on its default backend. */
export function kasane(work: () => Promise<Prepared> | Prepared): Side {
  return { name: 'kasane', prepare: async () => work() };
}
