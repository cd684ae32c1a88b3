import { given, testOp, values } from '@kasane/testing';

testOp('{{camel}}', {
  samples: [
    { name: 'a matrix', inputs: [values([3, 5])], call: (x) => x.{{camel}}() },
    { name: 'a scalar', inputs: [given([2], [])], call: (x) => x.{{camel}}(), expected: 8 },
    { name: 'no elements', inputs: [given([], [2, 0])], call: (x) => x.{{camel}}(), expected: [] },
    {
      name: 'NaN and the infinities',
      inputs: [given([NaN, Infinity, -Infinity, 0])],
      call: (x) => x.{{camel}}(),
      expected: [NaN, Infinity, -Infinity, 0],
      gradient: false,
    },
  ],
});
