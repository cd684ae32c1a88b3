/** The entry `@kasane/tensor-core/threads`: more processors for the wasm backend. */
import { wasm, type Kernels, type WasmBackend } from './backends/wasm/index.ts';
import { binary } from './backends/wasm/kernels.ts';
import { requireFunction } from './given.ts';
import { PARTIALS_BYTES, Pool } from './threads/pool.ts';
import { MOST, obstacle, processors } from './threads/thread.ts';

export type { WasmBackend } from './backends/wasm/index.ts';

// What wasm() gives is one of these.
const backend = (): WasmBackend => wasm() as WasmBackend;

/** What a package puts before kernels: made anew whenever threads change those that it stands before. */
type Replacement = (below: Kernels) => Partial<Kernels>;

/** What a package puts in the place of kernels for every thread's part of a call, if there are helpers. */
interface Parts {
  /** For the thread that calls. */
  readonly own: Replacement;
  /** For helpers: a module's address, whose `kernelsOf(kernels, memory, room, data)` gives the same entries. */
  readonly module: string;
  readonly data: unknown;
  /** Bytes of the memory that each helper has to itself. */
  readonly room: number;
}

let pool: Pool | null = null;
let scale = 1;
let replacement: Replacement | null = null;
let parts: Parts | null = null;
/** The entries that the replacement stands before. */
let aside: Partial<Kernels> = {};
/** Regions for each helper's products, and for partial results; reserved memory is never given back, so it is used again. */
const scratch: number[] = [];
let partials = 0;
/** Where each helper's room for `parts` is; they are of one size. */
const rooms: number[] = [];

/**
 * Shares large calls of the kernels of `wasm()` between `threads` threads, this one included: products,
 * elementwise functions, reductions, copies, optimizers' updates, random numbers. Without an argument it takes
 * as many as there are processors. Results are the same to the last bit whatever the number. The others
 * start in the background, wait for work without holding the program up, and end with it.
 *
 * Needs Node, or a page that is cross-origin isolated.
 *
 * @throws RangeError unless `threads` is a whole number from 1 to 256, and if tensors leave no memory for the threads' own
 * use; all is as before then.
 * @throws Error where threads cannot share memory; all is as before then.
 *
 * @example
 * import { ones } from '@kasane/tensor-core';
 * import { getNumThreads, setNumThreads } from '@kasane/tensor-core/threads';
 * setNumThreads(2);
 * getNumThreads(); // => 2
 * ones([256, 256]).matmul(ones([256, 256])).mean().item(); // => 256
 * setNumThreads(1);
 */
export function setNumThreads(threads: number = processors()): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST) {
    throw new RangeError(`setNumThreads: needs a whole number from 1 to ${MOST}, got ${threads}.`);
  }
  const { kernels, heap } = backend();
  if (threads > 1) {
    const why = obstacle(heap.memory);
    if (why !== null) throw new Error(`setNumThreads: ${why}. Use one thread.`);
    const reserve = (bytes: number): number => backend().reserve('setNumThreads', bytes);
    while (scratch.length < threads - 1) scratch.push(reserve(kernels.gemmScratchBytes()));
    if (partials === 0) partials = reserve(PARTIALS_BYTES);
  }
  start(threads, replacement, parts);
}

/** Takes all away from before the kernels, and puts it there anew. */
function start(threads: number, make: Replacement | null, given: Parts | null): void {
  const { kernels, heap, build } = backend();
  while (given !== null && rooms.length < threads - 1) {
    rooms.push(backend().reserve('setNumThreads', given.room));
  }
  Object.assign(kernels, aside);
  pool?.close(); // it puts back what it found
  pool =
    threads === 1
      ? null
      : new Pool({
          kernels,
          memory: heap.memory,
          bytes: binary(build, true),
          scratch: scratch.slice(0, threads - 1),
          partials,
          scale,
          instead:
            given === null
              ? null
              : {
                  own: given.own({ ...kernels }),
                  helpers: { module: given.module, rooms, data: given.data },
                },
        });
  backend().threads = threads;
  parts = given;
  aside = {};
  putBefore(make);
}

/** Puts what `make` gives in the place of what was there. */
function putBefore(make: Replacement | null): void {
  const { kernels } = backend();
  Object.assign(kernels, aside);
  const below = { ...kernels };
  const entries = make?.(below) ?? {};
  replacement = make;
  aside = Object.fromEntries(
    Object.keys(entries).map((name) => [name, below[name as keyof Kernels]]),
  );
  Object.assign(kernels, entries);
}

/**
 * Puts the entries that `make` gives before those of the kernel table of `wasm()`, now and whenever `setNumThreads` has
 * changed the table below; null takes them away. An entry may call what it stands before, and has to compute the
 * same: ops, and compiled functions, which are traced anew, do not know of it. Where there are helpers, `shared` takes the
 * place of kernels below them: for the part of a call that each thread has. There is one replacement at a time: for
 * `@kasane/native`.
 *
 * @internal
 */
export function replaceKernels(make: Replacement | null, shared: Parts | null = null): void {
  if (make !== null) requireFunction('replaceKernels', make);
  if (shared === null && parts === null) putBefore(make);
  else start(getNumThreads(), make, shared); // helpers load it as they start
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

/**
 * From the next `setNumThreads` on, shares calls with so much less work than pays, or, with 0, whatever
 * can be cut: for tests.
 *
 * @internal
 */
export function scaleThresholds(factor: number): void {
  scale = factor;
}

/**
 * Calls that were shared since `setNumThreads`, and parts of them that helpers computed: for tests.
 *
 * @internal
 */
export function sharedSoFar(): { readonly calls: number; readonly parts: number } {
  return pool?.counts ?? { calls: 0, parts: 0 };
}
