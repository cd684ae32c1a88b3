/** Looks at what plain JavaScript may give instead of what the types say. */
import { shown } from '@kasane/tensor-core';

function refuse(owner: string, what: string, kind: string, value: unknown): never {
  throw new TypeError(`${owner}: ${what} must be ${kind}, got ${shown(value)}.`);
}

/** Throws TypeError for what is no text. */
export function requireText(owner: string, what: string, value: string): void {
  if (typeof value !== 'string') refuse(owner, what, 'a text', value);
}

/** The elements of a list. Throws TypeError for what is none; a text is iterable too, but was hardly meant. */
export function listOf<T>(owner: string, what: string, value: Iterable<T>): readonly T[] {
  if (typeof value === 'string' || typeof Object(value)[Symbol.iterator] !== 'function') {
    refuse(owner, what, 'a list', value);
  }
  return Array.isArray(value) ? value : [...value];
}

/** The texts of a list. */
export function textsOf(owner: string, what: string, value: Iterable<string>): readonly string[] {
  const texts = listOf(owner, what, value);
  for (const [i, text] of texts.entries()) requireText(owner, `${what}[${i}]`, text);
  return texts;
}

/** The elements of a list that have a method. */
export function stagesOf<T>(owner: string, what: string, value: Iterable<T>, method: string): T[] {
  const all = listOf(owner, what, value);
  for (const [i, one] of all.entries()) {
    if (typeof Object(one)[method] !== 'function') {
      refuse(owner, `${what}[${i}]`, `one of ${what}, with a method ${method}`, one);
    }
  }
  return [...all];
}

/** The entries of a map or of a list of pairs. Throws TypeError for what is none. */
export function pairsOf<T>(
  owner: string,
  what: string,
  value: Iterable<readonly [string, T]>,
): readonly (readonly [string, T])[] {
  const all = listOf(owner, what, value);
  for (const [i, one] of all.entries()) {
    const isPair = Array.isArray(one) && one.length === 2 && typeof one[0] === 'string';
    if (!isPair) refuse(owner, `${what}[${i}]`, 'a pair that begins with a text', one);
  }
  return all;
}

/** The bytes of a file. Throws TypeError for what is none. */
export function bytesOf(owner: string, what: string, value: Uint8Array | ArrayBuffer): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!(value instanceof Uint8Array)) refuse(owner, what, 'a Uint8Array or an ArrayBuffer', value);
  return value;
}
