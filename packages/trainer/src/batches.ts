import { Tensor } from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';

/** What a model learns from at a time: its input and what should come out. */
export type Example<I = Tensor, T = Tensor> = readonly [input: I, target: T];

/** What can be gone through once an epoch: a `DataLoader`, an array, anything with an iterator. */
export type Batches<B> = Iterable<B> | AsyncIterable<B>;

/** What `DataLoader` has beside its iterator, and others may have. */
interface Positioned {
  readonly length?: number;
  stateDict?(): unknown;
  loadStateDict?(state: unknown): void;
}

/** Of all loops together: each may be short. */
const turns = new Turns();

/** The batches, the first `skip` left out. A loader stands where it was told to. */
export async function* batchesOf<B>(data: Batches<B>, skip: number): AsyncGenerator<B, void> {
  let count = 0;
  for await (const batch of data) {
    if (count++ < skip) continue;
    yield batch;
    if (turns.due) await turns.give();
  }
}

/** Batches of an epoch, null where that is not known. */
export function lengthOf(data: Batches<unknown>): number | null {
  try {
    const { length } = data as Positioned;
    return Number.isSafeInteger(length) && length! > 0 ? length! : null;
  } catch {
    return null; // a loader of what comes one after the other says so by throwing
  }
}

/** Where a loader stands; null for what has no position. */
export function positionOf(data: Batches<unknown> | undefined): unknown {
  return data !== undefined && isPositioned(data) ? data.stateDict() : null;
}

/** Whether the data can be told where to go on. */
export function isPositioned(
  data: Batches<unknown>,
): data is Batches<unknown> & Required<Positioned> {
  return 'stateDict' in data && 'loadStateDict' in data;
}

/** The tensors in a value made of arrays and plain objects, in their order. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(tensorsIn);
}

/** The samples of a batch: the first dim of the input's first tensor. */
export function samplesOf(input: unknown): number {
  return tensorsIn(input)[0]?.shape[0] ?? 1;
}

/** The same value without the histories of its tensors. */
export function detached<O>(value: O): O {
  // A tensor is replaced by a tensor, and an array or object by one with the same fields.
  if (value instanceof Tensor) return value.detach() as O;
  if (Array.isArray(value)) return value.map(detached) as O;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, detached(v)])) as O;
}
