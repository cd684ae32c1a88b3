import type { Backend } from './backend.ts';
import { reference } from './reference.ts';
import { requireBackend, requireFunction } from '../given.ts';
import { refusePromise } from '../scope.ts';
import { isWasmAvailable, wasm } from './wasm/index.ts';

let current: Backend | null = null;

/**
 * The backend new tensors are made on: `wasm()` where WebAssembly SIMD exists, else `reference()`.
 *
 * As `torch.get_default_device`.
 *
 * @example
 * import { defaultBackend } from '@kasane/tensor-core';
 * defaultBackend().name; // => wasm
 */
export function defaultBackend(): Backend {
  return (current ??= isWasmAvailable() ? wasm() : reference());
}

/**
 * Makes `backend` the one new tensors are made on.
 *
 * As `torch.set_default_device`.
 *
 * @example
 * import { reference, setDefaultBackend, tensor, wasm } from '@kasane/tensor-core';
 * setDefaultBackend(reference());
 * tensor([1]).backend.name; // => reference
 * setDefaultBackend(wasm());
 */
export function setDefaultBackend(backend: Backend): void {
  current = requireBackend('setDefaultBackend', backend);
}

/**
 * Runs `fn` with `backend` as the default.
 *
 * @throws {@link ScopeError} if `fn` returns a promise.
 *
 * @example
 * import { reference, tensor, withBackend } from '@kasane/tensor-core';
 * withBackend(reference(), () => tensor([1]).backend.name); // => reference
 */
export function withBackend<T>(backend: Backend, fn: () => T): T {
  requireFunction('withBackend', fn);
  const before = current;
  current = requireBackend('withBackend', backend);
  try {
    return refusePromise('withBackend', fn());
  } finally {
    current = before;
  }
}
