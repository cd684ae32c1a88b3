/** Calls of kernels that are shared between threads, with their arguments in order. */
import { argumentsOf, records } from '../kernels/index.ts';
import type { KernelRecord } from '../kernels/record.ts';

/** A call in parts: what `Split` says by name. */
export interface SplitCall {
  readonly kernel: string;
  readonly args: readonly number[];
  /** The argument that counts what is shared out. */
  readonly count: number;
  /** By how much each argument grows for each that is left to the parts before. */
  readonly strides: readonly number[];
  readonly unit: number;
  readonly coarse: boolean;
}

/** A kernel whose calls are shared. */
export interface SharedKernel {
  readonly name: string;
  readonly record: KernelRecord<string>;
  /** The arguments whose product is the work of a call. */
  readonly work: readonly number[];
  /** The argument that points to memory of which every thread needs its own; -1 if none does. */
  readonly scratch: number;
  /** A call's arguments by name, until the next call. */
  named(args: readonly number[]): Readonly<Record<string, number>>;
  /** The kernel of parts, and which arguments here are its own; -1 where it has one more. */
  readonly parts: string;
  readonly places: readonly number[];
}

export const sharedKernels: readonly SharedKernel[] = [...records].flatMap(([name, record]) => {
  if (record === null) return [];
  const names = argumentsOf[name]!;
  let call: readonly number[] = [];
  // Most splits read few of their arguments: to ask for those is quicker than to name all.
  const view: Record<string, number> = {};
  names.forEach((argument, i) => {
    Object.defineProperty(view, argument, { get: () => call[i] });
  });
  const parts = record.parts ?? `${name}Part`;
  const place = (argument: string): number => names.indexOf(argument);
  const shared: SharedKernel = {
    name,
    record,
    work: record.work.map(place),
    scratch: place(record.scratch ?? ''),
    named(args) {
      call = args;
      return view;
    },
    parts,
    places: argumentsOf[parts]?.map(place) ?? [],
  };
  return [shared];
});

/** The call in parts; null if it is better left to one thread. */
export function splitCall(shared: SharedKernel, args: readonly number[]): SplitCall | null {
  const { name, record, named, parts, places } = shared;
  const split = record.split(named(args));
  if (split === null) return null;
  const { more, unit, coarse = false } = split;
  const kernel = more === undefined ? name : parts;
  const names = argumentsOf[kernel]!;
  const strides = names.map(() => 0);
  for (const argument in split.strides) {
    strides[names.indexOf(argument)] = split.strides[argument]!;
  }
  return {
    kernel,
    args:
      more === undefined ? args : places.map((at, i) => (at < 0 ? more[names[i]!]! : args[at]!)),
    count: names.indexOf(split.count),
    strides,
    unit,
    coarse,
  };
}
