import { Generator, zeros } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { clusters, fixture, flat } from '../../test/projections.ts';
import { Turns } from '@kasane/tensor-core/turns';
import { Measured } from './distances.ts';
import { fallingCurve } from './falling-curve.ts';
import { fuzzyGraph } from './fuzzy-graph.ts';
import { memberships } from './memberships.ts';
import { nearestPoints } from './neighbors.ts';
import { trustworthiness } from './trustworthiness.ts';
import type { UMAPOptions } from './umap-options.ts';
import { UMAP } from './umap.ts';

describe('fallingCurve', () => {
  it.each(fixture.curves)(
    "has umap-learn's a and b for spread $spread and minDist $minDist",
    ({ spread, minDist, ab }) => {
      const [a, b] = fallingCurve(spread, minDist);
      expect(a / ab[0]).toBeCloseTo(1, 5);
      expect(b / ab[1]).toBeCloseTo(1, 5);
    },
  );

  it('settles for extreme spreads', () => {
    for (const spread of [1e-3, 0.1, 10, 100]) {
      for (const part of [0, 0.5, 1]) {
        const [a, b] = fallingCurve(spread, part * spread);
        const middle = 1 / (1 + a * (spread * (part + Math.LN2)) ** (2 * b)); // the curve is ½ there
        expect(middle).toBeGreaterThan(0.35);
        expect(middle).toBeLessThan(0.65);
      }
    }
  });
});

describe('fuzzyGraph', () => {
  it.each(fixture.fuzzy)(
    "is umap-learn's fuzzy simplicial set by $metric distance, $nNeighbors neighbours, ratio $setOpMixRatio, connectivity $localConnectivity",
    async ({ graph, metric, ...settings }) => {
      const points = new Measured('test', flat(fixture.points), metric);
      const found = await fuzzyGraph('test', points, settings, new Turns());
      expect([...found.starts]).toEqual(graph.starts);
      expect([...found.columns]).toEqual(graph.columns);
      found.values.forEach((v, e) => expect(v).toBeCloseTo(graph.values[e]!, 4));
    },
  );

  it("joins later points to those of the fit as umap-learn's transform does", async () => {
    const { nNeighbors: k, later } = fixture.umap;
    const [points, queries] = [fixture.points, fixture.later].map(
      (list) => new Measured('test', flat(list), 'euclidean'),
    );
    const neighbors = await nearestPoints('test', points!, queries!, k, new Turns());
    const strengths = memberships(neighbors, 0);
    for (let i = 0; i < 6; i++) {
      const sorted = [...neighbors.indices.keys()]
        .slice(i * k, (i + 1) * k)
        .sort((e, f) => neighbors.indices[e]! - neighbors.indices[f]!);
      const row = [later.starts[i]!, later.starts[i + 1]!] as const;
      expect(sorted.map((e) => neighbors.indices[e])).toEqual(later.columns.slice(...row));
      later.values.slice(...row).forEach((v, e) => expect(strengths[sorted[e]!]).toBeCloseTo(v, 4));
    }
  });
});

/** The share of points whose nearest one in the picture is of their cluster. */
function kept(places: readonly number[][], count: number): number {
  const right = places.filter((y, i) => {
    let [best, nearest] = [-1, Infinity];
    places.forEach((z, j) => {
      const far = Math.hypot(...y.map((v, d) => v - z[d]!));
      if (j !== i && far < nearest) [best, nearest] = [j, far];
    });
    return best % count === i % count;
  });
  return right.length / places.length;
}

describe('UMAP', () => {
  it("comes to umap-learn's trustworthiness", async () => {
    const { nNeighbors, trustworthiness: expected } = fixture.umap;
    const embedding = await UMAP.fitTransform(fixture.points, { nNeighbors });
    expect(await trustworthiness(fixture.points, embedding)).toBeGreaterThan(expected - 0.02);
  });

  it.each([
    {},
    { apart: 40 }, // the graph falls into parts
    { init: 'random' },
    { init: 'pca', nComponents: 1 },
    { nComponents: 3, apart: 40 },
    { nComponents: 5, metric: 'cosine' },
    { negativeSampleRate: 0 },
  ] as (UMAPOptions & { apart?: number })[])(
    'keeps clusters together with %o',
    async ({ apart = 8, ...options }) => {
      const points = clusters(120, 4, 6, apart);
      const generator = new Generator(1);
      const umap = await UMAP.fit(points, { nEpochs: 200, generator, ...options });
      expect(umap.embedding.shape).toEqual([120, options.nComponents ?? 2]);
      expect(kept(umap.embedding.toArray() as number[][], 4)).toBeGreaterThan(0.95);
    },
  );

  it('puts later points to their clusters, and the points themselves where they are', async () => {
    const points = clusters(120, 4, 6);
    const umap = await UMAP.fit(points, { generator: new Generator(1) });
    const there = umap.embedding.toArray() as number[][];
    const generator = new Generator(2);
    const later = points.slice(0, 24).map((p) => p.map((v) => v + 0.3 * generator.normal()));
    const places = (await umap.transform(later, { generator })).toArray() as number[][];
    expect(kept([...there, ...places], 4)).toBeGreaterThan(0.98);
    const again = (await umap.transform(points.slice(0, 24))).toArray() as number[][];
    const moved = again.map((y, i) => Math.hypot(y[0]! - there[i]![0]!, y[1]! - there[i]![1]!));
    expect(moved.reduce((sum, v) => sum + v / 24, 0)).toBeLessThan(1);
    expect(umap.embedding.toArray()).toEqual(there);
    expect((await umap.transform(zeros([0, 6]))).shape).toEqual([0, 2]);
  });

  it('gives the same bits for the same seed', async () => {
    const points = clusters(60, 3, 4);
    const fit = (seed: number) =>
      UMAP.fitTransform(points, { nEpochs: 30, generator: new Generator(seed) });
    const [one, again, other] = await Promise.all([fit(1), fit(1), fit(2)]);
    expect(one!.toArray()).toEqual(again!.toArray());
    expect(one!.toArray()).not.toEqual(other!.toArray());
  });

  it('takes points that are few, or all the same, and as many neighbours as points', async () => {
    const same = await UMAP.fit(zeros([20, 3]), { nNeighbors: 5, nEpochs: 50 });
    for (const n of [2, 3, 5]) {
      const few = await UMAP.fit(clusters(n, 2, 3), { nNeighbors: n, nEpochs: 50 });
      for (const v of await few.embedding.data()) expect(v).toSatisfy(Number.isFinite);
    }
    for (const v of await same.embedding.data()) expect(v).toSatisfy(Number.isFinite);
  });

  it('starts where it is told, reports how far it is, and can be ended', async () => {
    const points = clusters(40, 2, 3);
    const init = points.map((_, i) => [(i * 10) / 39, i === 3 ? 10 : 0]);
    const none = await UMAP.fit(points, { nNeighbors: 5, nEpochs: 0, init });
    (none.embedding.toArray() as number[][]).forEach((row, i) =>
      row.forEach((v, d) => expect(v).toBeCloseTo(init[i]![d]!, 5)),
    );
    const seen: number[] = [];
    await UMAP.fit(points, {
      nNeighbors: 5,
      onProgress: ({ iteration, iterations, embedding }) => {
        expect([iterations, embedding.length]).toEqual([500, 80]);
        seen.push(iteration);
      },
    });
    expect(seen.at(-1)).toBe(500);
    const control = new AbortController();
    const onProgress = (): void => control.abort(new Error('enough'));
    const options = { nNeighbors: 5, nEpochs: 1e6, signal: control.signal, onProgress };
    await expect(UMAP.fit(points, options)).rejects.toThrow('enough');
  });

  it('says what is wrong', async () => {
    const points = clusters(12, 2, 3);
    await expect(UMAP.fit(points)).rejects.toThrow(
      'UMAP.fit: nNeighbors must be a whole number from 2 to 12, got 15.',
    );
    await expect(UMAP.fit([])).rejects.toThrow(
      'points must have at least one number each, got none',
    );
    await expect(UMAP.fit([[1, 2]])).rejects.toThrow('needs at least two points, got 1.');
    await expect(UMAP.fit([[NaN]])).rejects.toThrow('got NaN in point 0');
    await expect(UMAP.fit(points, { minDist: 2 })).rejects.toThrow(
      'UMAP.fit: minDist must be a number from 0 to spread, 1, got 2.',
    );
    await expect(UMAP.fit(points, { setOpMixRatio: -1 })).rejects.toThrow('from 0 to 1, got -1');
    await expect(UMAP.fit(points, { learningRate: 0 })).rejects.toThrow('above 0, got 0');
    await expect(UMAP.fit(points, { nEpochs: 1.5 })).rejects.toThrow('nEpochs must be a whole');
    // @ts-expect-error -- its name is another
    await expect(UMAP.fit(points, { n_neighbors: 5 })).rejects.toThrow('did you mean nNeighbors?');
    await expect(UMAP.fit(points, { nNeighbors: 5, init: [[1]] })).rejects.toThrow(
      'UMAP.fit: init must have shape [12, 2], one row for each point, got [1, 1].',
    );
    const umap = await UMAP.fit(points, { nNeighbors: 5, nEpochs: 5 });
    await expect(umap.transform([[1, 2]])).rejects.toThrow(
      'UMAP.transform: points must have 3 numbers, as those of the fit, got 2.',
    );
    await expect(umap.transform([[1, 2, Infinity]])).rejects.toThrow('got Infinity in point 0');
    await expect(umap.transform([])).rejects.toThrow('UMAP.transform');
  });
});
