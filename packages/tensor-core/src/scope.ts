import { ScopeError } from './errors.ts';
import { requireFunction, requireTensor } from './given.ts';
import { observers, tell } from './observer.ts';
import type { Tensor } from './tensor.ts';

/** The tensors made since a `scope` began. */
export interface Frame {
  readonly parent: Frame | null;
  readonly tensors: Tensor[];
}

const SCOPE_ENDED = 'at the end of its scope. Return it to keep it.';

let current: Frame | null = null;

/**
 * What a function that ran under `owner` returned.
 *
 * @throws {@link ScopeError} if that is a promise, for what `owner` does ends when the function returns, while the promise's
 * work goes on.
 *
 * @example
 * import { refusePromise } from '@kasane/tensor-core';
 * refusePromise('measure', 3); // => 3
 * refusePromise('measure', Promise.resolve(3)); // => throws ScopeError
 */
export function refusePromise<T>(owner: string, result: T): T {
  if (result instanceof Promise) {
    throw new ScopeError(`${owner}: the function returned a promise. Await outside.`);
  }
  return result;
}

/** Enters a new tensor into the scope it was made in, or hands it to the garbage collector. */
export function track(tensor: Tensor): void {
  if (observers !== null) tell('created', tensor);
  if (current === null) {
    const { storage } = tensor;
    if (!storage.watched) storage.backend.watch(storage);
  } else {
    tensor.frame = current;
    current.tensors.push(tensor);
  }
}

/**
 * Runs `fn` and frees every tensor made inside that is not part of what it returns.
 *
 * Optional: frees now what the garbage collector would free later. What a returned tensor
 * needs for its gradient is kept too, and so are gradients and optimizer states, which outlive every
 * scope.
 *
 * @throws {@link ScopeError} if `fn` returns a promise: a scope ends when `fn` returns, while its work would go on.
 *
 * @example
 * import { memory, scope, tensor } from '@kasane/tensor-core';
 * const before = memory().wasm.tensors;
 * const x = tensor([3, 4]);
 * const norm = scope(() => x.square().sum().sqrt());
 * memory().wasm.tensors - before; // => 2
 * norm.item(); // => 5
 */
export function scope<T>(fn: () => T): T {
  requireFunction('scope', fn);
  const frame: Frame = { parent: current, tensors: [] };
  current = frame;
  let result: T;
  try {
    result = refusePromise('scope', fn());
  } catch (error) {
    current = frame.parent;
    release(frame, null);
    throw error;
  }
  current = frame.parent;
  const kept = new Set<Tensor>();
  if (typeof result === 'object' && result !== null) collect(result, frame, kept, new Set());
  release(frame, kept);
  return result;
}

/**
 * Lets a tensor outlive every scope; returns it.
 *
 * @throws {@link ScopeError} if the tensor was freed.
 *
 * @example
 * import { keep, scope, tensor, type Tensor } from '@kasane/tensor-core';
 * let best: Tensor | undefined;
 * scope(() => {
 *   best = keep(tensor([1, 2]).add(1));
 * });
 * best!.toArray(); // => [2,3]
 */
export function keep(tensor: Tensor): Tensor {
  requireTensor('keep', 'what it is given', tensor);
  tensor.frame = null;
  const { storage } = tensor;
  if (!storage.watched) storage.backend.watch(storage);
  return tensor;
}

function release(frame: Frame, kept: Set<Tensor> | null): void {
  const { tensors, parent } = frame;
  for (let i = 0; i < tensors.length; i++) {
    const tensor = tensors[i]!;
    if (tensor.frame !== frame) continue; // kept for good, or disposed by hand
    if (kept === null || !kept.has(tensor)) tensor.release(SCOPE_ENDED);
    else if (parent === null) keep(tensor);
    else {
      tensor.frame = parent;
      parent.tensors.push(tensor);
    }
  }
}

/** Adds the tensors of `frame` that `value` holds, or needs for its gradient, to `kept`. */
function collect(value: object, frame: Frame, kept: Set<Tensor>, seen: Set<object>): void {
  const pending: object[] = [value];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (seen.has(item) || ArrayBuffer.isView(item)) continue;
    seen.add(item);
    if (isTensor(item)) {
      if (item.frame === frame) kept.add(item);
      if (item.provenance !== null) {
        for (const input of item.provenance.inputs) if (input.frame === frame) pending.push(input);
      }
    } else {
      const inner =
        item instanceof Map || item instanceof Set ? item.values() : Object.values(item);
      for (const v of inner) if (typeof v === 'object' && v !== null) pending.push(v);
    }
  }
}

// Asked by its fields: importing the class here would close an import cycle.
function isTensor(value: object): value is Tensor {
  return 'provenance' in value && 'frame' in value;
}
