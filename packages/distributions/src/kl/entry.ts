/** What the table of divergences holds. */
import type { Tensor } from '@kasane/tensor-core';
import type { Distribution } from '../distribution.ts';

/** A class of distributions, whatever its constructor takes. */
export type DistributionClass<D extends Distribution = Distribution> = abstract new (
  ...args: never[]
) => D;

/** Finds the divergence of parts; null if there is no closed form. */
export type ClosedForm = (p: Distribution, q: Distribution) => Tensor | null;

/** How far a distribution of one class is from one of another, or null if these two have no closed form. */
export type Divergence<P extends Distribution, Q extends Distribution> = (
  p: P,
  q: Q,
  ofParts: ClosedForm,
) => Tensor | null;

/** A pair of classes and its divergence. */
export interface KlEntry {
  readonly p: DistributionClass;
  readonly q: DistributionClass;
  readonly divergence: Divergence<Distribution, Distribution>;
}

/** The entry of a pair. */
export function entryOf<P extends Distribution, Q extends Distribution>(
  p: DistributionClass<P>,
  q: DistributionClass<Q>,
  divergence: Divergence<P, Q>,
): KlEntry {
  // It is called with what the two classes have made.
  return { p, q, divergence: divergence as unknown as KlEntry['divergence'] };
}
