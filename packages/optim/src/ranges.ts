/** Checks of option values; the class and the option are named, and so are the value and the rule. */

/** Throws RangeError unless `value` ≥ `min`. */
export function requireAtLeast(owner: string, option: string, value: number, min: number): void {
  if (!(value >= min)) {
    throw new RangeError(`${owner}: ${option} must be at least ${min}, got ${value}.`);
  }
}

/** Throws RangeError unless `value` > `bound`. */
export function requireAbove(owner: string, option: string, value: number, bound: number): void {
  if (!(value > bound)) {
    throw new RangeError(`${owner}: ${option} must be above ${bound}, got ${value}.`);
  }
}

/** Throws RangeError unless 0 ≤ `value` < 1: the range of decay rates. */
export function requireDecayRate(owner: string, option: string, value: number): void {
  if (!(value >= 0 && value < 1)) {
    throw new RangeError(`${owner}: ${option} must be at least 0 and below 1, got ${value}.`);
  }
}

/** Throws RangeError unless 0 ≤ `value` ≤ 1. */
export function requireFraction(owner: string, option: string, value: number): void {
  if (!(value >= 0 && value <= 1)) {
    throw new RangeError(`${owner}: ${option} must be from 0 to 1, got ${value}.`);
  }
}

/** Throws RangeError unless `value` is a whole number ≥ `min`. */
export function requireWhole(owner: string, option: string, value: number, min: number): void {
  if (!(Number.isInteger(value) && value >= min)) {
    throw new RangeError(
      `${owner}: ${option} must be a whole number of at least ${min}, got ${value}.`,
    );
  }
}

/** Throws RangeError unless both are decay rates. */
export function requireBetas(owner: string, betas: readonly [number, number]): void {
  betas.forEach((beta, i) => requireDecayRate(owner, `betas[${i}]`, beta));
}
