/**
 * The allocator of the WebAssembly backend's linear memory.
 *
 * Storages come in two kinds. Small ones (up to 2 KiB) are cut from slabs: watching every tensor of
 * a tiny network with a finaliser would cost more than its arithmetic, so the finaliser watches the
 * slab, which dies when all that were cut from it are dead. Large ones have a finaliser each. What is
 * freed explicitly goes to a free list per size class and is used again first, while it is in cache.
 *
 * Where the lists and the memory above them have nothing, all free blocks are put together, and cut anew:
 * what was freed as other sizes is used before anything is refused.
 *
 * Finalisers run only when the program returns to its event loop. A program that never does would
 * fill the memory, so past the budget `allocate` says no and the caller uses ordinary arrays.
 *
 * Addresses are plain numbers and blocks carry no header, so that workers sharing the memory need
 * nothing but addresses: allocation stays on the thread that owns the tensors.
 */
import type { DType } from '../../dtype.ts';
import type { LinearMemory } from './webassembly.ts';

const SMALL_LIMIT = 2048;
const SLAB_BYTES = 32 * 1024;
const PAGE = 65536;
// wasm32 addresses end at 4 GiB; the last page is left alone.
const MAX_PAGES = 65535;
/** Blocks of so many bytes are listed, so that an error can name them. */
const LISTED = 2 ** 20;

interface SlabRecord {
  readonly base: number;
  tensors: number;
  bytes: number;
}

/** What a finaliser needs to give a large block back. */
interface LargeRecord {
  readonly pointer: number;
  readonly sizeClass: number;
  readonly bytes: number;
}

/** Free memory of any size. */
interface Piece {
  pointer: number;
  bytes: number;
}

/** A large block in use. */
interface Holder {
  readonly bytes: number;
  readonly dtype: DType;
  readonly length: number;
}

/** A piece of a slab; whoever holds it keeps the slab's memory reserved. */
export interface Slab {
  readonly record: SlabRecord;
}

/** Where a storage lives. `slab` is null for large blocks. */
export interface Placement {
  readonly dtype: DType;
  readonly length: number;
  pointer: number;
  sizeClass: number;
  slab: Slab | null;
}

/** Size classes: multiples of 16 up to 256 bytes, then four per doubling. */
export function sizeClassOf(bytes: number): number {
  if (bytes <= 256) return bytes === 0 ? 0 : (bytes - 1) >>> 4;
  const exponent = 31 - Math.clz32(bytes - 1); // 2^exponent ≤ bytes - 1 < 2^(exponent + 1)
  const step = 2 ** (exponent - 2);
  return 4 * (exponent - 4) + Math.ceil(bytes / step) - 5;
}

/** The block size of a class: the smallest that holds every request of that class. */
export function classBytes(sizeClass: number): number {
  if (sizeClass < 16) return (sizeClass + 1) * 16;
  return 2 ** (2 + (sizeClass >> 2)) * (5 + (sizeClass & 3));
}

/** Whole cache lines, 64 bytes: blocks that start on one do not share it with a neighbour. */
const lines = (bytes: number): number => Math.ceil(bytes / 64) * 64;

export class Heap {
  readonly memory: LinearMemory;
  tensors = 0;
  bytes = 0;
  budget: number = 2 ** 30;

  #top: number;
  #stage = 0;
  #stageBytes = 0;
  #slab: Slab | null = null;
  #slabNext = 0;
  #slabEnd = 0;
  #pieces: Piece[] = [];
  /** True if something was freed since free blocks were put together. */
  #freed = false;
  readonly #holders = new Map<number, Holder>();
  readonly #smallPointers: number[][] = [];
  readonly #smallSlabs: Slab[][] = [];
  readonly #largePointers: number[][] = [];
  readonly #slabs = new FinalizationRegistry<SlabRecord>((record) => {
    this.tensors -= record.tensors;
    this.bytes -= record.bytes;
    this.#give(record.base, SLAB_BYTES);
  });
  readonly #large = new FinalizationRegistry<LargeRecord>((record) => this.#freeLarge(record));

  constructor(memory: LinearMemory, base: number) {
    this.memory = memory;
    this.#top = lines(base);
    for (let c = 0; c <= sizeClassOf(SMALL_LIMIT); c++) {
      this.#smallPointers.push([]);
      this.#smallSlabs.push([]);
    }
    for (let c = 0; c < 120; c++) this.#largePointers.push([]);
  }

  /** Bytes of linear memory up to the last that is in use; what the budget bounds. */
  get reserved(): number {
    return this.#top;
  }

  /** A place for `bytes` bytes in `into`, or false if the budget is spent. */
  allocate(bytes: number, into: Placement): boolean {
    const sizeClass = sizeClassOf(bytes);
    into.sizeClass = sizeClass;
    if (bytes > SMALL_LIMIT) {
      const recycled = this.#largePointers[sizeClass]!.pop();
      const pointer = recycled ?? this.#take(classBytes(sizeClass), this.budget);
      if (pointer < 0) return false;
      if (bytes >= LISTED) {
        this.#holders.set(pointer, { bytes, dtype: into.dtype, length: into.length });
      }
      into.pointer = pointer;
      into.slab = null;
    } else {
      const recycled = this.#smallPointers[sizeClass]!.pop();
      if (recycled === undefined) {
        const blockBytes = classBytes(sizeClass);
        if (this.#slabNext + blockBytes > this.#slabEnd && !this.#newSlab()) return false;
        into.pointer = this.#slabNext;
        into.slab = this.#slab;
        this.#slabNext += blockBytes;
      } else {
        into.pointer = recycled;
        into.slab = this.#smallSlabs[sizeClass]!.pop()!;
      }
      const record = into.slab!.record;
      record.tensors++;
      record.bytes += bytes;
    }
    this.tensors++;
    this.bytes += bytes;
    return true;
  }

  /** Returns a block to its free list. */
  free(placement: Placement, bytes: number, watched: boolean): void {
    const { slab, sizeClass, pointer } = placement;
    if (slab === null) {
      if (watched) this.#large.unregister(placement);
      this.#freeLarge({ pointer, sizeClass, bytes });
      return;
    }
    if (--slab.record.tensors === 0) this.#freed = true;
    slab.record.bytes -= bytes;
    this.tensors--;
    this.bytes -= bytes;
    this.#smallPointers[sizeClass]!.push(pointer);
    this.#smallSlabs[sizeClass]!.push(slab);
  }

  /** Lets the garbage collector free a large block when `placement` dies; slabs are watched anyway. */
  watch(placement: Placement, bytes: number): void {
    const { pointer, sizeClass } = placement;
    this.#large.register(placement, { pointer, sizeClass, bytes }, placement);
  }

  /** Memory for the backend's own use, outside the budget and never freed; -1 if there is none. */
  reserve(bytes: number): number {
    return this.#take(lines(bytes), Infinity);
  }

  /**
   * Places for blocks that are needed only until the next call, in an area of their own: blocks from
   * the free lists would be taken by the next tensors, and the memory would grow past its budget after
   * all. Null if there is no room.
   */
  stage(sizes: readonly number[]): number[] | null {
    const total = sizes.reduce((sum, bytes) => sum + lines(bytes), 0);
    if (total > this.#stageBytes) {
      this.#give(this.#stage, this.#stageBytes);
      this.#gather();
      this.#stage = this.reserve(total);
      this.#stageBytes = this.#stage < 0 ? 0 : total;
      if (this.#stage < 0) return null;
    }
    let next = this.#stage;
    return sizes.map((bytes) => {
      const pointer = next;
      next += lines(bytes);
      return pointer;
    });
  }

  /** The largest blocks in use. */
  largest(): Holder[] {
    return [...this.#holders.values()].sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  }

  #freeLarge(record: LargeRecord): void {
    this.tensors--;
    this.bytes -= record.bytes;
    this.#freed = true;
    if (record.bytes >= LISTED) this.#holders.delete(record.pointer);
    this.#largePointers[record.sizeClass]!.push(record.pointer);
  }

  #newSlab(): boolean {
    const base = this.#take(SLAB_BYTES, this.budget);
    if (base < 0) return false;
    const record = { base, tensors: 0, bytes: 0 };
    this.#slab = { record };
    this.#slabs.register(this.#slab, record, this.#slab);
    this.#slabNext = base;
    this.#slabEnd = base + SLAB_BYTES;
    return true;
  }

  #give(pointer: number, bytes: number): void {
    this.#pieces.push({ pointer, bytes });
    this.#freed = true;
  }

  /** The start of so many free bytes, whole lines; -1 if there are none below `limit`. */
  #take(bytes: number, limit: number): number {
    const piece = this.#pieces.find((free) => free.bytes >= bytes);
    if (piece !== undefined) {
      piece.bytes -= bytes;
      piece.pointer += bytes;
      return piece.pointer - bytes;
    }
    const end = this.#top + bytes;
    if (end <= limit && this.#grow(end)) return (this.#top = end) - bytes;
    return this.#gather() ? this.#take(bytes, limit) : -1;
  }

  /** Puts all free blocks together; false if none has come since the last time. */
  #gather(): boolean {
    if (!this.#freed) return false;
    const empty = new Set<Slab>();
    for (const [sizeClass, slabs] of this.#smallSlabs.entries()) {
      const pointers = this.#smallPointers[sizeClass]!;
      let kept = 0;
      for (const [i, slab] of slabs.entries()) {
        if (slab.record.tensors > 0 || slab === this.#slab) {
          slabs[kept] = slab;
          pointers[kept++] = pointers[i]!;
        } else empty.add(slab);
      }
      slabs.length = pointers.length = kept;
    }
    for (const slab of empty) {
      this.#slabs.unregister(slab);
      this.#give(slab.record.base, SLAB_BYTES);
    }
    for (const [sizeClass, pointers] of this.#largePointers.entries()) {
      for (const pointer of pointers.splice(0)) this.#give(pointer, classBytes(sizeClass));
    }
    this.#freed = false;
    const merged: Piece[] = [];
    for (const piece of this.#pieces.sort((a, b) => a.pointer - b.pointer)) {
      const last = merged.at(-1);
      if (last !== undefined && last.pointer + last.bytes === piece.pointer) {
        last.bytes += piece.bytes;
      } else if (piece.bytes > 0) merged.push(piece);
    }
    const last = merged.at(-1);
    if (last !== undefined && last.pointer + last.bytes === this.#top) {
      this.#top = merged.pop()!.pointer;
    }
    this.#pieces = merged;
    return true;
  }

  #grow(end: number): boolean {
    const have = this.memory.buffer.byteLength;
    if (end <= have) return true;
    // Growing detaches every view of the old buffer, so it happens in big steps.
    const wanted = Math.ceil((end - have) / PAGE);
    const most = MAX_PAGES - have / PAGE;
    if (wanted > most) return false;
    const step = Math.max(wanted, Math.ceil(have / PAGE / 4), 256);
    for (const pages of [Math.min(step, most), wanted]) {
      try {
        this.memory.grow(pages);
        return true;
      } catch {
        // The engine has no room for this step; a smaller one may fit.
      }
    }
    return false;
  }
}
