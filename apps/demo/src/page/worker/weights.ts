import { Tensor } from '@kasane/tensor-core';

interface Saved {
  stateDict(): object;
}

const isSaved = (value: object): value is Saved =>
  'stateDict' in value && typeof value.stateDict === 'function';

/** The tensors in what an exercise has trained, by the path to them: `model.0.weight`. */
export function tensorsIn(trained: unknown): Record<string, Tensor> {
  const found: Record<string, Tensor> = {};
  const seen = new Set<unknown>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof Tensor) {
      if (!value.isDisposed) found[path.join('.') || 'tensor'] = value;
    } else if (isSaved(value)) visit(value.stateDict(), path);
    else if (value instanceof Map)
      for (const [key, one] of value) visit(one, [...path, String(key)]);
    else if (!ArrayBuffer.isView(value)) {
      for (const [key, one] of Object.entries(value)) visit(one, [...path, key]);
    }
  };
  visit(trained, []);
  return found;
}
