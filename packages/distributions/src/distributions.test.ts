import { tensor } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { distributions } from './distributions.ts';

it('distributions(x) is the length of the vector x', () => {
  expect(distributions(tensor([3, 4])).item()).toBe(5);
});
