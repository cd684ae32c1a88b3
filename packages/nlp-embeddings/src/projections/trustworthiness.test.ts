import { zeros } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../test/projections.ts';
import { trustworthiness } from './trustworthiness.ts';

describe('trustworthiness', () => {
  const { points, tsne } = fixture;

  it.each(fixture.trustworthiness)(
    "is scikit-learn's for $nNeighbors neighbours by $metric distance",
    async ({ value, nNeighbors, metric }) => {
      const found = await trustworthiness(points, tsne.embedding, { nNeighbors, metric });
      expect(found).toBeCloseTo(value, 6);
    },
  );

  it('is 1 for the points themselves, and between 0 and 1 for points that all lie in one place', async () => {
    expect(await trustworthiness(points, points)).toBe(1);
    const found = await trustworthiness(points, zeros([60, 2]));
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(1);
  });

  it('refuses what it cannot compare', async () => {
    await expect(trustworthiness(points, tsne.embedding.slice(1))).rejects.toThrow(
      'trustworthiness: the embedding must have a row for each of 60 points, got 59.',
    );
    await expect(trustworthiness(points, tsne.embedding, { nNeighbors: 30 })).rejects.toThrow(
      'nNeighbors must be a whole number from 1 to 29, got 30.',
    );
    await expect(trustworthiness([[1], [2]], [[1], [2]])).rejects.toThrow('at least three points');
    await expect(
      // @ts-expect-error -- there is none of this name
      trustworthiness(points, tsne.embedding, { metric: 'l2' }),
    ).rejects.toThrow("metric must be one of 'euclidean', 'manhattan'");
    const signal = AbortSignal.abort();
    await expect(trustworthiness(points, points, { signal })).rejects.toThrow('aborted');
  });
});
