/**
 * The one seam through which all look that want to see what runs: `compile`, which traces, `profile`,
 * `watchOps` and with it `detectAnomaly`, `onFallback` and `memory({ sites: true })`. Dispatch, tensors,
 * generators and backends tell what happens; while nobody looks, that costs a comparison with null.
 *
 * What plain JavaScript says of itself to `compile`, and gets answers to, is in `tracing.ts`.
 */
import type { Fallback, Storage } from './backends/backend.ts';
import type { Plan } from './compile/plan.ts';
import type { TypedArray } from './dtype.ts';
import type { OpDef } from './op.ts';
import type { Shape } from './shape.ts';
import type { SparseGradient } from './sparse-gradient.ts';
import type { TensorBase } from './tensor-base.ts';
import type { Tensor } from './tensor.ts';

/** What can be seen; an observer has the methods for what it wants to see. */
export interface Observer {
  /** While it looks, compiled functions and updates in place run op by op. */
  readonly opByOp?: boolean;

  // ——— Backends ———

  /** A backend begins to run an op or to take in values. */
  starts?(): void;
  /** It has run an op, into new storage or in place. */
  executed?(
    op: OpDef<unknown>,
    inputs: readonly Tensor[],
    attrs: unknown,
    shape: Shape,
    storage: Storage,
  ): void;
  /** A compiled function has done what its plan says, without these. */
  replayed?(plan: Plan): void;
  /** It has taken in values. */
  uploaded?(values: TypedArray, storage: Storage): void;
  /** It has copied values into `target`, for `assign`. */
  overwrote?(target: Storage): void;
  /** It ran an op as a plain loop, for want of a kernel. */
  fellBack?(fallback: Fallback): void;

  // ——— Tensors ———

  /** There is a new tensor. */
  created?(tensor: Tensor): void;
  /** It is the result of an op. */
  made?(op: string, output: Tensor): void;
  /** It has the data of `input`. */
  viewed?(output: Tensor, input: Tensor): void;
  /** Its values are about to be read. */
  reads?(tensor: TensorBase, method: string): void;
  /** The shape rule of the op that runs next looked at values, as the check of indices does. */
  checked?(): void;
  /** A tensor is about to get the values of another. */
  assigns?(tensor: TensorBase, value: Tensor): void;
  /** Its gradient is about to be looked at, or to become `next`. */
  gradient?(tensor: TensorBase, next?: Tensor | SparseGradient | null): void;

  // ——— Random numbers ———

  /** A generator is about to give numbers. */
  draws?(method: string): void;
}

type Event = Exclude<keyof Observer, 'opByOp'>;

/** Who looks; null if nobody does. */
export let observers: readonly Observer[] | null = null;

/** True if one of them wants to see every op. */
export const opByOp = (): boolean => observers?.some((one) => one.opByOp) === true;

/** Lets `observer` look until the function that it returns is called. */
export function observe(observer: Observer): () => void {
  observers = [...(observers ?? []), observer];
  return () => {
    const others = (observers ?? []).filter((one) => one !== observer);
    observers = others.length > 0 ? others : null;
  };
}

/** Tells all who look. Ask `observers !== null` before: it is quicker. */
export function tell<E extends Event>(event: E, ...what: Parameters<Required<Observer>[E]>): void {
  for (const observer of observers ?? []) {
    // Its method of that name takes what belongs to the event.
    (observer[event] as ((...what: unknown[]) => void) | undefined)?.call(observer, ...what);
  }
}
