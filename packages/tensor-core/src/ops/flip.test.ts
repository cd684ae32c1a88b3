import { ShapeError, zeros } from '@kasane/tensor-core';
import { bools, integers, testOp, values } from '@kasane/testing';

testOp('flip', {
  samples: [
    {
      name: 'a vector',
      inputs: [integers([1, 2, 3])],
      call: (x) => x.flip(0),
      expected: [3, 2, 1],
      gradient: false,
    },
    {
      name: 'columns',
      inputs: [integers([1, 2, 3, 4], [2, 2])],
      call: (x) => x.flip(-1),
      expected: [
        [2, 1],
        [4, 3],
      ],
      gradient: false,
    },
    { name: 'two dims of three', inputs: [values([2, 3, 4])], call: (x) => x.flip([0, 2]) },
    { name: 'all dims', inputs: [values([2, 3])], call: (x) => x.flip([0, 1]) },
    { name: 'no dim', inputs: [values([2, 3])], call: (x) => x.flip([]) },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.flip(0) },
    { name: 'nothing', inputs: [values([2, 0])], call: (x) => x.flip([0, 1]) },
    {
      name: 'bytes',
      inputs: [bools([true, false, false])],
      call: (x) => x.flip(0),
      expected: [0, 0, 1],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'a dim named twice',
      call: () => zeros([2, 2]).flip([0, 0]),
      error: ShapeError,
      message: 'flip: dim 0 appears twice in [0,0]. Name it once.',
    },
  ],
});
