import { tensor } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { seq2seq } from './seq2seq.ts';

it('seq2seq(x) is the length of the vector x', () => {
  expect(seq2seq(tensor([3, 4])).item()).toBe(5);
});
