/** Shares calls of kernels between the thread that calls and helpers, over the memory of a wasm backend. */
import type { Kernels } from '../backends/wasm/index.ts';
import type { LinearMemory } from '../backends/wasm/webassembly.ts';
import { signatures } from '../kernels/signatures.gen.ts';
import { gates, type KernelTable } from './gate.ts';
import { sharedKernels, splitCall, type SharedKernel, type SplitCall } from './split.ts';
import {
  ARGUMENTS,
  ASLEEP,
  BYTES,
  DONE,
  FINISHED,
  maySleep,
  MOST,
  NUMBERS,
  PARTS,
  PROGRESS,
  READY,
  SPINS,
  startThread,
  STRIDES,
  WAITING,
  type HelperKernels,
  type ThreadData,
} from './thread.ts';

const HELPER_TIMEOUT_MS = 2000; // without progress after which helpers are given up
/** Parts for each thread: who comes late, or has another program beside it, takes fewer. */
const PARTS_PER_THREAD = 4;
/** A helper shows that it lives after so many times the least work: some milliseconds. */
const STEP = 1024;
/** Chunks of a long row that are computed at a time. */
const CHUNKS = 4096;
/** Memory for what those give. */
export const PARTIALS_BYTES: number = 8 * CHUNKS;

const names = Object.keys(signatures);
const numberOf = new Map(names.map((name, i) => [name, i]));

/** What a pool works with. */
export interface PoolOptions {
  readonly kernels: Kernels;
  readonly memory: LinearMemory;
  /** The kernels as they are compiled. */
  readonly bytes: Uint8Array;
  /** For each helper, the region that its products are packed in. */
  readonly scratch: readonly number[];
  /** A region of PARTIALS_BYTES. */
  readonly partials: number;
  /**
   * By how much less work is shared than pays: 1, and less for tests. With 0 whatever can be cut is, into
   * parts of four elements, whether helpers are there or not.
   */
  readonly scale: number;
  /** What computes parts in the place of kernels, here and in helpers. */
  readonly instead?: { readonly own: Partial<Kernels>; readonly helpers: HelperKernels } | null;
}

export class Pool {
  /** Calls that were shared, and their parts that helpers computed: for tests and measurements. */
  readonly counts: { calls: number; parts: number } = { calls: 0, parts: 0 };
  readonly #options: PoolOptions;
  readonly #below: KernelTable;
  readonly #plain: KernelTable;
  readonly #chunk: number;
  #words!: Int32Array;
  #numbers!: Float64Array;
  #stops: (() => void)[] = [];

  constructor(options: PoolOptions) {
    const { kernels, memory, scale, instead } = options;
    this.#options = options;
    // All that has a signature is a kernel.
    const all = kernels as unknown as KernelTable;
    this.#below = Object.fromEntries(names.map((name) => [name, all[name]!]));
    this.#plain = { ...this.#below, ...(instead?.own as KernelTable | undefined) };
    this.#chunk = kernels.chunkLength();
    const thresholds = sharedKernels.map(({ name, record, work }) => {
      return [name, { size: work, from: Math.max(1, scale * record.threshold) }] as const;
    });
    const share = sharedKernels.map((shared) => {
      return [shared.name, (...args: number[]) => this.#call(shared, args)] as const;
    });
    this.#start();
    Object.assign(
      kernels,
      gates(Object.fromEntries(thresholds), this.#plain, Object.fromEntries(share), memory),
    );
  }

  /** Helpers, and the thread that calls. */
  get threads(): number {
    return 1 + this.#stops.length;
  }

  /** How many threads work by now; helpers take some milliseconds to start. */
  get ready(): number {
    let ready = 1;
    for (let i = 0; i < this.#stops.length; i++) ready += Atomics.load(this.#words, READY + i);
    return ready;
  }

  /** Sends the helpers away, and puts the kernels back in their place. */
  close(): void {
    for (const stop of this.#stops) stop();
    Object.assign(this.#options.kernels, this.#below);
  }

  /** The control block: for tests. */
  get control(): ArrayBufferLike {
    return this.#words.buffer;
  }

  #start(): void {
    // A block of its own for every generation: one that was given up cannot disturb the next.
    const control = new SharedArrayBuffer(BYTES);
    this.#words = new Int32Array(control);
    this.#numbers = new Float64Array(control, NUMBERS);
    const { memory, bytes, scratch, instead } = this.#options;
    this.#stops = scratch.map((own, id) => {
      const helpers = instead?.helpers ?? null;
      return this.#startOne({ bytes, memory, control, id, scratch: own, names, instead: helpers });
    });
  }

  #startOne(data: ThreadData): () => void {
    return startThread(data, () => {
      // One of an earlier generation, or one that never came to work, is not replaced.
      if (data.control !== this.control || this.#words[READY + data.id] === 0) return;
      this.#words[READY + data.id] = 0;
      this.#stops[data.id] = this.#startOne(data);
    });
  }

  #call(shared: SharedKernel, args: readonly number[]): void {
    if (this.#longRow(shared, args)) return;
    let split = splitCall(shared, args);
    if (split !== null && this.#options.scale === 0) {
      split = { ...split, unit: Math.min(split.unit, 4) };
    }
    if (split === null || !this.#share(shared, split, workOf(shared, args))) {
      this.#plain[shared.name]!(...args);
    }
  }

  /** Shares a call; false if it is not worth the while, or there is nobody to share it with. */
  #share(shared: SharedKernel, split: SplitCall, amount: number): boolean {
    const { scale } = this.#options;
    const threads = scale === 0 ? this.threads : this.ready;
    if (threads === 1) return false;
    const { unit } = split;
    const { threshold } = shared.record;
    const total = split.args[split.count]!;
    const least = Math.max(1, (scale * threshold) / 2);
    const most = Math.min(split.coarse ? threads : PARTS_PER_THREAD * threads, MOST);
    const wanted = Math.max(2, Math.min(most, Math.floor(amount / least)));
    const length = Math.ceil(total / wanted / unit) * unit;
    const parts = Math.ceil(total / length);
    if (!(parts > 1)) return false;
    const step = Math.max(1, Math.floor((STEP * threshold * total) / amount / unit)) * unit;
    this.#post(shared, split, { total, length, parts, step });
    this.#work(shared, split, length, total, parts);
    return true;
  }

  /** Writes down a call, and wakes who sleeps. */
  #post(
    { scratch }: SharedKernel,
    { kernel, args, count, strides }: SplitCall,
    { total, length, parts, step }: Readonly<Record<'total' | 'length' | 'parts' | 'step', number>>,
  ): void {
    const words = this.#words;
    const numbers = this.#numbers;
    numbers.set([numberOf.get(kernel)!, args.length, count, total, length, step, scratch]);
    numbers.set(args, ARGUMENTS);
    numbers.set(strides, STRIDES);
    words.fill(0, FINISHED, FINISHED + parts);
    words[DONE] = 0;
    Atomics.store(words, PARTS, parts << 16);
    if (Atomics.load(words, ASLEEP) > 0) Atomics.notify(words, PARTS);
  }

  /** Takes parts as helpers do, waits for theirs, and does again what is left of one that died. */
  #work(
    shared: SharedKernel,
    split: SplitCall,
    length: number,
    total: number,
    parts: number,
  ): void {
    const words = this.#words;
    const { kernel, args, count, strides } = split;
    const compute = (part: number): void => {
      const from = part * length;
      // What does not grow is passed on as it is: -0 + 0 would be 0.
      const now = args.map((arg, i) => (strides[i] === 0 ? arg : arg + strides[i]! * from));
      now[count] = Math.min(length, total - from);
      this.#plain[kernel]!(...now);
    };
    let own = 0;
    try {
      for (;;) {
        const state = Atomics.load(words, PARTS);
        if ((state & 65535) === state >>> 16) break;
        if (Atomics.compareExchange(words, PARTS, state, state + 1) === state) compute(own++);
      }
    } catch (error) {
      this.#renew(); // a kernel has failed, with helpers in the middle of it
      throw error;
    }
    this.counts.calls++;
    this.counts.parts += parts - own;
    if (this.#wait(parts - own)) return;
    const left: number[] = [];
    for (let part = own; part < parts; part++) {
      if (Atomics.load(words, FINISHED + part) === 0) left.push(part);
    }
    this.#renew();
    if (shared.record.adds === true || isInPlace(split)) {
      throw new Error(
        `setNumThreads: a thread ended while it changed a tensor in place (${kernel}), which cannot be done again. Make the tensor anew.`,
      );
    }
    left.forEach(compute);
  }

  /** Waits for the parts that helpers have taken; false if one has died on its part. */
  #wait(taken: number): boolean {
    const words = this.#words;
    for (let i = 0; i < SPINS; i++) if (Atomics.load(words, DONE) === taken) return true;
    let progress = Atomics.load(words, PROGRESS);
    Atomics.store(words, WAITING, 1);
    for (;;) {
      const done = Atomics.load(words, DONE);
      if (done === taken) break;
      if (maySleep) {
        if (Atomics.wait(words, DONE, done, HELPER_TIMEOUT_MS) !== 'timed-out') continue;
      } else {
        for (let i = 0; i < 1e9 && Atomics.load(words, DONE) === done; i++);
        if (Atomics.load(words, DONE) !== done) continue;
      }
      const now = Atomics.load(words, PROGRESS);
      if (now === progress) return false;
      progress = now;
    }
    Atomics.store(words, WAITING, 0);
    return true;
  }

  /** Takes other threads in place of those that there are. */
  #renew(): void {
    for (const stop of this.#stops) stop();
    this.#start();
  }

  /** A reduction to one number, in chunks; false if it is none, or too short. */
  #longRow(shared: SharedKernel, args: readonly number[]): boolean {
    const { name, record } = shared;
    if (record.longRow === undefined) return false;
    const { x = 0, out = 0, outer, n = 0, inner, correction = 0 } = shared.named(args);
    if (outer !== 1 || inner !== 1 || n < 2 * this.#chunk || this.ready === 1) return false;
    const plain = this.#plain;
    const { buffer } = this.#options.memory;
    const floats = new Float32Array(buffer, out >>> 0, 1);
    const ints = new Int32Array(buffer, out >>> 0, 1);
    const result = record.longRow({
      n,
      correction,
      chunks: (op, shift = 0) => this.#chunks(shared, x, n, op, shift),
      log(value) {
        floats[0] = value;
        plain['log']!(out, out, 1);
        return floats[0];
      },
      indexWithin: (chunk) => {
        const from = chunk * this.#chunk;
        plain[name]!(x + 4 * from, out, 1, Math.min(this.#chunk, n - from), 1);
        return from + ints[0]!;
      },
    });
    if (Number.isNaN(result)) return false;
    if (record.int32 === true) ints[0] = result;
    else floats[0] = result;
    return true;
  }

  /** What `partials` gives for each chunk. */
  #chunks(shared: SharedKernel, x: number, n: number, op: number, shift: number): number[] {
    const { memory, partials } = this.#options;
    const found: number[] = [];
    for (let from = 0; from < n; from += CHUNKS * this.#chunk) {
      const length = Math.min(n - from, CHUNKS * this.#chunk);
      const args = [x + 4 * from, partials, length, op, shift];
      const strides = [4, 8 / this.#chunk, 0, 0, 0];
      const split = {
        kernel: 'partials',
        args,
        count: 2,
        strides,
        unit: this.#chunk,
        coarse: false,
      };
      if (!this.#share(shared, split, length)) this.#plain['partials']!(...args);
      const count = Math.ceil(length / this.#chunk);
      found.push(...new Float64Array(memory.buffer, partials, count));
    }
    return found;
  }
}

const workOf = ({ work }: SharedKernel, args: readonly number[]): number =>
  work.reduce((product, i) => product * args[i]!, 1);

/** True if two pointers of a call are the same: then its result takes the place of an operand. */
function isInPlace({ args, strides }: SplitCall): boolean {
  const pointers = args.filter((_, i) => strides[i] !== 0);
  return new Set(pointers).size < pointers.length;
}
