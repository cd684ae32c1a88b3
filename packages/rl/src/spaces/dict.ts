import { defaultGenerator, optionsOf, shown } from '@kasane/tensor-core';
import type { SampleOptions, Space } from './space.ts';
import { drawn, requireSpace } from './tuple.ts';

/** The masks of a `Dict`: for each key one of its space, or none. */
export type DictMask<T> = { readonly [K in keyof T]?: unknown };

/**
 * Objects with a value of each of these spaces under its name, and nothing beside.
 *
 * $$ \{ (x_k)_k : x_k \in S_k \} $$
 *
 * A mask has masks under the names of those that have one. As `gymnasium.spaces.Dict`.
 *
 * @throws RangeError if a mask does not fit its space.
 *
 * @example
 * import { Box, Dict, Discrete } from '@kasane/rl';
 * const space = new Dict({ speed: new Box(0, 1, { shape: [2] }), gear: new Discrete(3) });
 * space.contains({ speed: Float32Array.of(0.5, 1), gear: 2 }); // => true
 * space.sample({ mask: { gear: [0, 1, 0] } }).gear; // => 1
 * @category Spaces
 */
export class Dict<T extends Readonly<Record<string, unknown>>> implements Space<T, DictMask<T>> {
  readonly spaces: { readonly [K in keyof T]: Space<T[K]> };

  constructor(spaces: { readonly [K in keyof T]: Space<T[K]> }) {
    if (Object(spaces) !== spaces || Array.isArray(spaces)) {
      throw new TypeError(`Dict: spaces must be an object of spaces, got ${shown(spaces)}.`);
    }
    for (const space of Object.values(spaces)) requireSpace('Dict', space);
    this.spaces = { ...spaces };
  }

  sample(options?: SampleOptions<DictMask<T>>): T {
    const { generator = defaultGenerator(), mask } = optionsOf('Dict', options, [
      'generator',
      'mask',
    ]);
    const names = Object.keys(this.spaces);
    const masks: DictMask<T> =
      mask === undefined ? {} : optionsOf<DictMask<T>, string[]>('Dict', mask, names as never);
    const values = names.map((name) => [name, drawn(this.spaces[name]!, generator, masks[name])]);
    return Object.fromEntries(values) as T; // one under each name
  }

  contains(value: unknown): value is T {
    if (Object(value) !== value || Array.isArray(value)) return false;
    const names = Object.keys(this.spaces);
    const given = value as Readonly<Record<string, unknown>>; // an object, as said above
    return (
      Object.keys(given).length === names.length &&
      names.every((name) => Object.hasOwn(given, name) && this.spaces[name]!.contains(given[name]))
    );
  }

  toString(): string {
    const entries = Object.entries<Space<unknown>>(this.spaces);
    return `Dict(${entries.map(([name, space]) => `${name}: ${String(space)}`).join(', ')})`;
  }
}
