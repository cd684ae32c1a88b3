/** What plain JavaScript may give where the types forbid it. */
import { shown } from '@kasane/tensor-core';

/** Throws TypeError unless a value has what is asked for, such as a part of a state that a model gave. */
export function requirePart(
  owner: string,
  what: string,
  value: unknown,
  isPart: (value: Readonly<Record<string, unknown>>) => boolean,
): void {
  if (!isPart(Object(value) as Readonly<Record<string, unknown>>)) {
    throw new TypeError(`${owner}: needs ${what}, got ${shown(value)}.`);
  }
}

/** Throws TypeError for what is no pair of source and target. */
export function requirePair(owner: string, value: unknown): void {
  requirePart(
    owner,
    'a pair { source, target }',
    value,
    (one) => 'source' in one && 'target' in one,
  );
}

/** Throws TypeError unless a value is of a class. */
export function requireMade(
  owner: string,
  type: abstract new (...args: never) => object,
  value: unknown,
): void {
  requirePart(owner, `a layer ${type.name}`, value, (one) => one instanceof type);
}
