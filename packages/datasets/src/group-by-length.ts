import { DataError, requireWhole, type Generator } from '@kasane/tensor-core';
import { requireGenerator, requireList } from './given.ts';
import { shuffledIndices } from './splits.ts';

/** Batches whose samples are sorted together, at most: the more, the more alike, and the less by chance. */
const POOL = 50;

/**
 * An order of samples in which each `batchSize` that follow one another are about equally long, so that
 * little of a batch is padding. With `generator` samples and batches come at random: the samples are
 * shuffled, sorted by length within stretches of up to 50 batches, and the full batches shuffled. Without,
 * all are sorted, the longest first.
 *
 * What the option `lengths` of `DataLoader` does. As `group_by_length` of Hugging Face's `Trainer`, whose batches of a stretch come in the order of
 * their lengths.
 *
 * @throws {@link DataError} unless all lengths are numbers ≥ 0.
 * @throws RangeError unless `batchSize` is a whole number ≥ 1.
 *
 * @example
 * import { groupByLength } from '@kasane/datasets';
 * groupByLength([3, 9, 4, 8, 5], 2); // => [1,3,4,2,0]
 */
export function groupByLength(
  lengths: readonly number[],
  batchSize: number,
  generator?: Generator,
): number[] {
  requireList('groupByLength', 'lengths', lengths);
  requireWhole('groupByLength', 'batchSize', batchSize, 1);
  if (generator !== undefined) requireGenerator('groupByLength', generator);
  const bad = lengths.findIndex((length) => !(length >= 0 && length < Infinity));
  if (bad >= 0) {
    throw new DataError(
      `groupByLength: lengths must be numbers ≥ 0, got ${lengths[bad]} for sample ${bad}.`,
    );
  }
  const n = lengths.length;
  const longestFirst = (a: number, b: number): number => lengths[b]! - lengths[a]!;
  if (generator === undefined) return [...lengths.keys()].sort(longestFirst);
  const samples = [...shuffledIndices(n, generator)];
  const stretch = batchSize * Math.min(Math.max(Math.floor(n / batchSize / 4), 1), POOL);
  const sorted: number[] = [];
  for (let from = 0; from < n; from += stretch) {
    for (const i of samples.slice(from, from + stretch).sort(longestFirst)) sorted.push(i);
  }
  const full = Math.floor(n / batchSize);
  const batches = [...shuffledIndices(full, generator.fork('batches'))];
  return [
    ...batches.flatMap((batch) => sorted.slice(batch * batchSize, (batch + 1) * batchSize)),
    ...sorted.slice(full * batchSize), // one that is not full stays the last
  ];
}
