import { run, type Tensor } from '@kasane/tensor-core';
import { given, testOp, values } from '@kasane/testing';
import { learnRows } from './learn-rows.ts';

const WIDTH = 16;
const call =
  (count: number, lr: number, divide: boolean) =>
  (table: Tensor, examples: Tensor): Tensor =>
    run(learnRows, [table, examples], { count, width: WIDTH, lr, divide });
const examples = (...list: number[]) => ({ ...given(list), dtype: 'int32' as const });
const table = (rows: number) => values([rows * WIDTH + 1], -1, 1);

testOp('learnRows', {
  noGradient: 'it is the gradient step itself',
  skip: { on: 'gpu', why: 'examples are learnt one after the other' },
  samples: [
    {
      name: 'one input, one target: h = (1, 0, ...), w = 0, s = 0, and half of lr goes along h',
      inputs: [given([1, ...Array<number>(31).fill(0), 7]), examples(1, 1, 0, 1)],
      call: call(1, 0.5, true),
      expected: [1, ...Array<number>(15).fill(0), 0.25, ...Array<number>(15).fill(0), Math.LN2],
    },
    {
      name: 'a target with no goes the other way',
      inputs: [given([1, ...Array<number>(31).fill(0), 0]), examples(1, 1, 0, ~1)],
      call: call(1, 0.5, true),
      expected: [1, ...Array<number>(15).fill(0), -0.25, ...Array<number>(15).fill(0), Math.LN2],
    },
    {
      name: 'examples with some inputs and targets, the gradient divided',
      inputs: [
        table(7),
        examples(2, 3, 0, 1, 3, ~4, ~5, 1, 6, 2, 3, ~6, 4, ~5, ~3, 4, 3, 1, 0, 1, 2, ~6),
      ],
      call: call(3, 0.1, true),
    },
    {
      name: 'the same, every input with all of the gradient',
      inputs: [
        table(7),
        examples(2, 3, 0, 1, 3, ~4, ~5, 1, 6, 2, 3, ~6, 4, ~5, ~3, 4, 3, 1, 0, 1, 2, ~6),
      ],
      call: call(3, 0.1, false),
    },
    {
      name: 'scores far beyond what exp can do',
      inputs: [given([...Array<number>(32).fill(4), 0]), examples(1, 2, 0, 1, ~1)],
      call: call(1, 0, true),
    },
    { name: 'no examples', inputs: [table(2), examples()], call: call(0, 0.1, true) },
  ],
});
