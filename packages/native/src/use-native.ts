import { optionsOf, shown, wasm, type Kernels } from '@kasane/tensor-core';
import { getNumThreads, replaceKernels, type WasmBackend } from '@kasane/tensor-core/threads';
import { loadBlas, type Blas } from './blas.ts';
import { gemms } from './gemm.ts';
import { composed, ROOM } from './helper.ts';
import { cpuinfo, environment, loadKoffi, node, type Koffi } from './host.ts';
import { Products } from './product.ts';
import { vectors } from './vectors.ts';
import { agrees } from './trial.ts';

/** Options of `useNative`. */
export interface NativeOptions {
  /**
   * The library's path, or a name that the system finds. Default: what `KASANE_BLAS` names, or else the first that there
   * is of OpenBLAS, MKL, BLIS and Accelerate. Null goes back to WebAssembly.
   */
  readonly library?: string | null;
  /**
   * How many threads a large product may take. Default: those of `setNumThreads` if there are any, otherwise all processors;
   * in a worker 1.
   */
  readonly threads?: number;
}

/** What products are computed by. */
export interface NativeInfo {
  /** As it was loaded; null if products stay in WebAssembly. */
  readonly library: string | null;
  /** OpenBLAS, MKL, BLIS, Accelerate, or BLAS for others. */
  readonly name: string | null;
  readonly version: string | null;
  /** The processor that OpenBLAS and BLIS took this one for. */
  readonly core: string | null;
  /** How many threads a large product may take; null where the library decides. */
  readonly threads: number | null;
  /** Why there is no library, or what is to be known of it. */
  readonly note: string | null;
}

const none = { library: null, name: null, version: null, core: null, threads: 1 } as const;

/** The libraries that were asked for, or why there is none; they are never unloaded. */
const loaded = new Map<string, { koffi: Koffi; blas: Blas } | string>();

/**
 * Has matrix products of float32, and convolutions, recurrent layers and attention, which are made of them, computed by a
 * BLAS of the machine, on the memory of the default backend `wasm()`. Small ones stay in WebAssembly. Where
 * there is no such library nothing changes, and `note` says why. Results differ in their last bits from those of
 * WebAssembly, and between libraries and processors.
 *
 * Compiled functions are traced anew at their next call. Works with `setNumThreads`: products are then the library's, on its own
 * threads; convolutions, recurrent layers and attention are shared by the threads of `setNumThreads`, each of which calls the
 * library for its part; and all else is shared by them as before.
 *
 * @throws TypeError if library is neither a path nor null, or an option is unknown.
 * @throws RangeError unless threads is a whole number of at least 1.
 *
 * @example
 * import { useNative } from '@kasane/native';
 * const info = useNative({ library: null }); // back to WebAssembly
 * info.library; // => null
 */
export function useNative(options?: NativeOptions): NativeInfo {
  const { library, threads } = optionsOf('useNative', options, ['library', 'threads']);
  if (library !== undefined && library !== null && typeof library !== 'string') {
    throw new TypeError(`useNative: library needs a path or null, got ${String(library)}.`);
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new RangeError(`useNative: threads needs a whole number from 1 on, got ${threads}.`);
  }
  if (library === null) {
    replaceKernels(null);
    return { ...none, note: null };
  }
  const found = load(library);
  if (typeof found === 'string') {
    replaceKernels(null);
    return { ...none, note: `useNative: ${found} Products stay in WebAssembly.` };
  }
  return put(found.koffi, found.blas, threads);
}

let isEager = false;

/**
 * From the next `useNative` on, whether the library gets all that it can, worth it or not: for tests.
 *
 * @internal
 */
export function giveAll(eager: boolean): void {
  if (typeof eager !== 'boolean') {
    throw new TypeError(`giveAll: needs true or false, got ${shown(eager)}.`);
  }
  isEager = eager;
}

function load(library: string | undefined): { koffi: Koffi; blas: Blas } | string {
  const env = environment('KASANE_BLAS', 'OPENBLAS_CORETYPE', 'OPENBLAS_THREAD_TIMEOUT');
  const key = library ?? `\0${env['KASANE_BLAS'] ?? ''}`;
  const earlier = loaded.get(key);
  if (earlier !== undefined) return earlier;
  const koffi = loadKoffi();
  const blas =
    typeof koffi === 'string'
      ? koffi
      : loadBlas(koffi, library, { platform: node!.platform, env, cpuinfo: cpuinfo() });
  // Both are a string if one is.
  const found =
    typeof blas === 'string' || typeof koffi === 'string' ? String(blas) : { koffi, blas };
  loaded.set(key, found);
  return found;
}

function put(koffi: Koffi, blas: Blas, wanted: number | undefined): NativeInfo {
  const backend = wasm() as WasmBackend; // what wasm() gives is one of these
  const products = new Products(backend, koffi, blas, isEager);
  if (!agrees(products, backend)) {
    replaceKernels(null);
    const note = `useNative: ${blas.library} gets a small product wrong. Products stay in WebAssembly.`;
    return { ...none, note };
  }
  const make = (below: Kernels): Partial<Kernels> => {
    products.most = wanted ?? ownThreads();
    const own = gemms(products, backend, below);
    // Helpers share what is made of many small products better than the library does; they have `parts`.
    if (getNumThreads() > 1) return own;
    return {
      ...own,
      ...vectors(products, blas.vectors, below),
      ...composed(products, backend, below),
    };
  };
  const parts = {
    own: (below: Kernels) => composed(products, backend, below),
    module: new URL(import.meta.url.endsWith('.ts') ? 'helper.ts' : 'helper.js', import.meta.url)
      .href,
    data: { library: blas.library, isEager, packsSmall: blas.packsSmall },
    room: ROOM,
  };
  replaceKernels(make, blas.forMany ? parts : null);
  const { library, name, version, core, note } = blas;
  const threads = blas.setThreads === null ? null : products.most;
  return { library, name, version, core, threads, note };
}

function ownThreads(): number {
  if (!node!.getBuiltinModule('node:worker_threads').isMainThread) return 1;
  const shared = getNumThreads();
  return shared > 1 ? shared : node!.getBuiltinModule('node:os').availableParallelism();
}
