import { defaultBackend, reference, type Backend } from '@kasane/tensor-core';

/**
 * Options of tensors in float64, for what has to be exact: on the backend asked for, or, as no gpu has
 * float64, on the plain loops.
 */
export function float64(): { readonly dtype: 'float64'; readonly backend: Backend } {
  const backend = defaultBackend();
  return { dtype: 'float64', backend: backend.name.startsWith('gpu') ? reference() : backend };
}
