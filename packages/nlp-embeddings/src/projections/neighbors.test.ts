import { DataError, Generator } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, flat } from '../../test/projections.ts';
import { Turns } from '@kasane/tensor-core/turns';
import { Measured } from './distances.ts';
import { nearestPoints } from './neighbors.ts';

describe('nearestPoints', () => {
  it.each(fixture.neighbors)(
    'finds those of scikit-learn by $metric distance',
    async (expected) => {
      const points = new Measured('test', flat(fixture.points.slice(0, 20)), expected.metric);
      const { indices, distances } = await nearestPoints('test', points, points, 4, new Turns());
      expect([...indices]).toEqual(expected.indices);
      distances.forEach((d, e) => expect(d).toBeCloseTo(expected.distances[e]!, 4));
    },
  );

  it('finds the nearest of any number of points in rising order, of equals the first', async () => {
    const row = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 2 });
    const list = fc.array(row, { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(list, list, fc.integer({ min: 1, max: 40 }), async (at, from, most) => {
        const k = Math.min(most, at.length);
        const [points, queries] = [at, from].map((p) => new Measured('t', flat(p), 'euclidean'));
        const found = await nearestPoints('t', points!, queries!, k, new Turns());
        from.forEach((q, i) => {
          const far = at.map((p) => Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!));
          const order = [...at.keys()].sort((a, b) => far[a]! - far[b]! || a - b).slice(0, k);
          expect([...found.indices.subarray(i * k, (i + 1) * k)]).toEqual(order);
        });
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['far from zero', (v: number) => 1e7 + v],
    ['in clusters that are far apart', (v: number, i: number) => v * 1e-6 + (i % 3) * 1e4],
    ['next to zero but for one', (v: number, i: number) => (i === 7 ? 1 : v * 1e-60)],
    ['small', (v: number) => v * 1e-120],
    ['large', (v: number) => v * 1e120],
    ['too small for products', (v: number) => v * 1e-150],
  ])('finds the same by products in float32, for points %s', async (_, f) => {
    const generator = new Generator(4);
    const [rows, columns, k] = [230, 20, 7];
    const values = Float64Array.from({ length: rows * columns }, (_, e) =>
      f(Math.round(generator.normal() * 4), Math.floor(e / columns)),
    );
    const points = new Measured('t', { values, rows, columns }, 'euclidean');
    const found = await nearestPoints('t', points, points, k, new Turns());
    const all = new Float64Array(rows * rows);
    await points.compare(points, new Turns(), (i, from, count, sums, at) => {
      all.set(sums.subarray(at, at + count), i * rows + from);
    });
    for (let i = 0; i < rows; i++) {
      const far = all.subarray(i * rows, (i + 1) * rows);
      const order = [...far.keys()].filter((j) => j !== i);
      order.sort((a, b) => far[a]! - far[b]! || a - b);
      expect([...found.indices.subarray(i * k, (i + 1) * k)]).toEqual(order.slice(0, k));
    }
  });

  it('goes through more points than fit into a block, and gives way', async () => {
    const values = Float64Array.from({ length: 3000 * 16 }, (_, i) => (i * 7919) % 1013);
    const points = new Measured('t', { values, rows: 3000, columns: 16 }, 'euclidean');
    const timer = new Promise<string>((resume) => setTimeout(() => resume('timer'), 0));
    const search = nearestPoints('t', points, points, 2, new Turns()).then(() => 'search');
    expect(await Promise.race([timer, search])).toBe('timer');
    await search;
  });

  it('says what is wrong with points that a metric cannot take', async () => {
    const measured = (points: number[][], metric: 'cosine' | 'correlation' | 'euclidean') =>
      new Measured('TSNE.fit', flat(points), metric);
    const zeros = [
      [1, 2],
      [0, 0],
    ];
    expect(() => measured(zeros, 'cosine')).toThrow(
      'TSNE.fit: the metric cosine needs a direction, but the numbers of point 1 are all 0.',
    );
    expect(() => measured([[3, 3]], 'correlation')).toThrow('of point 0 are all alike');
    const far = measured([[1e200], [-1e200]], 'euclidean');
    const search = nearestPoints('TSNE.fit', far, far, 1, new Turns());
    await expect(search).rejects.toThrow(DataError);
    await expect(search).rejects.toThrow('distances of point 0 are beyond what numbers hold');
  });
});
