import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align } from './aligned.ts';
import { thinned } from './thin.ts';

const curve = (x: readonly number[], y: readonly number[]) => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
});
const columns = (...curves: ReturnType<typeof curve>[]) => align(curves).map((one) => [...one]);

describe('curves on one x', () => {
  test('that is the same for all of them', () => {
    expect(columns(curve([1, 2, 3], [4, 5, 6]), curve([1, 2], [7, 8]))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8],
    ]);
  });

  test('that has every x of any of them', () => {
    expect(columns(curve([1, 3], [10, 30]), curve([2, 3, 4], [2, 3, 4]))).toEqual([
      [1, 2, 3, 4],
      [10, undefined, 30, undefined],
      [undefined, 2, 3, 4],
    ]);
  });

  test('with values that are no numbers as breaks', () => {
    expect(columns(curve([1, 2, 3], [NaN, 5, Infinity]))).toEqual([
      [1, 2, 3],
      [null, 5, null],
    ]);
  });

  test('with points that came in another order, and several at one x', () => {
    expect(columns(curve([2, 1, 2], [20, 10, 21]), curve([1, 2], [1, 2]))).toEqual([
      [1, 2, 2],
      [10, 20, 21],
      [1, 2],
    ]);
  });

  test('that loses no point', () => {
    const point = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: -9, max: 9 }));
    fc.assert(
      fc.property(fc.array(fc.array(point), { minLength: 1, maxLength: 4 }), (all) => {
        const [x, ...y] = columns(...all.map((one) => curve(one.map(([at]) => at), one.map(([, value]) => value)))); // prettier-ignore
        expect([...x!]).toEqual([...x!].map(Number).toSorted((a, b) => a - b));
        for (const [c, points] of all.entries()) {
          const found = x!.flatMap((at, i) => (y[c]![i] == null ? [] : [[at, y[c]![i]]]));
          expect(found).toHaveLength(points.length);
          expect(found).toEqual(expect.arrayContaining(points));
        }
      }),
    );
  });
});

test('a curve of a million points keeps its peaks', () => {
  const x = Float64Array.from({ length: 1_000_000 }, (_, i) => i);
  const y = x.map((i) => (i === 123_456 ? 9 : i === 654_321 ? -9 : Math.sin(i)));
  const { x: at, y: kept } = thinned({ x, y });
  expect(at.length).toBeLessThanOrEqual(8000);
  expect([...at]).toEqual([...at].toSorted((a, b) => a - b));
  expect(kept[at.indexOf(123_456)]).toBe(9);
  expect(kept[at.indexOf(654_321)]).toBe(-9);
});

test('a short one is left as it is', () => {
  const short = curve([1, 2], [3, 4]);
  expect(thinned(short)).toEqual(short);
});
