import { setNumThreads, threadsReady } from '@kasane/tensor-core/threads';
import type { Prepared, Side } from '../workload.ts';

/** Kasane on its default backend. */
export function kasane(work: () => Promise<Prepared> | Prepared, threads: 1 | 2 = 1): Side {
  return {
    name: 'kasane',
    async prepare() {
      setNumThreads(threads);
      await threadsReady();
      return work();
    },
  };
}
