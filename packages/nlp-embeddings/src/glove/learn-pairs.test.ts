import fs from 'node:fs';
import { run, type Tensor } from '@kasane/tensor-core';
import { given, testOp } from '@kasane/testing';
import { learnPairs } from './learn-pairs.ts';

// Written by the script beside it, with gradients from PyTorch.
const golden = JSON.parse(
  fs.readFileSync(new URL('../../test/fixtures/glove.json', import.meta.url), 'utf8'),
) as {
  rows: number;
  width: number;
  lr: number;
  places: number[];
  values: number[];
  first: number[];
  table: number[];
  losses: number[];
};
const { rows, width, lr } = golden;
const count = golden.places.length / 2;
const whole = (list: readonly number[]) => ({ ...given(list), dtype: 'int32' as const });
const pairs = [whole(golden.places), given(golden.values)] as const;
const epochs =
  (n: number) =>
  (table: Tensor, places: Tensor, values: Tensor): Tensor => {
    let learnt = table;
    for (let i = 0; i < n; i++) {
      learnt = run(learnPairs, [learnt, places, values], { count, rows, width, lr });
    }
    return learnt;
  };

testOp('learnPairs', {
  noGradient: 'it is the gradient step itself',
  skip: { on: 'gpu', why: 'pairs are learnt one after the other' },
  samples: [
    {
      name: "three epochs of PyTorch's gradients, and the losses of the last",
      inputs: [given([...golden.first, 0]), ...pairs],
      call: epochs(3),
      expected: [...golden.table, golden.losses[2]!],
    },
    {
      name: 'no pairs',
      inputs: [given([...golden.first, 7]), whole([]), given([])],
      call: (table, places, values) =>
        run(learnPairs, [table, places, values], { count: 0, rows, width, lr }),
      expected: [...golden.first, 0],
    },
  ],
});
