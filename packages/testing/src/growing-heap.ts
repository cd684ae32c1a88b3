/** Memory of the wasm backend that grows with every block. */
import type { Backend } from '@kasane/tensor-core';

const PAGE = 65536;
/** The size class of blocks of one page; there are four classes for each doubling. */
const PAGE_CLASS = 47;

/** What `growing` needs to know of the allocator of the wasm backend. */
interface GrowingHeap {
  readonly memory: { readonly buffer: ArrayBufferLike; grow(pages: number): number };
  tensors: number;
  bytes: number;
  allocate(bytes: number, into: { pointer: number; sizeClass: number; slab: unknown }): boolean;
}

/** The allocator of a wasm backend. */
export function heapOf(backend: Backend): GrowingHeap {
  // Every wasm backend has one.
  return (backend as unknown as { readonly heap: GrowingHeap }).heap;
}

/** Runs `fn` with a memory that grows for every block, so that each lies beyond what there was before. */
export function growing<T>(backend: Backend, fn: () => T): T {
  const heap = heapOf(backend);
  const { memory } = heap;
  heap.allocate = (bytes, into) => {
    const doublings = Math.ceil(Math.log2(Math.max(bytes, PAGE) / PAGE));
    into.pointer = memory.buffer.byteLength;
    into.sizeClass = PAGE_CLASS + 4 * doublings; // it is freed as a block of that class
    into.slab = null;
    memory.grow(2 ** doublings);
    heap.tensors++;
    heap.bytes += bytes;
    return true;
  };
  try {
    return fn();
  } finally {
    Reflect.deleteProperty(heap, 'allocate'); // what the class has shows again
  }
}
