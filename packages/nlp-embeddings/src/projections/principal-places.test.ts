import { Generator } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { clusters, flat } from '../../test/projections.ts';
import { Turns } from '@kasane/tensor-core/turns';
import { PCA } from './pca.ts';
import { principalPlaces } from './principal-places.ts';

it('principalPlaces finds what PCA finds, and 0 for components that there are not', async () => {
  const points = clusters(80, 3, 5);
  const found = await principalPlaces(flat(points), 7, new Generator(1), new Turns());
  const expected = (await PCA.fit(points)).transform(points).toArray() as number[][];
  expected.forEach((row, i) => {
    [...row, 0, 0].forEach((v, c) => expect(found[i * 7 + c]).toBeCloseTo(v, 3));
  });
});
