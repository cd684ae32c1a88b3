import type { Tensor } from '@kasane/tensor-core';
import type { ProgressEvent } from './events/event.ts';
import type { AsyncPart } from './exercise.ts';

/**
 * The least milliseconds that each of several works takes, until its answer can be read. They take turns, so that a machine that is
 * busy for a while is so for all of them, and the least counts, since other programs only add: a check that compares them then
 * compares the works. Works whose times are close have to be short, of a few milliseconds at most: beside busy programs, longer ones are
 * interrupted in every round. Shows `progress` after each of the `rounds`.
 *
 *     const [once, sliding] = yield* fastest([() => layers(image), () => layers(windows)], 15, progress);
 */
export async function* fastest(
  works: readonly (() => Tensor)[],
  rounds: number,
  progress: ProgressEvent,
): AsyncPart<never, number[]> {
  const least = works.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, work] of works.entries()) {
      const start = performance.now();
      const answer = work();
      await answer.data(); // a device may still be at work
      least[i] = Math.min(least[i]!, performance.now() - start);
      answer.dispose();
    }
    yield progress;
  }
  return least;
}
