/**
 * Helpers: threads that take parts of calls from a control block shared with the thread that calls.
 * While there is no work each spins, for the next call often comes at once, and then blocks.
 */
import type { LinearMemory } from '../backends/wasm/webassembly.ts';

// Places in a control block: 32-bit words, and numbers of 64 bits.
export const PARTS = 0; // the first part that nobody has taken, and in the upper half the end of them
export const DONE = 1; // how many parts helpers have finished
export const WAITING = 2; // 1 while the caller sleeps until that changes
export const ASLEEP = 3; // how many helpers sleep
export const PROGRESS = 4; // grows while parts are worked on, so that slow is not taken for dead
export const FINISHED = 32; // a word for each part, 1 once a helper has finished it
export const READY: number = FINISHED + 256; // a word for each helper, 1 once it has compiled the kernels
export const NUMBERS: number = 8 * 512; // bytes before the numbers that describe a call
export const ARGUMENTS = 8;
export const STRIDES = 40;
export const BYTES: number = NUMBERS + 8 * 72;

/** Most parts of a call, and most helpers. */
export const MOST = 256;

/** Spins before blocking: more than the time between the ops of a program, some tens of microseconds. */
export const SPINS = 20_000;

/** What a helper does. It stands on its own: no name of this module means anything in a worker. */
const source = `
const start = async ({ bytes, memory, control, id, scratch, names, instead }) => {
  let { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  if (instead) {
    try {
      const { kernelsOf } = await import(instead.module);
      exports = { ...exports, ...kernelsOf({ ...exports, scratch }, memory, instead.rooms[id], instead.data) };
    } catch (error) { // the kernels compute the same, but slower
      if (id === 0) console.warn('setNumThreads: helpers compute in WebAssembly only, for ' + error.message);
    }
  }
  const kernels = names.map((name) => exports[name]);
  const words = new Int32Array(control);
  const numbers = new Float64Array(control, ${NUMBERS});
  Atomics.store(words, ${READY} + id, 1);
  for (let spins = 0; ; ) {
    const state = Atomics.load(words, ${PARTS});
    const part = (state >>> 16) - 1;
    if ((state & 65535) > part) {
      if (spins++ < ${SPINS}) continue;
      spins = 0;
      Atomics.add(words, ${ASLEEP}, 1);
      Atomics.wait(words, ${PARTS}, state);
      Atomics.sub(words, ${ASLEEP}, 1);
      continue;
    }
    // From the end, while the caller takes from the start: so each finds in its cache what it made last.
    if (Atomics.compareExchange(words, ${PARTS}, state, state - 65536) !== state) continue;
    const [kernel, many, count, total, length, step, own] = numbers;
    const args = [...numbers.subarray(${ARGUMENTS}, ${ARGUMENTS} + many)];
    const strides = numbers.subarray(${STRIDES}, ${STRIDES} + many);
    if (own >= 0) args[own] = scratch;
    const end = Math.min((part + 1) * length, total);
    for (let at = part * length; at < end; at += step) {
      const now = args.map((value, i) => (strides[i] === 0 ? value : value + strides[i] * at));
      now[count] = Math.min(step, end - at);
      kernels[kernel](...now);
      Atomics.add(words, ${PROGRESS}, 1);
    }
    Atomics.store(words, ${FINISHED} + part, 1);
    Atomics.add(words, ${DONE}, 1);
    if (Atomics.load(words, ${WAITING}) === 1) Atomics.notify(words, ${DONE});
    spins = 0;
  }
};
if (typeof require === 'function') start(require('node:worker_threads').workerData);
else onmessage = ({ data }) => start(data);
`;

/** What a helper starts with. */
export interface ThreadData {
  readonly bytes: Uint8Array;
  readonly memory: LinearMemory;
  readonly control: ArrayBufferLike;
  readonly id: number;
  /** Memory for the kernels that need some of their own. */
  readonly scratch: number;
  readonly names: readonly string[];
  readonly instead: HelperKernels | null;
}

/** What takes the place of kernels in helpers. */
export interface HelperKernels {
  /** The address of a module; its `kernelsOf(kernels, memory, room, data)` gives the entries. */
  readonly module: string;
  /** Memory for each helper's own use. */
  readonly rooms: readonly number[];
  readonly data: unknown;
}

/** The parts of Node and of browsers that start a worker, where they are. */
interface Host {
  readonly process?: {
    getBuiltinModule?(name: 'node:worker_threads'): {
      Worker: new (
        source: string,
        options: { eval: true; workerData: unknown; execArgv: string[] },
      ) => {
        unref(): void;
        terminate(): unknown;
        on(event: 'error' | 'exit', listen: () => void): unknown;
      };
    };
  };
  readonly Worker?: new (url: string) => { postMessage(data: unknown): void; terminate(): void };
  readonly URL?: { createObjectURL(blob: object): string };
  readonly Blob?: new (parts: string[]) => object;
  readonly crossOriginIsolated?: boolean;
  readonly document?: object;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const host = globalThis as unknown as Host; // neither library's types describe both
const threadsOfNode = host.process?.getBuiltinModule?.('node:worker_threads');

/** A page's main thread may not sleep. */
export const maySleep: boolean = host.document === undefined;

/** As many threads as there are processors. */
export function processors(): number {
  return host.navigator?.hardwareConcurrency ?? 1;
}

/** Why there can be no helpers here, or null. */
export function obstacle(memory: LinearMemory): string | null {
  if (memory.buffer instanceof ArrayBuffer) return 'memory cannot be shared between threads here';
  if (threadsOfNode !== undefined) return null;
  if (host.Worker === undefined) return 'there are no workers here';
  return host.crossOriginIsolated === true
    ? null
    : 'the page is not cross-origin isolated; serve it with COOP and COEP headers';
}

/** Starts a helper, and gives back what stops it. Calls `died`, where the host says so, if it ends by itself. */
export function startThread(data: ThreadData, died: () => void): () => void {
  if (threadsOfNode !== undefined) {
    // The program's own flags are not for the helper.
    const worker = new threadsOfNode.Worker(source, { eval: true, workerData: data, execArgv: [] });
    let stopped = false;
    worker.unref();
    worker.on('error', () => {}); // it exits as well
    worker.on('exit', () => {
      if (!stopped) died();
    });
    return () => {
      stopped = true;
      worker.terminate();
    };
  }
  const worker = new host.Worker!(host.URL!.createObjectURL(new host.Blob!([source])));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
  worker.postMessage(data);
  return () => worker.terminate();
}
