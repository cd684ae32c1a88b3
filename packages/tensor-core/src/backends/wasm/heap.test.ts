import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classBytes, Heap, sizeClassOf, type Placement } from './heap.ts';
import { webAssembly } from './webassembly.ts';

function newHeap(): Heap {
  return new Heap(new webAssembly!.Memory({ initial: 1, maximum: 4096 }), 1000);
}

function place(heap: Heap, bytes: number): Placement | null {
  const placement: Placement = {
    ...{ dtype: 'bool', length: bytes },
    ...{ pointer: -1, sizeClass: 0, slab: null },
  };
  return heap.allocate(bytes, placement) ? placement : null;
}

describe('size classes', () => {
  it('hold every request of theirs and waste at most a quarter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (bytes) => {
        const room = classBytes(sizeClassOf(bytes));
        expect(room).toBeGreaterThanOrEqual(bytes);
        expect(room).toBeLessThanOrEqual(Math.max(bytes + 15, bytes * 1.25));
      }),
    );
  });
  it('rise with the request', () => {
    let last = -1;
    for (let bytes = 0; bytes < 70000; bytes++) {
      const sizeClass = sizeClassOf(bytes);
      expect(sizeClass === last || sizeClass === last + 1).toBe(true);
      last = sizeClass;
    }
  });
});

describe('a heap', () => {
  it('never hands out overlapping blocks, whatever is freed between', () => {
    const request = fc.record({ bytes: fc.integer({ min: 0, max: 9000 }), free: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 120 }), (requests) => {
        const heap = newHeap();
        const live: { placement: Placement; bytes: number }[] = [];
        for (const { bytes, free } of requests) {
          const placement = place(heap, bytes)!;
          expect(placement.pointer % 16).toBe(0);
          for (const other of live) {
            const apart =
              placement.pointer + bytes <= other.placement.pointer ||
              other.placement.pointer + other.bytes <= placement.pointer;
            expect(apart || bytes === 0 || other.bytes === 0).toBe(true);
          }
          live.push({ placement, bytes });
          const victim = live[free];
          if (victim !== undefined) {
            heap.free(victim.placement, victim.bytes, false);
            live.splice(free, 1);
          }
        }
        expect(heap.tensors).toBe(live.length);
        expect(heap.bytes).toBe(live.reduce((sum, { bytes }) => sum + bytes, 0));
      }),
      { numRuns: 40 },
    );
  });
  it('keeps blocks apart when little room is cut anew again and again', () => {
    const request = fc.record({ bytes: fc.integer({ min: 1, max: 60_000 }), free: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(request, { minLength: 40, maxLength: 200 }), (requests) => {
        const heap = newHeap();
        const room = 300_000;
        heap.budget = heap.reserved + room;
        const live: { placement: Placement; bytes: number }[] = [];
        for (const { bytes, free } of requests) {
          const placement = place(heap, bytes);
          if (placement !== null) {
            const end = placement.pointer + bytes;
            expect(end).toBeLessThanOrEqual(heap.budget);
            for (const other of live) {
              const { pointer } = other.placement;
              expect(end <= pointer || pointer + other.bytes <= placement.pointer).toBe(true);
            }
            live.push({ placement, bytes });
          }
          const victim = live[free];
          if (victim !== undefined && (placement === null || free > 2)) {
            heap.free(victim.placement, victim.bytes, false);
            live.splice(free, 1);
          }
        }
        for (const { placement, bytes } of live) heap.free(placement, bytes, false);
        // All but the slab that small blocks are cut from, which lies anywhere.
        expect(place(heap, 120_000)).not.toBeNull();
      }),
      { numRuns: 60 },
    );
  });
  it('refuses what its memory cannot grow by, and goes on', () => {
    const heap = new Heap(new webAssembly!.Memory({ initial: 1, maximum: 20 }), 1000);
    expect(place(heap, 2 ** 21)).toBeNull();
    expect(heap.reserve(2 ** 21)).toBe(-1);
    expect(heap.stage([2 ** 20, 2 ** 20])).toBeNull();
    expect(place(heap, 2 ** 20)).not.toBeNull();
    expect(heap.reserved).toBeLessThanOrEqual(heap.memory.buffer.byteLength);
  });
  it('stages more and more in the place of what it staged before', () => {
    const heap = newHeap();
    for (let bytes = 1000; bytes < 100_000; bytes += 1000) {
      const [first, second] = heap.stage([bytes, 10]) as [number, number];
      expect(second - first).toBeGreaterThanOrEqual(bytes);
    }
    expect(heap.reserved).toBeLessThan(110_000);
  });
  it('uses freed blocks again before taking more memory', () => {
    const heap = newHeap();
    const first = place(heap, 5000)!;
    heap.free(first, 5000, false);
    const reserved = heap.reserved;
    expect(place(heap, 5000)!.pointer).toBe(first.pointer);
    expect(heap.reserved).toBe(reserved);
  });
  it('says no once the budget is spent', () => {
    const heap = newHeap();
    heap.budget = heap.reserved + 40000;
    expect(place(heap, 30000)).not.toBeNull();
    expect(place(heap, 30000)).toBeNull();
    expect(heap.tensors).toBe(1);
  });
});
