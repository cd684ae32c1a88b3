import { defaultGenerator, optionsOf, shown } from '@kasane/tensor-core';
import { requireList } from './multi-discrete.ts';
import type { SampleOptions, Space } from './space.ts';

/**
 * Lists with a value of each of these spaces.
 *
 * $$ S_1 \times \dots \times S_n $$
 *
 * A mask is a list with a mask for each, or undefined for those without. As `gymnasium.spaces.Tuple`.
 *
 * @throws RangeError if there are no spaces, or a mask has another length.
 *
 * @example
 * import { Discrete, Tuple } from '@kasane/rl';
 * const space = new Tuple<[number, number]>([new Discrete(2), new Discrete(3)]);
 * space.contains([1, 2]); // => true
 * space.sample({ mask: [[0, 1], undefined] })[0]; // => 1
 * @category Spaces
 */
export class Tuple<T extends readonly unknown[]> implements Space<T, readonly unknown[]> {
  readonly spaces: { readonly [K in keyof T]: Space<T[K]> };

  constructor(spaces: { readonly [K in keyof T]: Space<T[K]> }) {
    requireList('Tuple', 'spaces', spaces);
    for (const space of spaces) requireSpace('Tuple', space);
    this.spaces = spaces;
  }

  sample(options?: SampleOptions<readonly unknown[]>): T {
    const { generator = defaultGenerator(), mask } = optionsOf('Tuple', options, [
      'generator',
      'mask',
    ]);
    if (mask !== undefined) requireList('Tuple', 'the mask', mask, this.spaces.length);
    const values = this.spaces.map((space, i) => drawn(space, generator, mask?.[i]));
    return values as unknown as T; // one of each
  }

  contains(value: unknown): value is T {
    if (!Array.isArray(value) || value.length !== this.spaces.length) return false;
    return this.spaces.every((space, i) => space.contains(value[i]));
  }

  toString(): string {
    return `Tuple(${this.spaces.join(', ')})`;
  }
}

/** Throws TypeError unless a value has the members of a space. @internal */
export function requireSpace(owner: string, value: unknown): void {
  const { sample, contains } = Object(value);
  if (typeof sample === 'function' && typeof contains === 'function') return;
  throw new TypeError(
    `${owner}: needs spaces, objects with sample and contains, got ${shown(value)}.`,
  );
}

/** A value of a space, with a mask or without. @internal */
export function drawn(
  space: Space<unknown>,
  generator: SampleOptions<unknown>['generator'] & object,
  mask: unknown,
): unknown {
  return space.sample(mask === undefined ? { generator } : { generator, mask });
}
