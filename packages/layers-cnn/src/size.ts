import { requireWhole, shown } from '@kasane/tensor-core';

/** One number for all spatial dimensions, or one for each of them. */
export type Size = number | readonly number[];

/** The numbers of a size, which must be whole and at least `least`. @internal */
export function perDimension(
  owner: string,
  what: string,
  size: Size,
  dims: number,
  least: number,
): number[] {
  const all = typeof size === 'number' ? Array<number>(dims).fill(size) : size;
  if (!Array.isArray(all) || all.length !== dims) {
    const got = Array.isArray(all) ? `${all.length}: ${all.join(', ')}` : shown(all);
    throw new RangeError(`${owner}: ${what} must be one number or ${dims}, got ${got}.`);
  }
  for (const value of all) requireWhole(owner, what, value, least);
  return [...all];
}

/** Settings as `toString` of a layer shows them. @internal */
export function describe(settings: Readonly<Record<string, Size | string | boolean>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${typeof value === 'object' ? `[${value.join(',')}]` : value}`)
    .join(', ');
}
