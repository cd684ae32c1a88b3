import { giveAll, useNative } from '@kasane/native';
import { wasm, type Backend } from '@kasane/tensor-core';
import { guarded } from './guard.ts';

/** As vitest hands it to a test. */
type Skip = (why: string) => void;

/**
 * Runs a test on the default backend, with all products that can be by a BLAS on one thread, however small; skips it where there
 * is none.
 */
export async function onNative(
  skip: Skip,
  test: (backend: Backend) => void | Promise<void>,
): Promise<void> {
  giveAll(true);
  const { library } = useNative({ threads: 1 });
  try {
    if (library === null) skip('there is no BLAS here');
    else await test(guarded(wasm()));
  } finally {
    giveAll(false);
    useNative({ library: null });
  }
}
