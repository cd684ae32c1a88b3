import { run, tensor } from '@kasane/tensor-core';
import { given, testOp, type Input } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { placesOf, writeRows } from './rows.ts';

const index: Input = { shape: [4], values: [2, 0, 2, 2], dtype: 'int32' };
const table = given([1, 2, 3, 4, 5, 6], [3, 2]);
const rows = given([1, 0, 10, 20, 2, 1, 3, -3], [4, 2]); // row 2: [6, -2]
// Where arrays cannot be written in place, gradients are dense.
const skip = {
  on: 'gpu',
  why: 'only backends that write in place have gradients of rows',
} as const;

testOp('writeRows', {
  noGradient: 'optimizers update outside of the record',
  skip,
  samples: [
    {
      name: 'added, times a factor, those of one index as their sum',
      inputs: [table, rows, index],
      call: (x, r, i) => run(writeRows, [x, r, ...placesOf(i)], { beta: 0.5 }),
      expected: [
        [6, 12],
        [3, 4],
        [8, 5],
      ],
    },
    {
      name: 'put in their place, of those of one index the first',
      inputs: [table, rows, index],
      call: (x, r, i) => run(writeRows, [x, r, ...placesOf(i)], { beta: null }),
      expected: [
        [10, 20],
        [3, 4],
        [1, 0],
      ],
    },
    {
      name: 'summed where the index is the same',
      inputs: [given([0, 0, 0, 0, 0, 0, 0, 0], [4, 2]), rows, index],
      call: (x, r, i) => run(writeRows, [x, r, placesOf(i)[0]], { beta: 1 }),
      expected: [
        [6, -2],
        [10, 20],
        [0, 0],
        [0, 0],
      ],
    },
    {
      name: 'of no width',
      inputs: [given([], [3, 0]), given([], [4, 0]), index],
      call: (x, r, i) => run(writeRows, [x, r, ...placesOf(i)], { beta: 1 }),
    },
    {
      name: 'none',
      inputs: [table, given([], [0, 2]), { shape: [0], values: [], dtype: 'int32' }],
      call: (x, r, i) => run(writeRows, [x, r, ...placesOf(i)], { beta: 1 }),
      expected: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
  ],
});

describe('linkRows', () => {
  it('finds every row of an index, however many there are', () => {
    const values = Array.from({ length: 1000 }, (_, i) => ((i * i) % 97) * 4096);
    const found = placesOf(tensor(values, { dtype: 'int32' }))[0].dataSync();
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
