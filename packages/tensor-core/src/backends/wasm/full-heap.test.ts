/** Tensors that fill all of linear memory, of which few are ever touched. */
import {
  full,
  memory,
  ones,
  rand,
  run,
  scope,
  setMemoryBudget,
  type OpDef,
  type Tensor,
} from '@kasane/tensor-core';
import { getNumThreads, setNumThreads, threadsReady } from '@kasane/tensor-core/threads';
import { afterEach, describe, expect, it } from 'vitest';
import { wasm, type WasmBackend, type WasmStorage } from './index.ts';

// What wasm() gives is one of these.
const backend = wasm() as WasmBackend;
const { heap } = backend;
const MIB = 2 ** 20;

const held: WasmStorage[] = [];

/** Takes all memory, in blocks of so many bytes and of what is left. */
function fill(bytes: number): void {
  setMemoryBudget(2 ** 32);
  for (let next = bytes; next >= 4096; next /= 2) {
    for (;;) {
      const storage = backend.allocate('bool', next);
      if (storage.pointer < 0) {
        backend.free(storage);
        break;
      }
      held.push(storage);
    }
  }
  // What is left is for small tensors.
  for (let storage = backend.allocate('bool', 2048); storage.pointer >= 0;) {
    held.push(storage);
    storage = backend.allocate('bool', 2048);
  }
}

/** Frees some of the blocks, or all. */
function release(which: (i: number) => boolean = () => true): void {
  for (const [i, storage] of held.splice(0).entries()) {
    if (which(i)) backend.free(storage);
    else held.push(storage);
  }
}

afterEach(() => {
  release();
  setMemoryBudget(2 ** 30);
});

const product = (n: number): Tensor => ones([n, n]).matmul(full([n, n], 2));

/** An op that has nothing but its kernel. */
const twice: OpDef = {
  name: 'twice',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  vjp: null,
  wasm(k, [x], _, out) {
    k.axpby(x!.pointer, x!.pointer, out.pointer, out.size, 2, 0);
    return true;
  },
};

describe('memory that is full', () => {
  it('is used again by tensors of other sizes once some were freed', () => {
    fill(MIB / 2);
    expect(heap.bytes).toBeGreaterThan(4000 * MIB);
    expect(scope(() => product(64).sum().item())).toBe(64 * 64 * 64 * 2);
    release((i) => i % 2 === 0 && i < 4000);
    // Pieces of half a MiB, none beside another, hold a 256² product but no 512² one.
    expect(scope(() => product(256)).pointer).toBeGreaterThan(0);
    expect(scope(() => product(512)).pointer).toBe(-1);
  });

  it('is put together where free blocks lie beside each other', () => {
    fill(MIB / 2);
    release((i) => i < 64);
    const x = scope(() => product(1024));
    expect(x.pointer).toBeGreaterThan(0);
    expect(x.mean().item()).toBe(2048);
    x.dispose();
  });

  it('is put together where small tensors were freed', () => {
    setMemoryBudget(2 ** 32);
    const small = Array.from({ length: 4000 }, () => backend.allocate('bool', 2048));
    const { reserved } = heap;
    fill(MIB);
    for (const storage of small) backend.free(storage);
    const block = backend.allocate('bool', 3 * MIB);
    expect(block.pointer).toBeGreaterThan(0);
    expect(block.pointer).toBeLessThan(reserved);
    backend.free(block);
  });

  it('ends what cannot do without in an error that names the largest tensors', () => {
    const x = rand([2048]);
    const largest = full([1024, 1024], 1);
    fill(MIB / 4);
    expect(() => run(twice, [x], undefined)).toThrow(
      /^twice: no room for 8192 bytes beside \d+ tensors of 42\d{8}, the largest: float32 \[1048576\]\. Use scope\(\)\.$/,
    );
    largest.dispose();
    expect(run(twice, [x], undefined).dataSync()).toEqual(x.mul(2).dataSync());
  });

  it('leaves the number of threads as it was, and sums right', async () => {
    const x = ones([2 ** 22]);
    fill(MIB / 4);
    expect(() => setNumThreads(2)).toThrow(/^setNumThreads: no room for \d+ bytes beside /);
    expect(getNumThreads()).toBe(1);
    expect(x.sum().item()).toBe(2 ** 22);
    release();
    setNumThreads(2);
    await threadsReady();
    expect(x.sum().item()).toBe(2 ** 22);
    setNumThreads(1);
  });
});

describe('tensors that grow', () => {
  it('take the place of smaller ones', () => {
    setMemoryBudget(64 * MIB);
    const before = memory().wasm;
    const { reserved } = heap;
    for (let i = 0; i < 80; i++) {
      const size = 2 ** 16 * (4 + i / 2);
      const last = scope(() =>
        full([size], 2)
          .mul(3)
          .slice(0, size - 1, size)
          .item(),
      );
      expect(last).toBe(6);
    }
    expect(memory().wasm).toEqual(before);
    expect(heap.reserved).toBeLessThanOrEqual(Math.max(reserved, 64 * MIB));
  });

  it('are staged in one place past the budget', () => {
    setMemoryBudget(0);
    const sizes = Array.from({ length: 40 }, (_, i) => 2 ** 16 * (i + 1));
    const end = heap.memory.buffer.byteLength;
    for (const size of sizes) expect(scope(() => full([size], 2).mul(3).mean().item())).toBe(6);
    const most = 3 * 4 * sizes.at(-1)!;
    expect(heap.memory.buffer.byteLength - end).toBeLessThan(2 * most);
  });
});
