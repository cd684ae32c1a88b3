import { run, type Tensor } from '@kasane/tensor-core';
import { given, testOp, values } from '@kasane/testing';
import { attentionWeights } from './attention-weights.ts';

const call =
  (isCausal: boolean, scale: number = 0.5) =>
  (q: Tensor, k: Tensor, ...mask: Tensor[]): Tensor =>
    run(attentionWeights, [q, k, ...mask], { scale, isCausal });

/** Leading dimensions, queries, keys, and features of a head. */
const sizes: Readonly<Record<string, readonly [readonly number[], number, number, number]>> = {
  'one matrix': [[], 3, 4, 2],
  'one query': [[2], 1, 5, 3],
  'one key': [[2], 3, 1, 2],
  'several heads': [[2, 3], 4, 5, 2],
  'more queries than keys': [[], 6, 2, 3],
  'no queries': [[2], 0, 3, 2],
};

testOp('attentionWeights', {
  products: true,
  samples: [
    {
      name: 'by equal and unequal scores',
      inputs: [given([0, Math.log(9)], [2, 1]), given([0, 1], [2, 1])],
      call: call(false),
      expected: [
        [0.5, 0.5],
        [0.25, 0.75],
      ],
    },
    {
      name: 'of keys up to the query',
      inputs: [given([0, Math.log(9)], [2, 1]), given([0, 1], [2, 1])],
      call: call(true),
      expected: [
        [1, 0],
        [0.25, 0.75],
      ],
    },
    {
      name: 'where a mask hides a key',
      inputs: [given([5, 5], [2, 1]), given([1, 1], [2, 1]), given([0, -Infinity], [1, 2])],
      call: call(false),
      expected: [
        [1, 0],
        [1, 0],
      ],
      gradient: false, // differences of -Infinity
    },
    ...Object.entries(sizes).flatMap(([name, [lead, t, s, d]]) =>
      [false, true].flatMap((isCausal) => {
        const matrices = [values([...lead, t, d]), values([...lead, s, d], -1, 1, 1)];
        const masks = { 'no mask': [], 'a mask': [[...lead, t, s]], 'a row': [[1, s]] };
        return Object.entries(masks).map(([what, shapes]) => ({
          name: `${name}, ${what}${isCausal ? ', causal' : ''}`,
          inputs: [...matrices, ...shapes.map((shape) => values(shape, -1, 1, 2))],
          call: call(isCausal),
        }));
      }),
    ),
    {
      name: 'more queries than a block, causal',
      inputs: [values([2, 101, 3]), values([2, 97, 3], -1, 1, 1), values([2, 1, 97], -1, 1, 2)],
      call: call(true, 2),
      gradient: false,
    },
  ],
});
