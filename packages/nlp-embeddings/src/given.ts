/** What plain JavaScript may give where the types forbid it. */
import { shown } from '@kasane/tensor-core';

function need(holds: boolean, owner: string, what: string, value: unknown): void {
  if (!holds) throw new TypeError(`${owner}: needs ${what}, got ${shown(value)}.`);
}

/** Throws TypeError unless `value` can be gone through, or, with `later`, waited for piece by piece. */
export function requireEach(owner: string, what: string, value: unknown, later?: 'later'): void {
  const made = Object(value) as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
  const holds =
    made[Symbol.iterator] !== undefined ||
    (later !== undefined && made[Symbol.asyncIterator] !== undefined);
  need(holds, owner, what, value);
}

/** Throws TypeError unless `value` is a list of numbers. */
export function requireNumbers(owner: string, what: string, value: unknown): void {
  const isList = Array.isArray(value)
    ? value.every((one) => typeof one === 'number')
    : ArrayBuffer.isView(value) && !(value instanceof DataView);
  need(isList, owner, `an array of ${what}`, value);
}

/** Throws TypeError unless `value` is an array of texts. */
export function requireWords(owner: string, value: unknown): void {
  const holds = Array.isArray(value) && value.every((word) => typeof word === 'string');
  need(holds, owner, 'an array of words', value);
}

/** Throws TypeError unless `value` is a text. */
export function requireText(owner: string, what: string, value: unknown): void {
  need(typeof value === 'string', owner, what, value);
}

/** Throws TypeError unless `value` holds the bytes of a file. */
export function requireBytes(owner: string, value: unknown): void {
  need(value instanceof Uint8Array, owner, 'the bytes of a file as a Uint8Array', value);
}

/** Throws TypeError unless `value` has the vectors of n-grams. */
export function requireSubwords(owner: string, value: unknown): void {
  const { vectors, rows } = Object(value) as Readonly<Record<string, unknown>>;
  const holds = vectors instanceof Float32Array && (rows === undefined || rows instanceof Map);
  need(holds, owner, 'the vectors of n-grams, { minN, maxN, bucket, vectors, rows }', value);
}

/** Throws TypeError unless `value` is made by the class. */
export function requireMade(
  owner: string,
  type: abstract new (...args: never) => object,
  value: unknown,
): void {
  need(value instanceof type, owner, type.name, value);
}
