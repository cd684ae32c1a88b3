// What the kernel tests share: both builds, a bump allocator with guarded outputs, and float32
// distances counted in units in the last place.

import { expect } from 'vitest';
import type { WasmKernels } from '../src/backends/wasm/kernels.gen.ts';
import { loadKernels } from '../src/backends/wasm/kernels.ts';
import { webAssembly } from '../src/backends/wasm/webassembly.ts';

const GUARD = 8;
const SENTINEL = 12345.678;

/** One build of the kernels with a memory of its own. */
export class KernelBench {
  readonly name: string;
  readonly kernels: WasmKernels;
  readonly scratch: number;
  readonly #buffer: ArrayBufferLike;
  readonly #bottom: number;
  #top: number;

  constructor(relaxed: boolean) {
    if (webAssembly === undefined) throw new Error('these tests need WebAssembly');
    const memory = new webAssembly.Memory({ initial: 512, maximum: 512 });
    const loaded = loadKernels(memory, relaxed);
    this.name = loaded.build;
    this.kernels = loaded.kernels;
    this.#buffer = memory.buffer;
    this.scratch = (loaded.heapBase + 15) & ~15;
    this.#bottom = (this.scratch + this.kernels.gemmScratchBytes() + 15) & ~15;
    this.#top = this.#bottom;
  }

  /** Forgets everything that was allocated. */
  reset(): void {
    this.#top = this.#bottom;
  }

  /** Reserves bytes; `shift` moves the start off its 16-byte alignment. */
  reserve(bytes: number, shift = 0): number {
    const pointer = this.#top + shift;
    this.#top = (pointer + bytes + 15) & ~15;
    return pointer;
  }

  /** Stores float32 values. */
  put(values: ArrayLike<number>, shift = 0): number {
    const pointer = this.reserve(4 * values.length, shift);
    new Float32Array(this.#buffer, pointer, values.length).set(values);
    return pointer;
  }

  /** Stores int32 values. */
  putInts(values: ArrayLike<number>): number {
    const pointer = this.reserve(4 * values.length);
    new Int32Array(this.#buffer, pointer, values.length).set(values);
    return pointer;
  }

  /** Stores bytes. */
  putBytes(values: ArrayLike<number>): number {
    const pointer = this.reserve(values.length);
    new Uint8Array(this.#buffer, pointer, values.length).set(values);
    return pointer;
  }

  /** Room for n results between two guards, so that writing too much shows. */
  out(n: number, shift = 0): number {
    const pointer = this.reserve(4 * (n + 2 * GUARD), shift);
    new Float32Array(this.#buffer, pointer, n + 2 * GUARD).fill(SENTINEL);
    return pointer + 4 * GUARD;
  }

  #checkGuards(pointer: number, n: number): void {
    const guard = Math.fround(SENTINEL);
    const all = new Float32Array(this.#buffer, pointer - 4 * GUARD, n + 2 * GUARD);
    for (let i = 0; i < GUARD; i++) {
      expect(all[i]).toBe(guard);
      expect(all[GUARD + n + i]).toBe(guard);
    }
  }

  /** The n results written to a pointer from `out`. */
  read(pointer: number, n: number): Float32Array {
    this.#checkGuards(pointer, n);
    return new Float32Array(this.#buffer, pointer, n).slice();
  }

  /** The same as int32. */
  readInts(pointer: number, n: number): Int32Array {
    this.#checkGuards(pointer, n);
    return new Int32Array(this.#buffer, pointer, n).slice();
  }

  /** The first n bytes of room for `capacity` floats from `out`. */
  readBytes(pointer: number, n: number): Uint8Array {
    return new Uint8Array(this.#buffer, pointer, n).slice();
  }
}

/** The plain and the fused build. */
export const benches: readonly KernelBench[] = [new KernelBench(false), new KernelBench(true)];

/** Row lengths that reach every tail, and the blocks of the reductions. */
export const LENGTHS: readonly number[] = [0, 1, 3, 4, 5, 17, 1000];

/** Numbers with every special case of the format among them. */
export const SPECIALS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  Infinity,
  -Infinity,
  NaN,
  1e-40,
  -1e-40,
  1.4e-45,
  3.4e38,
  -3.4e38,
  1e-38,
  88.7,
  -87.3,
  -103.9,
  20.5,
  -20.5,
];

/** n numbers that look random and are always the same: a linear congruential generator. */
export function numbers(n: number, low = -2, high = 2, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}

/** Distance of a float32 from the true value, in units of the float32 spacing there. */
export function ulps(actual: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(actual, rounded) || (Number.isNaN(actual) && Number.isNaN(exact))) return 0;
  if (!Number.isFinite(actual) || Number.isNaN(exact)) return Infinity;
  // A result beyond the format: its nearest finite neighbour is one unit away.
  if (!Number.isFinite(rounded)) return Math.abs(actual) > 3.402823e38 ? 1 : Infinity;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact))), -126);
  return Math.abs(actual - exact) / 2 ** (exponent - 23);
}

/** Asserts equality of every element, signs of zero and NaN included. */
export function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(Array.from(actual)).toEqual(Array.from(expected, (value) => Math.fround(value)));
}

/** Asserts closeness relative to a scale (the magnitude of what was summed). */
export function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(actual.length).toBe(expected.length);
  const wrong = Array.from(expected, (_, i) => i).find((i) => {
    const a = actual[i] ?? NaN;
    const e = Math.fround(expected[i] ?? NaN);
    if (!Number.isFinite(e)) return !Object.is(a, e);
    return !(Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e)));
  });
  const at = wrong ?? 0;
  expect(wrong, `element ${at} is ${actual[at]}, not ${expected[at]}`).toBeUndefined();
}
