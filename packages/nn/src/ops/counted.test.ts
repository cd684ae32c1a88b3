import { run, type Tensor } from '@kasane/tensor-core';
import { integers, testOp } from '@kasane/testing';
import { counted } from './counted.ts';

const call =
  (ignoreIndex: number) =>
  (y: Tensor): Tensor =>
    run(counted, [y], { ignoreIndex, dtype: 'float32' });

testOp('counted', {
  noGradient: 'counts do not change with their input',
  samples: [
    {
      name: 'classes',
      inputs: [integers([2, 0, -100, 2])],
      call: call(-100),
      expected: [1, 1, 0, 1],
    },
    {
      name: 'an ignored class, which is one',
      inputs: [integers([2, 0, 1, 1], [2, 2])],
      call: call(1),
      expected: [
        [1, 1],
        [0, 0],
      ],
    },
    { name: 'nothing', inputs: [integers([])], call: call(0), expected: [] },
  ],
});
