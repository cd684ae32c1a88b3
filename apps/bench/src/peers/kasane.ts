import { useNative } from '@kasane/native';
import { setNumThreads, threadsReady } from '@kasane/tensor-core/threads';
import type { Prepared, Side, Workload } from '../workload.ts';

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

/** The name of the side with a BLAS. */
export const NATIVE = 'kasane native';

/** The row's work once more, with products by a BLAS on as many threads. */
export function native({ ours, threads }: Pick<Workload, 'ours' | 'threads'>): Side {
  return {
    name: NATIVE,
    async prepare() {
      const { library, note } = useNative({ threads });
      if (library === null) throw new Error(note ?? 'there is no BLAS');
      return ours.prepare();
    },
  };
}

/** All that a row is compared with: ourselves with a BLAS, and the peers. */
export const othersOf = (workload: Workload): readonly Side[] => [
  ...(workload.native === true ? [native(workload)] : []),
  ...workload.peers,
];
