/** The records of all kernels. */
import { binary } from './binary.ts';
import { convolutions } from './convolution.ts';
import { memory } from './memory.ts';
import { normalization } from './normalize.ts';
import { products } from './product.ts';
import type { KernelRecord, KernelRecords } from './record.ts';
import { recurrent } from './recurrent.ts';
import { reduce } from './reduce.ts';
import { parameters } from './signatures.gen.ts';
import { unary } from './unary.ts';
import { update } from './update.ts';
import { wordVectors } from './word-vectors.ts';

const all: KernelRecords = {
  ...binary,
  ...convolutions,
  ...memory,
  ...normalization,
  ...products,
  ...recurrent,
  ...reduce,
  ...unary,
  ...update,
  ...wordVectors,
};

/** The records by kernel; null for kernels that are not shared between threads. */
export const records: ReadonlyMap<string, KernelRecord<string> | null> = new Map(
  // A record is only asked with the arguments of its kernel.
  Object.entries(all as Readonly<Record<string, KernelRecord<string> | null>>),
);

/** What each kernel calls its arguments, in order. */
export const argumentsOf: Readonly<Record<string, readonly string[]>> = parameters;
