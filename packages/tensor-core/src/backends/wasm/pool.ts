/**
 * Helpers that share the memory of a wasm backend. Each waits for work in a control block of its own:
 * it spins for a while, for the next product often comes at once, and then sleeps.
 */
import type { Kernels } from './index.ts';
import type { LinearMemory } from './webassembly.ts';

// Places in a control block of 32-bit words.
const ASKED = 0; // the number of the last job given
const DONE = 1; // the number of the last job finished
const READY = 2; // 1 once the helper has compiled the kernels
const PROGRESS = 3; // grows while a job is worked on, so that slow is not taken for dead
const ARGUMENTS = 4;
const ARGUMENT_COUNT = 13;
const WORDS = 32;

const SPINS = 20_000; // some tens of microseconds
const PATIENCE = 2000; // milliseconds without progress after which a helper is given up

/** What a helper does. It stands on its own: no name of this module means anything in a worker. */
const source = `
const start = ({ bytes, memory, control }) => {
  const { gemmPart } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
  const words = new Int32Array(control);
  let job = 0;
  Atomics.store(words, ${READY}, 1);
  for (;;) {
    for (let i = 0; i < ${SPINS} && Atomics.load(words, ${ASKED}) === job; i++);
    while (Atomics.load(words, ${ASKED}) === job) Atomics.wait(words, ${ASKED}, job);
    job = Atomics.load(words, ${ASKED});
    const [a, b, c, m, n, k, ta, tb, scratch, row, rowEnd, column, columnEnd] = words.slice(${ARGUMENTS}, ${ARGUMENTS + ARGUMENT_COUNT});
    // In steps of some milliseconds, each a sign of life.
    const step = Math.max(96, Math.ceil(2 ** 28 / (k * (columnEnd - column) * 96)) * 96);
    for (let r = row; r < rowEnd; r += step) {
      gemmPart(a, b, c, m, n, k, ta, tb, scratch, r, Math.min(r + step, rowEnd), column, columnEnd);
      Atomics.add(words, ${PROGRESS}, 1);
    }
    Atomics.store(words, ${DONE}, job);
    Atomics.notify(words, ${DONE});
  }
};
if (typeof require === 'function') start(require('node:worker_threads').workerData);
else onmessage = ({ data }) => start(data);
`;

interface Thread {
  stop(): void;
}

/** The parts of Node and of browsers that start a worker, where they are. */
interface Host {
  readonly process?: {
    getBuiltinModule?(name: 'node:worker_threads'): {
      Worker: new (
        source: string,
        options: { eval: true; workerData: unknown; execArgv: string[] },
      ) => { unref(): void; terminate(): unknown; on(event: 'error', listen: () => void): unknown };
    };
  };
  readonly Worker?: new (url: string) => { postMessage(data: unknown): void; terminate(): void };
  readonly URL?: { createObjectURL(blob: object): string };
  readonly Blob?: new (parts: string[]) => object;
  readonly crossOriginIsolated?: boolean;
  readonly document?: object;
}

const host = globalThis as unknown as Host; // neither library's types describe both
const threadsOfNode = host.process?.getBuiltinModule?.('node:worker_threads');

/** Why there can be no helpers here, or null. */
export function obstacle(memory: LinearMemory): string | null {
  if (memory.buffer instanceof ArrayBuffer) return 'memory cannot be shared between threads here';
  if (threadsOfNode !== undefined) return null;
  if (host.Worker === undefined) return 'there are no workers here';
  return host.crossOriginIsolated === true
    ? null
    : 'the page is not cross-origin isolated; serve it with COOP and COEP headers';
}

function startThread(data: unknown): Thread {
  if (threadsOfNode !== undefined) {
    // The program's own flags are not for the helper.
    const worker = new threadsOfNode.Worker(source, { eval: true, workerData: data, execArgv: [] });
    worker.unref();
    worker.on('error', () => {}); // it stops to answer, which is how its death is noticed
    return { stop: () => void worker.terminate() };
  }
  const worker = new host.Worker!(host.URL!.createObjectURL(new host.Blob!([source])));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
  worker.postMessage(data);
  return { stop: () => worker.terminate() };
}

/** A range of rows and columns of a product. */
type Part = readonly [row: number, rowEnd: number, column: number, columnEnd: number];

type GemmArguments = Parameters<Kernels['gemm']>;

/** One helper, and the control block it listens to. */
class Helper {
  readonly #words = new Int32Array(new SharedArrayBuffer(WORDS * 4));
  readonly #scratch: number;
  readonly #data: object;
  #thread: Thread;

  constructor(bytes: Uint8Array, memory: LinearMemory, scratch: number) {
    this.#scratch = scratch;
    this.#data = { bytes, memory, control: this.#words.buffer };
    this.#thread = startThread(this.#data);
  }

  get isReady(): boolean {
    return Atomics.load(this.#words, READY) === 1;
  }

  give([a, b, c, m, n, k, transA, transB]: GemmArguments, part: Part): void {
    this.#words.set([a, b, c, m, n, k, transA, transB, this.#scratch, ...part], ARGUMENTS);
    Atomics.add(this.#words, ASKED, 1);
    Atomics.notify(this.#words, ASKED);
  }

  /** Waits for the work given; false if the helper has died on it. */
  wait(): boolean {
    const words = this.#words;
    const job = words[ASKED]!;
    for (let i = 0; i < SPINS; i++) if (Atomics.load(words, DONE) === job) return true;
    let progress = -1;
    while (Atomics.load(words, DONE) !== job) {
      const now = Atomics.load(words, PROGRESS);
      if (now === progress) return false;
      progress = now;
      if (host.document === undefined) {
        const done = Atomics.load(words, DONE);
        if (done !== job) Atomics.wait(words, DONE, done, PATIENCE);
      } else {
        // A page's main thread may not sleep.
        for (let i = 0; i < 1e9 && Atomics.load(words, DONE) !== job; i++);
      }
    }
    return true;
  }

  /** Takes another thread in place of one that died. */
  replace(): void {
    this.#thread.stop();
    this.#words.fill(0);
    this.#thread = startThread(this.#data);
  }

  stop(): void {
    this.#thread.stop();
  }
}

/** Helpers for one backend; the calling thread works as well. */
export class Pool {
  /** The product on one thread. */
  readonly plain: Kernels['gemm'];
  readonly #kernels: Kernels;
  readonly #helpers: Helper[];

  /** `scratch` gives each helper the region that its products need. */
  constructor(
    kernels: Kernels,
    bytes: Uint8Array,
    memory: LinearMemory,
    scratch: readonly number[],
  ) {
    this.#kernels = kernels;
    this.plain = kernels.gemm;
    this.#helpers = scratch.map((at) => new Helper(bytes, memory, at));
  }

  /** Helpers, and the thread that calls. */
  get threads(): number {
    return 1 + this.#helpers.length;
  }

  /** How many threads a product is shared by now; helpers take some milliseconds to start. */
  get ready(): number {
    return 1 + this.#helpers.filter((helper) => helper.isReady).length;
  }

  /** The matrix product, shared out by rows or columns, whichever there are more of. */
  readonly gemm = (...args: GemmArguments): void => {
    const [a, b, c, m, n, k, transA, transB, scratch] = args;
    // Below 64³ a helper costs more than it saves; narrow products take paths that are not shared.
    if (m * n * k < 2 ** 18 || m <= 4 || n === 1 || n * k <= 4096) {
      this.plain(a, b, c, m, n, k, transA, transB, scratch);
      return;
    }
    const helpers = this.#helpers.filter((helper) => helper.isReady);
    const byRows = m >= n;
    const [length, unit] = byRows ? [m, 12] : [n, 8]; // whole register blocks
    const share = Math.ceil(length / unit / (helpers.length + 1)) * unit;
    const part = (i: number): Part => {
      const [from, to] = [Math.min(i * share, length), Math.min((i + 1) * share, length)];
      return byRows ? [from, to, 0, n] : [0, m, from, to];
    };
    helpers.forEach((helper, i) => helper.give(args, part(i + 1)));
    this.#own(args, part(0));
    helpers.forEach((helper, i) => {
      if (helper.wait()) return;
      helper.replace();
      this.#own(args, part(i + 1));
    });
  };

  stop(): void {
    for (const helper of this.#helpers) helper.stop();
  }

  #own([a, b, c, m, n, k, transA, transB, scratch]: GemmArguments, part: Part): void {
    this.#kernels.gemmPart(a, b, c, m, n, k, transA, transB, scratch, ...part);
  }
}
