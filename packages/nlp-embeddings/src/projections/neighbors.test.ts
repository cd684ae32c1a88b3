import { DataError } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, flat } from '../../test/projections.ts';
import { Turns } from '../turns.ts';
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
