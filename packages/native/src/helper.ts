/**
 * What a helper of `setNumThreads` computes its parts by: the library that was loaded, on the helper's own room. An entry of its
 * own, so that a helper loads nothing else.
 *
 * @packageDocumentation
 */
import type { Kernels } from '@kasane/tensor-core';
import { sgemmOf } from './blas.ts';
import { attention } from './attention.ts';
import { convolutions } from './convolution.ts';
import { loadKoffi } from './host.ts';
import { Products } from './product.ts';
import { recurrences } from './recurrence.ts';
import type { Memory } from './room.ts';

/**
 * What helpers are told: of what may be sent to another thread.
 *
 * @internal
 */
export interface HelperData {
  readonly library: string;
  readonly isEager: boolean;
  readonly packsSmall: boolean;
}

/**
 * Bytes of a helper's room; a part that needs more stays with the kernel.
 *
 * @internal
 */
export const ROOM: number = 2 ** 24;

/**
 * The entries of a helper's kernel table: called by tensor-core's threads.
 *
 * @internal
 */
export function kernelsOf(
  below: Kernels,
  memory: Memory['heap']['memory'],
  room: number,
  { library, isEager, packsSmall }: HelperData,
): Partial<Kernels> {
  const koffi = loadKoffi();
  if (typeof koffi === 'string') throw new Error(koffi);
  const sgemm = sgemmOf(koffi.load(library));
  const own = ownRoom(memory, room);
  // How many threads the library has is the calling thread's affair.
  const products = new Products(own, koffi, { sgemm, setThreads: null, packsSmall }, isEager);
  return composed(products, own, below);
}

/**
 * What is made of many products: each thread computes its part of a call, one product after the other.
 *
 * @internal
 */
export function composed(products: Products, memory: Memory, below: Kernels): Partial<Kernels> {
  return {
    ...attention(products, memory, below),
    ...convolutions(products, memory, below),
    ...recurrences(products, memory, below),
  };
}

/** Room is taken from the start of a helper's own on, and given back in turn. */
function ownRoom(memory: Memory['heap']['memory'], room: number): Memory {
  let taken = 0;
  return {
    heap: { memory },
    bufferTo: () => memory.buffer,
    allocate(_, length) {
      const bytes = 64 * Math.ceil(length / 16);
      if (taken + bytes > ROOM) return { pointer: -1, bytes: 0 };
      taken += bytes;
      return { pointer: room + taken - bytes, bytes };
    },
    free({ bytes }: { readonly bytes: number }) {
      taken -= bytes; // all that a call took is given back at once
    },
  };
}
