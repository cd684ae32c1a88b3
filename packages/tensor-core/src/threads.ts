/** The entry `@kasane/tensor-core/threads`: more processors for the wasm backend. */
import { relaxed, simd } from './backends/wasm/binary.gen.ts';
import { wasm, type WasmBackend } from './backends/wasm/index.ts';
import { binary } from './backends/wasm/kernels.ts';
import { obstacle, Pool } from './backends/wasm/pool.ts';

// What wasm() gives is one of these.
const backend = (): WasmBackend => wasm() as WasmBackend;

let pool: Pool | null = null;
/** Regions that helpers pack their operands in; reserved memory is never given back, so it is used again. */
const scratch: number[] = [];

/**
 * Shares large matrix products of `wasm()` between `threads` threads, this one included. Results are
 * the same to the last bit whatever the number. The others start in the background, wait for work
 * without holding the program up, and end with it.
 *
 * Needs Node, or a page that is cross-origin isolated. Throws RangeError unless `threads` is a whole
 * number ≥ 1, and Error where threads cannot share memory.
 *
 * @example
 * import { ones } from '@kasane/tensor-core';
 * import { getNumThreads, setNumThreads } from '@kasane/tensor-core/threads';
 * setNumThreads(2);
 * getNumThreads(); // => 2
 * ones([256, 256]).matmul(ones([256, 256])).mean().item(); // => 256
 * setNumThreads(1);
 */
export function setNumThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`setNumThreads: needs a whole number ≥ 1, got ${threads}.`);
  }
  const { kernels, heap, build } = backend();
  if (pool !== null) {
    pool.stop();
    Object.assign(kernels, { gemm: pool.plain });
    pool = null;
  }
  backend().threads = 1;
  if (threads === 1) return;
  const why = obstacle(heap.memory);
  if (why !== null) throw new Error(`setNumThreads: ${why}. Use one thread.`);
  while (scratch.length < threads - 1) scratch.push(heap.reserve(kernels.gemmScratchBytes()));
  const bytes = binary(build === 'simd' ? simd : relaxed, true);
  pool = new Pool(kernels, bytes, heap.memory, scratch.slice(0, threads - 1));
  Object.assign(kernels, { gemm: pool.gemm });
  backend().threads = threads;
}

/**
 * The number of threads that `setNumThreads` asked for; 1 if it was not called.
 *
 * @example
 * import { getNumThreads } from '@kasane/tensor-core/threads';
 * getNumThreads(); // => 1
 */
export function getNumThreads(): number {
  return pool?.threads ?? 1;
}

/**
 * Resolves when all threads work, which takes some milliseconds: for tests and measurements.
 *
 * @internal
 */
export async function threadsReady(): Promise<void> {
  while (pool !== null && pool.ready < pool.threads)
    await new Promise((next) => setTimeout(next, 1));
}
