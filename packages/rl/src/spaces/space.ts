import type { Generator } from '@kasane/tensor-core';

/** Options of `Space.sample`. */
export interface SampleOptions<Mask> {
  /** Where it draws from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** Which values may be drawn; each space says what its masks are. */
  readonly mask?: Mask;
}

/** The set of values that actions or observations are from. As `gymnasium.Space`. */
export interface Space<T, Mask = unknown> {
  /** A value, drawn. */
  sample(options?: SampleOptions<Mask>): T;
  /** Whether a value is in it. Anything may be asked. */
  contains(value: unknown): value is T;
  /** As it is written in code: `Discrete(4)`. */
  toString(): string;
}
