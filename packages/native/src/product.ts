/** Matrix products by a BLAS on the memory of the WebAssembly backend. */
import type { Blas } from './blas.ts';
import type { Koffi } from './host.ts';
import type { Memory } from './room.ts';

const ROW_MAJOR = 101;
const PLAIN = 111;
const TRANSPOSED = 112;

/**
 * From how many multiplications on the library is quicker, 26³: at 24³ both took 0.5 µs on an AMD EPYC with AVX-512 and
 * OpenBLAS 0.3.21, of which 0.2 are the call. From 48³ on it took half of the kernel's time.
 */
const LEAST_WORK: number = 2 ** 14;
/** With fewer products for each element the result's memory counts, of which both have the same. */
const LEAST_DEPTH = 8;

/**
 * From how many multiplications on a product takes all threads of the library, 162³. On two, 256³ took three quarters of the time; the
 * products that convolutions and recurrent layers are made of took longer, for nobody works between them.
 */
const WIDE_WORK: number = 2 ** 22;

/** A matrix in memory: its first element's pointer, and by how many elements its rows are apart. */
export interface Matrix {
  readonly at: number;
  readonly row: number;
}

/** Calls the library, with addresses that lie within the memory or not at all. */
export class Products {
  readonly #memory: Memory;
  readonly #koffi: Koffi;
  readonly #sgemm: Blas['sgemm'];
  /** Whether the library gets all that it can, worth it or not: for tests. */
  readonly isEager: boolean;
  /** Whether the library copies the numbers of small products, too, before it multiplies. */
  readonly packsSmall: boolean;
  readonly #setThreads: Blas['setThreads'];
  /** How many a large product takes. */
  most = 1;
  #buffer!: ArrayBufferLike;
  /** The length of a shared buffer, which stays, for it takes long to ask; null of another, which is 0 once the memory has grown. */
  #sharedLength!: number | null;
  #base!: number;

  constructor(
    memory: Memory,
    koffi: Koffi,
    blas: Pick<Blas, 'sgemm' | 'setThreads' | 'packsSmall'>,
    isEager: boolean,
  ) {
    this.#memory = memory;
    this.#koffi = koffi;
    this.#sgemm = blas.sgemm;
    this.#setThreads = blas.setThreads;
    this.#setThreads?.(1);
    this.isEager = isEager;
    this.packsSmall = blas.packsSmall;
    this.#look();
  }

  /**
   * Whether a product of (m, k) and (k, n) is worth a call; `least` is for callers that have more to do for it. Vectors are
   * not: to read the matrix takes as long, and the kernels read it once.
   */
  pays(m: number, n: number, k: number, least: number = LEAST_WORK): boolean {
    if (this.isEager) return m * n * k > 0;
    return m > 1 && n > 1 && k >= LEAST_DEPTH && m * n * k >= least;
  }

  /** How many threads a product takes that nothing else is made of. */
  threadsFor(m: number, n: number, k: number): number {
    return m * n * k >= WIDE_WORK ? this.most : 1;
  }

  /** Whether the bytes from `start` to `end` are in the memory as it is now. */
  holds(start: number, end: number): boolean {
    // A memory that has grown has another buffer; the old one is detached, or, if shared, too short.
    if ((this.#sharedLength ?? this.#buffer.byteLength) < end) this.#look();
    return start >= 0 && end <= (this.#sharedLength ?? this.#buffer.byteLength);
  }

  /** The address of so many numbers, as the library takes it; null if they are not all in the memory. */
  addressOf(at: number, count: number): number | null {
    return count > 0 && this.holds(at, at + 4 * count) ? this.#base + at : null;
  }

  /**
   * C = alpha op(A) op(B) + beta C with op(A) (m, k) and op(B) (k, n); false, and nothing done, if a size is zero or a matrix reaches
   * beyond the memory.
   */
  multiply(
    transA: boolean,
    transB: boolean,
    [m, n, k]: readonly [number, number, number],
    a: Matrix,
    b: Matrix,
    c: Matrix,
    alpha: number = 1,
    beta: number = 0,
    threads: number = 1,
  ): boolean {
    const fits =
      this.#fits(a, transA ? k : m, transA ? m : k) &&
      this.#fits(b, transB ? n : k, transB ? k : n) &&
      this.#fits(c, m, n);
    if (!fits) return false;
    if (threads > 1) this.#setThreads?.(threads);
    const base = this.#base;
    this.#sgemm(
      ROW_MAJOR,
      transA ? TRANSPOSED : PLAIN,
      transB ? TRANSPOSED : PLAIN,
      m,
      n,
      k,
      alpha,
      base + a.at,
      a.row,
      base + b.at,
      b.row,
      beta,
      base + c.at,
      c.row,
    );
    if (threads > 1) this.#setThreads?.(1); // as all other calls have, those of helpers included
    return true;
  }

  /** Whether a matrix has elements, rows that do not meet, and all of them in the memory. */
  #fits({ at, row }: Matrix, rows: number, columns: number): boolean {
    return (
      rows > 0 &&
      columns > 0 &&
      row >= columns &&
      this.holds(at, at + 4 * ((rows - 1) * row + columns))
    );
  }

  /** Takes the memory as it is now. */
  #look(): void {
    const { buffer } = this.#memory.heap.memory;
    this.#buffer = buffer;
    this.#sharedLength = buffer instanceof ArrayBuffer ? null : buffer.byteLength;
    // Below 2 ** 53: addresses of programs have 47 or 56 bits, of which the upper ones are the system's.
    this.#base = Number(this.#koffi.address(new Uint8Array(buffer)));
  }
}
