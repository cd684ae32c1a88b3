import { defaultGenerator, optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import type { SampleOptions, Space } from './space.ts';

/** Options of `Discrete`. */
export interface DiscreteOptions {
  /** The least of the numbers. Default: 0. */
  readonly start?: number;
}

/**
 * `n` whole numbers from `start` on.
 *
 * $$ \{ \text{start}, \dots, \text{start} + n - 1 \} $$
 *
 * A mask has a number for each of them: 0 for what may not be drawn, 1 for what may. As `gymnasium.spaces.Discrete`, except that a mask
 * without a 1 throws; there it draws `start`.
 *
 * @throws RangeError if n is not a whole number of at least 1, `start` is not a whole number, or a mask has not n zeros and ones, one of
 * them a 1.
 *
 * @example
 * import { Discrete } from '@kasane/rl';
 * const space = new Discrete(3);
 * [space.contains(2), space.contains(3)]; // => [true,false]
 * space.sample({ mask: [0, 1, 0] }); // => 1
 * @category Spaces
 */
export class Discrete implements Space<number, ArrayLike<number>> {
  readonly n: number;
  readonly start: number;

  constructor(n: number, options?: DiscreteOptions) {
    const { start = 0 } = optionsOf('Discrete', options, ['start']);
    requireWhole('Discrete', 'n', n, 1);
    requireWhole('Discrete', 'start', start, -Number.MAX_SAFE_INTEGER);
    this.n = n;
    this.start = start;
  }

  sample(options?: SampleOptions<ArrayLike<number>>): number {
    const { generator = defaultGenerator(), mask } = optionsOf('Discrete', options, [
      'generator',
      'mask',
    ]);
    if (mask === undefined) return this.start + generator.below(this.n);
    const allowed = allowedBy('Discrete', mask, this.n);
    return this.start + allowed[generator.below(allowed.length)]!;
  }

  contains(value: unknown): value is number {
    if (!Number.isInteger(value)) return false;
    const index = (value as number) - this.start; // isInteger is no type guard
    return index >= 0 && index < this.n;
  }

  toString(): string {
    return this.start === 0 ? `Discrete(${this.n})` : `Discrete(${this.n}, start=${this.start})`;
  }
}

/** Where a mask of n zeros and ones has ones; one at least. @internal */
export function allowedBy(owner: string, mask: ArrayLike<number>, n: number): number[] {
  if (mask?.length !== n || typeof mask !== 'object') {
    const got = typeof mask === 'object' && mask !== null ? `${mask.length}` : shown(mask);
    throw new RangeError(`${owner}: a mask must have ${n} zeros and ones, got ${got}.`);
  }
  const allowed: number[] = [];
  for (let i = 0; i < n; i++) {
    const one: unknown = mask[i];
    if (Number(one) === 1) allowed.push(i);
    else if (Number(one) !== 0) {
      throw new RangeError(`${owner}: a mask must have zeros and ones, got ${shown(one)} at ${i}.`);
    }
  }
  if (allowed.length === 0) throw new RangeError(`${owner}: the mask leaves nothing to draw.`);
  return allowed;
}
