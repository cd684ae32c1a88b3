import { Tensor } from '@kasane/tensor-core';

/** A value of plain objects and arrays, of the same form, each of its tensors changed; what is no tensor stays. */
export function mapTensors<T>(value: T, change: (tensor: Tensor) => Tensor): T {
  // Tensors become tensors, and objects objects with the same fields.
  if (value instanceof Tensor) return change(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => mapTensors(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapTensors(item, change)]);
  return Object.fromEntries(entries) as T;
}

/** The rows `index` (M) of every tensor along a dim. */
export function selectRows<T>(value: T, index: Tensor, dim: number = 0): T {
  return mapTensors(value, (tensor) => tensor.indexSelect(dim, index));
}
