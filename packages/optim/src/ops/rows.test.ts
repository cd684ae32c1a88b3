import { run, tensor, type Tensor } from '@kasane/tensor-core';
import { given, testOp, type Input } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { addQuotient } from './add-quotient.ts';
import { combineSquare } from './combine-square.ts';
import { combine } from './combine.ts';
import { linkRows } from './rows.ts';

const links = (index: Tensor): Tensor => run(linkRows, [index], undefined);
const index: Input = { shape: [4], values: [2, 0, 2, 2], dtype: 'int32' };
const table = given([1, 2, 3, 4, 5, 6], [3, 2]);
const rows = given([1, 0, 10, 20, 2, 1, 3, -3], [4, 2]); // row 2: [6, -2]
const below = given([4, 9, 1, 1, 4, 1], [3, 2]);
// Where arrays cannot be written in place, gradients are dense.
const skip = {
  on: 'gpu',
  why: 'only backends that write in place have gradients of rows',
} as const;

testOp('linkRows', {
  noGradient: 'links are positions',
  skip,
  samples: [
    {
      name: 'three rows of one index, one of another',
      inputs: [index],
      call: (i) => links(i).slice(0, 0, 4),
      expected: [2, 0, ~3, ~0],
    },
    { name: 'one row', inputs: [{ shape: [1], values: [7], dtype: 'int32' }], call: links },
    { name: 'no row', inputs: [{ shape: [0], values: [], dtype: 'int32' }], call: links },
  ],
});

testOp('update ops with rows', {
  noGradient: 'optimizers update outside of the record',
  skip,
  samples: [
    {
      name: 'combine: ½·a + b in the rows that are named, rows of one index summed',
      inputs: [table, rows, index],
      call: (a, b, i) => run(combine, [a, b, i, links(i)], { alpha: 0.5, beta: 1 }),
      expected: [
        [10.5, 21],
        [3, 4],
        [8.5, 1],
      ],
    },
    {
      name: 'combineSquare: the sum is squared',
      inputs: [table, rows, index],
      call: (a, b, i) => run(combineSquare, [a, b, i, links(i)], { alpha: 1, beta: 1 }),
      expected: [
        [101, 402],
        [3, 4],
        [41, 10],
      ],
    },
    {
      name: 'addQuotient: p + n/√v',
      inputs: [table, rows, below, index],
      call: (p, n, v, i) => run(addQuotient, [p, n, v, i, links(i)], { alpha: 1, beta: 1, eps: 0 }),
      expected: [
        [6, 2 + 20 / 3],
        [3, 4],
        [8, 4],
      ],
    },
    {
      name: 'addQuotient: a numerator that is a table',
      inputs: [table, given([2, 3, 4, 5, 6, 7], [3, 2]), below, index],
      call: (p, n, v, i) =>
        run(addQuotient, [p, n, v, i, links(i)], { alpha: 1, beta: 1, eps: 0, aligned: true }),
      expected: [
        [2, 3],
        [3, 4],
        [8, 13],
      ],
    },
    {
      name: 'rows of no width',
      inputs: [given([], [3, 0]), given([], [4, 0]), index],
      call: (a, b, i) => run(combine, [a, b, i, links(i)], { alpha: 0.5, beta: 1 }),
    },
  ],
});

describe('linkRows', () => {
  it('finds every row of an index, however many there are', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i * i) % 97);
    const found = links(tensor(values, { dtype: 'int32' })).dataSync();
    const chains = new Map<number, number[]>();
    values.forEach((value, r) => chains.set(value, [...(chains.get(value) ?? []), r]));
    for (const chain of chains.values()) {
      chain.forEach((r, i) => {
        const next = chain[i + 1] ?? 0;
        expect(found[r]).toBe(i === 0 ? next : ~next);
      });
    }
  });
});
