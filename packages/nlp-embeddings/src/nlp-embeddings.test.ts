import { tensor } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { nlpEmbeddings } from './nlp-embeddings.ts';

it('nlpEmbeddings(x) is the length of the vector x', () => {
  expect(nlpEmbeddings(tensor([3, 4])).item()).toBe(5);
});
