import { defaultGenerator, optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import { requireList } from './multi-discrete.ts';
import type { SampleOptions, Space } from './space.ts';

/**
 * `n` zeros and ones, as `Uint8Array`s.
 *
 * $$ \{0, 1\}^n $$
 *
 * A mask has 0 or 1 for what is fixed and 2 for what is drawn. As `gymnasium.spaces.MultiBinary`, of one dimension.
 *
 * @throws RangeError if n is not a whole number from 1 to 2³¹, or a mask has not n entries of 0, 1 or 2.
 *
 * @example
 * import { MultiBinary } from '@kasane/rl';
 * const space = new MultiBinary(3);
 * space.contains(Uint8Array.of(0, 1, 1)); // => true
 * space.sample({ mask: [0, 1, 2] })[1]; // => 1
 * @category Spaces
 */
export class MultiBinary implements Space<Uint8Array, ArrayLike<number>> {
  readonly n: number;

  constructor(n: number) {
    requireWhole('MultiBinary', 'n', n, 1, 2 ** 31);
    this.n = n;
  }

  sample(options?: SampleOptions<ArrayLike<number>>): Uint8Array {
    const { generator = defaultGenerator(), mask } = optionsOf('MultiBinary', options, [
      'generator',
      'mask',
    ]);
    if (mask !== undefined) requireList('MultiBinary', 'the mask', mask, this.n);
    return Uint8Array.from({ length: this.n }, (_, i) => {
      const fixed = mask?.[i] ?? 2;
      if (fixed === 2) return generator.below(2);
      if (fixed === 0 || fixed === 1) return fixed;
      throw new RangeError(`MultiBinary: a mask must have 0, 1 or 2, got ${shown(fixed)} at ${i}.`);
    });
  }

  contains(value: unknown): value is Uint8Array {
    return value instanceof Uint8Array && value.length === this.n && value.every((x) => x < 2);
  }

  toString(): string {
    return `MultiBinary(${this.n})`;
  }
}
