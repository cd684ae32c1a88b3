/** Shares calls of kernels between the thread that calls and helpers, over the memory of a wasm backend. */
import type { Kernels } from '../backends/wasm/index.ts';
import type { LinearMemory } from '../backends/wasm/webassembly.ts';
import { signatures } from '../compile/signatures.gen.ts';
import { gates, type KernelTable } from './gate.ts';
import { longRows } from './long-rows.ts';
import { sharings, type Cut, type Sharing } from './sharing.ts';
import {
  ARGUMENTS,
  ASLEEP,
  BYTES,
  DONE,
  FINISHED,
  maySleep,
  MOST,
  MOVES,
  NUMBERS,
  PARTS,
  PROGRESS,
  READY,
  SPINS,
  startThread,
  WAITING,
  type ThreadData,
} from './thread.ts';

const HELPER_TIMEOUT_MS = 2000; // milliseconds without progress after which helpers are given up
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
}

export class Pool {
  /** Calls that were shared, and their parts that helpers computed: for tests and measurements. */
  readonly counts: { calls: number; parts: number } = { calls: 0, parts: 0 };
  readonly #options: PoolOptions;
  readonly #plain: KernelTable;
  readonly #chunk: number;
  #words!: Int32Array;
  #numbers!: Float64Array;
  #stops: (() => void)[] = [];

  constructor(options: PoolOptions) {
    const { kernels, memory, scale } = options;
    this.#options = options;
    // All that has a signature is a kernel.
    const all = kernels as unknown as KernelTable;
    this.#plain = Object.fromEntries(names.map((name) => [name, all[name]!]));
    this.#chunk = kernels.chunkLength();
    const entries = Object.entries(sharings);
    const thresholds = entries.map(([name, sharing]) => {
      return [name, { ...sharing, from: Math.max(1, scale * sharing.from) }] as const;
    });
    const share = entries.map(([name, sharing]) => {
      return [name, (...args: number[]) => this.#call(name, sharing, args)] as const;
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
    Object.assign(this.#options.kernels, this.#plain);
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
    const { memory, bytes, scratch } = this.#options;
    this.#stops = scratch.map((own, id) => {
      return this.#startOne({ bytes, memory, control, id, scratch: own, names });
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

  #call(name: string, sharing: Sharing, args: readonly number[]): void {
    if (this.#longRow(name, args)) return;
    let cut = sharing.cut(name, args);
    if (cut !== null && this.#options.scale === 0) cut = { ...cut, unit: Math.min(cut.unit, 4) };
    if (cut === null || !this.#share(sharing, cut, work(sharing, args))) {
      this.#plain[name]!(...args);
    }
  }

  /** Shares a call; false if it is not worth the while, or there is nobody to share it with. */
  #share(sharing: Sharing, cut: Cut, amount: number): boolean {
    const { scale } = this.#options;
    const threads = scale === 0 ? this.threads : this.ready;
    if (threads === 1) return false;
    const { unit } = cut;
    const total = cut.args[cut.count]!;
    const least = Math.max(1, (scale * sharing.from) / 2);
    const most = Math.min(cut.coarse === true ? threads : PARTS_PER_THREAD * threads, MOST);
    const wanted = Math.max(2, Math.min(most, Math.floor(amount / least)));
    const length = Math.ceil(total / wanted / unit) * unit;
    const parts = Math.ceil(total / length);
    if (!(parts > 1)) return false;
    const step = Math.max(1, Math.floor((STEP * sharing.from * total) / amount / unit)) * unit;
    this.#post(sharing, cut, { total, length, parts, step });
    this.#work(sharing, cut, length, total, parts);
    return true;
  }

  /** Writes down a call, and wakes who sleeps. */
  #post(
    { scratch = -1 }: Sharing,
    { kernel, args, count, moves }: Cut,
    { total, length, parts, step }: Readonly<Record<'total' | 'length' | 'parts' | 'step', number>>,
  ): void {
    const words = this.#words;
    const numbers = this.#numbers;
    numbers.set([numberOf.get(kernel)!, args.length, count, total, length, step, scratch]);
    numbers.set(args, ARGUMENTS);
    numbers.fill(0, MOVES, MOVES + args.length);
    numbers.set(moves, MOVES);
    words.fill(0, FINISHED, FINISHED + parts);
    words[DONE] = 0;
    Atomics.store(words, PARTS, parts << 16);
    if (Atomics.load(words, ASLEEP) > 0) Atomics.notify(words, PARTS);
  }

  /** Takes parts as helpers do, waits for theirs, and does again what is left of one that died. */
  #work(sharing: Sharing, cut: Cut, length: number, total: number, parts: number): void {
    const words = this.#words;
    const compute = (part: number): void => {
      const from = part * length;
      // What does not move is passed on as it is: -0 + 0 would be 0.
      const now = cut.args.map((arg, i) => {
        const move = cut.moves[i] ?? 0;
        return move === 0 ? arg : arg + move * from;
      });
      now[cut.count] = Math.min(length, total - from);
      this.#plain[cut.kernel]!(...now);
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
    if (sharing.adds === true || isInPlace(cut)) {
      throw new Error(
        `setNumThreads: a thread ended while it changed a tensor in place (${cut.kernel}), which cannot be done again. Make the tensor anew.`,
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
  #longRow(name: string, args: readonly number[]): boolean {
    const find = longRows[name];
    const [x = 0, out = 0, outer, n = 0, inner, correction = 0] = args;
    if (find === undefined || outer !== 1 || inner !== 1 || n < 2 * this.#chunk) return false;
    if (this.ready === 1) return false;
    const plain = this.#plain;
    const { buffer } = this.#options.memory;
    const floats = new Float32Array(buffer, out >>> 0, 1);
    const ints = new Int32Array(buffer, out >>> 0, 1);
    const result = find({
      n,
      correction,
      chunks: (op, shift = 0) => this.#chunks(name, x, n, op, shift),
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
    if (name.startsWith('arg')) ints[0] = result;
    else floats[0] = result;
    return true;
  }

  /** What `partials` gives for each chunk. */
  #chunks(name: string, x: number, n: number, op: number, shift: number): number[] {
    const { memory, partials } = this.#options;
    const sharing = sharings[name]!;
    const found: number[] = [];
    for (let from = 0; from < n; from += CHUNKS * this.#chunk) {
      const length = Math.min(n - from, CHUNKS * this.#chunk);
      const args = [x + 4 * from, partials, length, op, shift];
      const moves = [4, 8 / this.#chunk];
      const cut = { kernel: 'partials', args, count: 2, moves, unit: this.#chunk };
      if (!this.#share(sharing, cut, length)) this.#plain['partials']!(...args);
      const count = Math.ceil(length / this.#chunk);
      found.push(...new Float64Array(memory.buffer, partials, count));
    }
    return found;
  }
}

const work = ({ size }: Sharing, args: readonly number[]): number =>
  size.reduce((product, i) => product * args[i]!, 1);

/** True if two pointers of a call are the same: then its result takes the place of an operand. */
function isInPlace({ args, moves }: Cut): boolean {
  const pointers = args.filter((_, i) => (moves[i] ?? 0) !== 0);
  return new Set(pointers).size < pointers.length;
}
