import {
  CheckpointError,
  requireThat,
  optionsOf,
  requireFunction,
  shown,
} from '@kasane/tensor-core';

/**
 * The defaults, and in their place what the options say; undefined says nothing.
 *
 * @throws TypeError for an option that is neither among the defaults nor the others.
 */
export function withDefaults<O extends object>(
  owner: string,
  defaults: O,
  options: Partial<O>,
  ...others: string[]
): O {
  const names = [...Object.keys(defaults), ...others] as (keyof O)[]; // the others come with it
  const given = optionsOf(owner, options, names);
  const said = names.map((name) => [name, given[name]]).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) };
}

/** Checks of option values; the class and the option are named, and so are the value and the rule. */

/** Throws RangeError unless `value` ≥ `min`. */
export function requireAtLeast(owner: string, option: string, value: number, min: number): void {
  requireThat(value >= min, owner, option, value, `at least ${min}`);
}

/** Throws RangeError unless `value` > `bound`. */
export function requireAbove(owner: string, option: string, value: number, bound: number): void {
  requireThat(value > bound, owner, option, value, `above ${bound}`);
}

/** Throws RangeError unless 0 ≤ `value` < 1: the range of decay rates. */
export function requireDecayRate(owner: string, option: string, value: number): void {
  requireThat(value >= 0 && value < 1, owner, option, value, 'at least 0 and below 1');
}

/** Throws RangeError unless 0 ≤ `value` ≤ 1. */
export function requireFraction(owner: string, option: string, value: number): void {
  requireThat(value >= 0 && value <= 1, owner, option, value, 'from 0 to 1');
}

/** Throws RangeError unless both are decay rates. */
export function requireBetas(owner: string, betas: readonly [number, number]): void {
  betas.forEach((beta, i) => requireDecayRate(owner, `betas[${i}]`, beta));
}

/** Throws TypeError for what is no array; what is no optimizer has no groups. */
export function requireList(owner: string, what: string, value: unknown): void {
  if (!Array.isArray(value)) {
    throw new TypeError(`${owner}: ${what} must be an array, got ${shown(value)}.`);
  }
}

/**
 * One value per group there is now; a single one is for all.
 *
 * @throws RangeError if they are too few or too many.
 */
export function perGroup<T extends number | ((epoch: number) => number)>(
  owner: string,
  option: string,
  value: T | readonly T[],
  optimizer: { readonly paramGroups: readonly unknown[] },
): readonly T[] {
  requireList(owner, 'the groups of the optimizer', optimizer?.paramGroups);
  const groups = optimizer.paramGroups.length;
  const values = Array.isArray(value) ? value : Array.from({ length: groups }, () => value);
  if (option === 'function') for (const f of values) requireFunction(owner, f);
  if (values.length === groups) return values;
  throw new RangeError(
    `${owner}: needs one ${option} per group, got ${values.length} for ${groups} groups. Pass one for all.`,
  );
}

/** Throws CheckpointError unless a saved state is of as many parts, called `what`, as there are here. */
export function requireCount(owner: string, what: string, saved: number, here: number): void {
  if (saved !== here) {
    throw new CheckpointError(
      `${owner}: the state has ${saved} ${what}, not ${here}. Build it as it was saved.`,
    );
  }
}
