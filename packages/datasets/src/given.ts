/** What plain JavaScript may give where the types forbid it. */
import { Generator, shown } from '@kasane/tensor-core';

function need(holds: boolean, owner: string, what: string, value: unknown): void {
  if (!holds) throw new TypeError(`${owner}: needs ${what}, got ${shown(value)}.`);
}

/** Throws TypeError unless `value` has a length and gives samples. */
export function requireDataset(owner: string, value: unknown): void {
  const { length, get } = Object(value) as { readonly length?: unknown; readonly get?: unknown };
  const holds = typeof length === 'number' && typeof get === 'function';
  need(holds, owner, 'a dataset, with length and get', value);
}

/** Throws TypeError unless `value` is an array, or one of numbers. */
export function requireList(owner: string, what: string, value: unknown): void {
  need(Array.isArray(value) || ArrayBuffer.isView(value), owner, `an array of ${what}`, value);
}

/** Throws TypeError unless `value` holds the bytes of a file. */
export function requireBytes(owner: string, value: unknown): void {
  need(value instanceof Uint8Array, owner, 'the bytes of a file as a Uint8Array', value);
}

/** Throws TypeError unless `value` is a picture. */
export function requireImage(owner: string, value: unknown): void {
  const { data } = Object(value) as { readonly data?: unknown };
  const holds = ArrayBuffer.isView(data);
  need(holds, owner, 'a picture, { data, channels, height, width }', value);
}

/** Throws TypeError unless `value` is a generator. */
export function requireGenerator(owner: string, value: unknown): void {
  need(value instanceof Generator, owner, 'a Generator', value);
}

/** Throws TypeError unless `value` is what `parseIdx` gave. */
export function requireIdx(owner: string, value: unknown): void {
  const { data, shape } = Object(value) as { readonly data?: unknown; readonly shape?: unknown };
  need(ArrayBuffer.isView(data) && Array.isArray(shape), owner, 'what parseIdx gives', value);
}

/** Throws TypeError unless `value` gives text or bytes piece by piece. */
export function requireChunks(owner: string, value: unknown): void {
  const made = Object(value) as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
  const holds = (made[Symbol.asyncIterator] ?? made[Symbol.iterator]) !== undefined;
  need(holds, owner, 'a text, or its bytes piece by piece', value);
}

/** Throws TypeError unless `value` is what the dataset of `makeScenes` gives. */
export function requireScene(owner: string, value: unknown): void {
  const { image, boxes, labels } = Object(value) as Readonly<Record<string, unknown>>;
  const holds = Object(image) === image && Array.isArray(boxes) && Array.isArray(labels);
  need(holds, owner, 'scenes, { image, boxes, labels }', value);
}
