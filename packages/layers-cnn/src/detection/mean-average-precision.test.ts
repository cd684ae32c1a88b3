import { tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import type { Detections } from './detections.ts';
import { meanAveragePrecision, type LabeledBoxes } from './mean-average-precision.ts';

/** A box of 4 by 4 at a place of its own. */
const at = (place: number): number[] => [10 * place, 0, 10 * place + 4, 4];
const MISS = 9;

const truth = (...objects: readonly (readonly [place: number, label: number])[]): LabeledBoxes => ({
  boxes: tensor(
    objects.flatMap(([place]) => at(place)),
    [objects.length, 4],
  ),
  labels: tensor(objects.map(([, label]) => label), [objects.length], { dtype: 'int32' }), // prettier-ignore
});

const found = (
  ...each: readonly (readonly [place: number, label: number, score: number])[]
): Detections => ({
  ...truth(...each.map(([place, label]) => [place, label] as const)),
  scores: tensor(each.map(([, , score]) => score), [each.length]), // prettier-ignore
});

describe('meanAveragePrecision', () => {
  it('is 1 for all that is there and nothing else, 0 for nothing', () => {
    const there = truth([0, 0], [1, 2]);
    expect(meanAveragePrecision([found([1, 2, 0.2], [0, 0, 0.9])], [there]).map).toBe(1);
    expect(meanAveragePrecision([found()], [there]).map).toBe(0);
  });

  it.each([
    // Precision 1, 1/2, 2/3 at recalls 1/2, 1/2, 1: 1/2 · 1 + 1/2 · 2/3.
    ['a miss in the middle', [0, MISS, 1], 5 / 6],
    // Precision 0, 1/2, 2/3, which the later 2/3 lifts: 1/2 · 2/3 + 1/2 · 2/3.
    ['a miss first', [MISS, 0, 1], 2 / 3],
    ['a miss last', [0, 1, MISS], 1],
    ['one object of two', [0], 1 / 2],
    ['an object found twice: the second time is a miss', [0, 0, 1], 5 / 6],
    ['two misses first', [MISS, MISS, 0], 1 / 6],
  ])('%s', (_, places, expected) => {
    const each = places.map((place, i) => [place, 0, 0.9 - 0.1 * i] as const);
    const { map } = meanAveragePrecision([found(...each)], [truth([0, 0], [1, 0])]);
    expect(map).toBeCloseTo(expected, 12);
  });

  it('ranks scores of NaN behind all others', () => {
    const score = (given: number): number =>
      meanAveragePrecision(
        [found([MISS, 0, given], [0, 0, 0.9], [1, 0, 0.8]), found([0, 0, 0.5])],
        [truth([0, 0], [1, 0]), truth([0, 0])],
      ).map;
    expect(score(0.95)).toBeLessThan(1);
    expect(score(NaN)).toBe(1);
  });

  it('ranks the detections of all images together', () => {
    const truths = [truth([0, 0]), truth([0, 0])];
    // By score: right in the second image, a miss in the first, right in the first.
    const detections = [found([0, 0, 0.3], [MISS, 0, 0.6]), found([0, 0, 0.8])];
    expect(meanAveragePrecision(detections, truths).map).toBeCloseTo(5 / 6, 12);
  });

  it('averages over the classes that occur', () => {
    const detections = [found([0, 0, 0.9], [1, 1, 0.8], [1, 7, 0.7])];
    const { map, ap } = meanAveragePrecision(detections, [truth([0, 0], [1, 3], [2, 1], [1, 1])]);
    expect([...ap]).toEqual([
      [0, 1],
      [1, 0.5],
      [3, 0],
    ]);
    expect(map).toBeCloseTo(0.5, 12);
    expect(meanAveragePrecision(detections, [truth()]).map).toBeNaN();
  });

  it('counts an IoU of the threshold as found', () => {
    // 4 by 4 and 4 by 2 of it.
    const half = { ...found([0, 0, 1]), boxes: tensor([[0, 0, 4, 2]]) };
    expect(meanAveragePrecision([half], [truth([0, 0])]).map).toBe(1);
    expect(meanAveragePrecision([half], [truth([0, 0])], { iouThreshold: 0.51 }).map).toBe(0);
  });

  it('holds a detection to the object that it overlaps most', () => {
    // Both detections are nearest to the first object, so the second one stays unfound.
    const there = { ...truth([0, 0], [0, 0]), boxes: tensor([[0, 0, 4, 4], [0, 1, 4, 5]]) }; // prettier-ignore
    const twice = found([0, 0, 0.9], [0, 0, 0.8]);
    expect(meanAveragePrecision([twice], [there]).map).toBe(0.5);
  });

  it('wants detections and truth of the same images', () => {
    expect(() => meanAveragePrecision([], [truth()])).toThrow(
      new RangeError(
        'meanAveragePrecision: needs detections and truth of the same images, got 0 and 1.',
      ),
    );
  });
});
