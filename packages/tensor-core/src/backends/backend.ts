import type { FixedArgument } from '../compile/fixed.ts';
import type { Plan } from '../compile/plan.ts';
import type { Trace, Value } from '../compile/trace.ts';
import type { DType, TypedArray } from '../dtype.ts';
import { observe, observers, tell } from '../observer.ts';
import type { OpDef, View } from '../op.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** The data of one or several tensors (a reshape shares it), held by the backend that made it. */
export interface Storage {
  readonly backend: Backend;
  readonly dtype: DType;
  readonly length: number;
  /** Tensors that hold it and have not been disposed. */
  references: number;
  /** True once the garbage collector was asked to free it. */
  watched: boolean;
}

/** Live data per backend, as `memory()` reports it. */
export interface MemoryUse {
  /** Live storages; tensors that share their data count once. */
  tensors: number;
  /** Bytes those storages occupy. */
  bytes: number;
}

/**
 * Where tensor data lives and ops run. Only reading is asynchronous: a GPU backend queues work and
 * answers later, so `execute` returns at once on every backend.
 */
export interface Backend {
  readonly name: string;
  /** True if `readSync` works: the data is in this process's memory. */
  readonly synchronous: boolean;
  /** Copies `values` into new storage. */
  upload(values: TypedArray, dtype: DType): Storage;
  /** Storage for one number that lives as long as the backend; `null` when its room is used up. */
  constant(value: number, dtype: DType): Storage | null;
  /** Present if ops with `decompose` run as that: their own kernels are for wasm. */
  readonly decomposes?: true;
  /** Present if it runs the kernels that ops have as `gpu`. */
  readonly launches?: true;
  /** True if `execute` takes `into`. */
  readonly inPlace: boolean;
  /** Runs `op` into new storage of the given shape and dtype, or into that of its first input. */
  execute<A>(
    op: OpDef<A>,
    inputs: readonly Tensor[],
    attrs: A,
    shape: Shape,
    dtype: DType,
    into?: Storage,
  ): Storage;
  /** Tensors of so many elements take over what is assigned to them; smaller ones copy it. */
  readonly adoptThreshold: number;
  /** Copies the values of `source` into `target`, which has the same dtype and length. */
  overwrite(target: Storage, source: Storage): void;
  /**
   * A storage with the same values for a tensor that had `before`, whose copy is of use until there is one of these.
   * Absent where there are no copies. The tensor is yet to be counted.
   */
  successor?(storage: Storage, before: Storage): Storage;
  /** Told of what is to last: parameters, buffers, and what was assigned. */
  lasts?(storage: Storage): void;
  /** True if what lasts has a copy on the host. */
  readonly keepsCopies?: boolean;
  /** Resolves when all that lasts has its copy, from which `restore` brings it back. */
  kept?(): Promise<void>;
  /** Present where a device may be lost: takes a new one, and brings back what has a copy. */
  restore?(): Promise<void>;
  /** The current values, without a copy: valid until the next op runs. */
  readSync(storage: Storage): TypedArray;
  /** A copy of the values. */
  read(storage: Storage): Promise<TypedArray>;
  /** Gives the memory back at once; called when the last tensor that holds it is disposed. */
  free(storage: Storage): void;
  /** Asks the garbage collector to free the storage when nobody holds it; does so once. */
  watch(storage: Storage): void;
  /** Live data now. */
  memory(): MemoryUse;
  /** Makes a plan of what a compiled function did. Absent where there are none, and on wasm, whose plans come with `compile`. @internal */
  plan?(trace: Trace, fixed: readonly FixedArgument[]): Plan;
  /**
   * Does what has waited while a function was traced: as `plan` does, if the function did what that does. Null if
   * it did what cannot be repeated. @internal
   */
  settle?(finished: Finished | null, plan: Plan | null): void;
}

/** A traced function that is over, and where its values are to be. */
export interface Finished {
  readonly trace: Trace;
  readonly storages: ReadonlyMap<Value, Storage>;
}

/** One line of `backendReport()`. */
export interface Fallback {
  readonly backend: string;
  readonly op: string;
  readonly dtype: DType;
}

/** What `onFallback` calls. */
export type FallbackListener = (fallback: Fallback) => void;

const fallbacks = new Map<string, Fallback & { calls: number }>();
let stopListening = (): void => {};

/**
 * Calls `listen` every time a backend has no kernel of its own for an op and runs the plain loop.
 * Pass `null` to stop.
 *
 * @example
 * import { onFallback, tensor } from '@kasane/tensor-core';
 * const seen: string[] = [];
 * onFallback((f) => seen.push(`${f.op} ${f.dtype}`));
 * tensor([1, 2], { dtype: 'float64' }).exp();
 * onFallback(null);
 * seen; // => ["exp float64"]
 */
export function onFallback(listen: FallbackListener | null): void {
  stopListening();
  if (listen !== null) stopListening = observe({ fellBack: listen });
}

/**
 * The ops that ran as plain loops because their backend has no kernel for them, with call counts.
 *
 * @example
 * import { backendReport, tensor } from '@kasane/tensor-core';
 * tensor([1, 2], { dtype: 'float64' }).tan();
 * backendReport().some((row) => row.op === 'tan' && row.dtype === 'float64'); // => true
 */
export function backendReport(): readonly (Fallback & { readonly calls: number })[] {
  return [...fallbacks.values()].map((row) => ({ ...row }));
}

/** Records that `op` ran as a plain loop on a backend that would rather not. */
export function noteFallback(backend: string, op: string, dtype: DType): void {
  const key = `${backend} ${op} ${dtype}`;
  let row = fallbacks.get(key);
  if (row === undefined) {
    row = { backend, op, dtype, calls: 0 };
    fallbacks.set(key, row);
  }
  row.calls++;
  if (observers !== null) tell('fellBack', row);
}

/** Runs an op's plain loop, if it has one. */
export function runLoop<A>(
  backend: string,
  op: OpDef<A>,
  inputs: readonly View[],
  attrs: A,
  out: View,
): void {
  if (op.reference === undefined) {
    throw new Error(
      `${op.name}: ${backend} has no memory or kernel for it, and it no plain loop. Dispose of tensors.`,
    );
  }
  op.reference(inputs, attrs, out);
}
