import { shown } from '@kasane/tensor-core';

/** Throws TypeError unless the value is one of the words. */
export function requireOneOf(
  owner: string,
  what: string,
  value: unknown,
  words: readonly string[],
): void {
  if (words.includes(value as string)) return; // includes compares with what is no string, too
  throw new TypeError(
    `${owner}: ${what} must be one of ${words.map((word) => `'${word}'`).join(', ')}, got ${shown(value)}.`,
  );
}
