/** Plans while the memory grows under them, where threads cannot share it: then all views of it end. */
import { backward } from '@kasane/autograd';
import { replay, keep, memory, ones, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it, vi } from 'vitest';
import { wasm, type WasmBackend } from '../backends/wasm/index.ts';

vi.hoisted(() => {
  const { Memory } = WebAssembly;
  // As on a page that is not cross-origin isolated.
  WebAssembly.Memory = class extends Memory {
    constructor(limits: WebAssembly.MemoryDescriptor) {
      if (limits.shared === true) throw new TypeError('no shared memory');
      super(limits);
    }
  };
});

// What wasm() gives is one of these.
const { heap } = wasm() as WasmBackend;

/** Leaves no room, so that the next tensor of so many elements lets the memory grow. */
function fill(size: number): void {
  const top = heap.reserved;
  while (keep(zeros([size])).pointer < top); // free blocks are taken first
  heap.reserve(heap.memory.buffer.byteLength - heap.reserved);
}

describe('plans in memory that is not shared', () => {
  it('is what is tried here', () => {
    expect(heap.memory.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('compute without kernels what stays where it is as the memory grows', () => {
    const f = compile((x: Tensor) => [x.mul(2), x.argsort(), x.cast('float64')]);
    const results = Array.from({ length: 600 }, (_, i) => f(ones([1000]).mul(i)));
    expect(results.map(([x]) => x!.sum().item())).toEqual(results.map((_, i) => 2000 * i));
    expect(results.at(-1)![2]!.sum().item()).toBe(599_000);
  });

  it('go on where an effect lets it grow', () => {
    const kept: Tensor[] = [];
    const f = compile((x: Tensor) => {
      const y = x.cast('float64').exp();
      replay(() => {
        fill(3000);
        kept.push(keep(zeros([3000])));
      });
      return y.cast('int32').add(1);
    });
    for (let i = 0; i < 6; i++) expect(f(tensor([0, 1])).toArray()).toEqual([2, 3]);
    expect(kept.length).toBe(6);
  });

  it('go on where a gradient of rows is made dense', () => {
    const table = tensor(new Float32Array(80_000), [10_000, 8], { requiresGrad: true });
    const gather = (index: Tensor): void =>
      backward(table.indexSelect(0, index, { sparseGrad: true }).sum());
    const index = tensor(Int32Array.of(7));
    const f = compile((i: Tensor, x: Tensor) => {
      gather(i);
      return x.cast('float64');
    });
    gather(index);
    const earlier = [1, 2, 3, 4].map((v) => f(index, ones([100]).mul(v)));
    table.grad = null;
    gather(index);
    const room = zeros([80_000]);
    fill(80_000);
    room.dispose(); // for the gradient that the call makes, not for the one that it finds
    const results = [...earlier, f(index, ones([100]).mul(5))];
    expect(results.map((x) => x.mean().item())).toEqual([1, 2, 3, 4, 5]);
    expect(table.grad!.sum().item()).toBe(16);
  });

  it('give a written tensor its own memory when that has to grow', () => {
    const [x, step] = [zeros([5000]), ones([5000])];
    const f = compile(() => {
      x.assign(x.add(step));
      return x.sum();
    });
    for (let i = 0; i < 3; i++) f();
    const alias = x.detach();
    fill(5000);
    const before = memory().wasm.tensors;
    expect(f().item()).toBe(20_000);
    expect(memory().wasm.tensors - before).toBeLessThanOrEqual(2);
    expect(alias.sum().item()).toBe(15_000);
  });
});
