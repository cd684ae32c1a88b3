/**
 * What `compile` cannot see by watching ops: things that happen in plain JavaScript and have to happen
 * again, or be asked again, whenever a compiled function runs. Without `compile` these functions do
 * nothing beside what they say.
 */
import type { Backend } from './backends/backend.ts';
import type { TypedArray } from './dtype.ts';

/** Who listens while a function is traced. @internal */
export interface Tracer {
  replay(act: () => void, filled: TypedArray | undefined): void;
  dynamicAttrs<S, A extends object>(source: S, make: (source: S) => A): A;
  guard<T>(read: () => T): T;
  guardedOptions<T extends object>(options: T): T;
  /** True if the backend need not run an op before the function is over: `settle` is called then. */
  waits(backend: Backend): boolean;
}

export let tracer: Tracer | null = null;

export function setTracer(next: Tracer | null): void {
  tracer = next;
}

/**
 * Does what `act` does, and does it again at every call of a compiled function that was traced through
 * here: for counters and other state outside of tensors. `filled` is an array that `act` fills anew
 * each time and that a tensor is made of.
 *
 * @example
 * import { replay } from '@kasane/tensor-core';
 * let steps = 0;
 * replay(() => steps++);
 * steps; // => 1
 */
export function replay(act: () => void, filled?: TypedArray): void {
  if (tracer === null) act();
  else tracer.replay(act, filled);
}

/**
 * Attributes of an op, made from `source` again at every call of a compiled function, so that they may
 * change from call to call as a learning rate does. `make` may read nothing else that changes, but for
 * what an `replay` changes.
 *
 * @example
 * import { dynamicAttrs } from '@kasane/tensor-core';
 * const options = { lr: 0.5 };
 * dynamicAttrs(options, ({ lr }) => ({ alpha: 1, beta: -lr })).beta; // => -0.5
 */
export function dynamicAttrs<S, A extends object>(source: S, make: (source: S) => A): A {
  return tracer === null ? make(source) : tracer.dynamicAttrs(source, make);
}

/**
 * What `read` gives. A compiled function that was traced through here asks again at every call, before
 * it does anything, and traces anew if the answer is another: for settings that decide what is computed.
 *
 * @example
 * import { guard } from '@kasane/tensor-core';
 * const layer = { training: true };
 * guard(() => layer.training); // => true
 */
export function guard<T>(read: () => T): T {
  return tracer === null ? read() : tracer.guard(read);
}

/**
 * The options themselves; while a function is traced, a stand-in that observes every field that is
 * read, except through `dynamicAttrs`.
 *
 * @example
 * import { guardedOptions } from '@kasane/tensor-core';
 * guardedOptions({ momentum: 0.9 }).momentum; // => 0.9
 */
export function guardedOptions<T extends object>(options: T): T {
  return tracer === null ? options : tracer.guardedOptions(options);
}
