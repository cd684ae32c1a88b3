/**
 * What is known of a kernel beside what it computes: from how much work on threads share a call, how a call is
 * split for them, and whether it computes element by element, so that compiled functions may join it with
 * others. The families in this folder have the records; arguments go by the names that the kernels'
 * sources in assembly/ give them.
 */
import type { LongRow } from './long-rows.ts';
import type { parameters } from './signatures.gen.ts';

/** A kernel of the binary. */
export type KernelName = keyof typeof parameters;

/** What a kernel calls its arguments. */
export type ArgumentOf<K extends KernelName> = (typeof parameters)[K][number];

/** How a call is made into parts. */
interface Parts<A extends string, S extends string> {
  /** The argument that counts what is shared out. */
  readonly count: A;
  /** By how much arguments grow for each that is left to the parts before: pointers by bytes. */
  readonly strides: Readonly<Partial<Record<S, number>>>;
  /** A part has a multiple of so many: whole vectors, cache lines or register blocks. */
  readonly unit: number;
  /** Every part repeats some work, so there is one for each thread and not more. */
  readonly coarse?: boolean;
}

/** The parts of a call, by the kernel itself or, with the arguments that it has more, by that of parts. */
export type Split<A extends string, S extends string = A> =
  | (Parts<A, S> & { readonly more?: undefined })
  | (Parts<string, string> & { readonly more: Readonly<Record<string, number>> });

/** How calls of a kernel with arguments A are shared between threads; S are those that grow. */
export interface Partition<A extends string, S extends string = A> {
  /** The arguments whose product is the work of a call. */
  readonly work: readonly A[];
  /** With less work than this a call stays on one thread. */
  readonly threshold: number;
  /** Null for a call that is better left to one thread. */
  readonly split: (args: Readonly<Record<A, number>>) => Split<A, S> | null;
  /** The kernel of parts, if its name is not this one's with `Part` behind it. */
  readonly parts?: KernelName;
  /** The argument that points to memory of which every thread needs its own. */
  readonly scratch?: A;
  /** Parts add to what is there, so that none can be done a second time. */
  readonly adds?: boolean;
}

/** What is known of a kernel. */
export interface KernelRecord<A extends string, S extends string = A> extends Partition<A, S> {
  /**
   * Computes float32 from elements of 4 bytes one by one, and its result may lie where an operand is:
   * (operands, out, n, numbers), or two operands with the strides of `broadcast`.
   */
  readonly elementwise?: 'flat' | 'broadcast';
  /**
   * What an elementwise kernel computes of one vector, as steps of a stack machine in its own order, so that the
   * bits are its own: arguments, constants and instructions; `mul+ … +add` is madd. Those without one, such
   * as exp, are worth a loop of their own.
   */
  readonly formula?: string;
  /** What a reduction of one row to one number makes of the chunks of a long one. */
  readonly longRow?: (row: LongRow) => number;
  /** Its results are int32. */
  readonly int32?: boolean;
}

/** Records by kernel; null for one that is not shared between threads. */
export type KernelRecords = {
  readonly [K in KernelName]?: KernelRecord<ArgumentOf<K>> | null;
};

/**
 * The elements from which calls are shared: about 20 µs of work on one thread. On two cores, with other
 * programs beside, handing over a call cost 1.4 to 3.6 µs, and the shortest times of two threads were better
 * than those of one by 1.34 for 2¹³ exponentials (1.10 for half as many), 1.5 for 2¹¹ tangents, 1.18 for 2¹⁷
 * sums of two, 1.1 for 2¹⁶ `axpby` and for the total of 2¹⁸, 1.41 for a product of 80³ (0.97 for 64³).
 * Other kernels have the threshold of those that take as long on one thread.
 */
export const SUM: number = 2 ** 18;
export const MEMORY: number = 2 ** 17; // one operation for each element that is read or written
export const SIMPLE: number = 2 ** 16; // some operations
export const COSTLY: number = 2 ** 13; // exponentials, logarithms and what is made of them
export const SCALAR: number = 2 ** 11; // one element at a time in float64
export const PRODUCT: number = 2 ** 19; // multiplications of a matrix product: 80³

/** Elements of a cache line. */
export const LINE = 16;

/** `n` elements, of pointers that grow by so many bytes for each. */
export function elements<A extends string>(
  threshold: number,
  strides: Readonly<Record<A, number>>,
): KernelRecord<A | 'n', A> {
  return {
    work: ['n'],
    threshold,
    split: () => ({ count: 'n', strides, unit: LINE }),
  };
}

/** The same of float32, such that the result may lie where an operand is; see `formula`. */
export function elementwise<A extends string>(
  threshold: number,
  strides: Readonly<Record<A, number>>,
  formula?: string,
): KernelRecord<A | 'n', A> {
  const record = { ...elements(threshold, strides), elementwise: 'flat' as const };
  return formula === undefined ? record : { ...record, formula };
}

/**
 * A kernel that takes the first of a range and how many of it, as `from` and `many`; `work` are the arguments
 * whose product is the work.
 */
export function range<A extends string>(
  threshold: number,
  work: readonly A[],
): KernelRecord<A | 'from' | 'many', 'from'> {
  return { work, threshold, split: () => ({ count: 'many', strides: { from: 1 }, unit: 1 }) };
}
