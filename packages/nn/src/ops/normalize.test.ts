import { run, type Tensor } from '@kasane/tensor-core';
import { given, testOp, values } from '@kasane/testing';
import { moments, normalize, type Grouping } from './normalize.ts';

const grouping = (
  [batch, groups, inner]: readonly [number, number, number],
  rest: Partial<Grouping> = {},
): Grouping => ({ batch, groups, inner, each: false, centred: true, eps: 0.1, ...rest });
const half = Math.SQRT1_2;

testOp('moments', {
  samples: [
    {
      name: 'of two groups',
      inputs: [given([1, 3, 5, 5, 1, 3, 7, 7], [2, 2, 2])],
      call: (x) => run(moments, [x], grouping([2, 2, 2], { eps: 1 })),
      expected: [
        [2, 6],
        [half, half],
        [1, 1],
      ],
    },
    {
      name: 'without a mean',
      inputs: [given([1, -1, 3, -1], [2, 2])],
      call: (x) => run(moments, [x], grouping([1, 2, 2], { centred: false, eps: 0 })),
      expected: [
        [0, 0],
        [1, 1 / Math.sqrt(5)],
        [1, 5],
      ],
    },
    {
      name: 'far from 0',
      inputs: [given([1000, 1001, 1002, 1003])],
      call: (x) => run(moments, [x], grouping([1, 1, 4], { eps: 0 })),
      expected: [[1001.5], [1 / Math.sqrt(1.25)], [1.25]],
      gradient: false, // differences of such numbers are too rough
    },
  ],
});

/** What kernels treat apart: rows, channels of lines, and channels one element wide. */
const shapes: Readonly<Record<string, readonly [readonly [number, number, number], boolean]>> = {
  rows: [[1, 3, 5], true],
  'rows longer than a block': [[1, 2, 300], true],
  'rows of one element': [[1, 3, 1], true],
  'many rows': [[1, 19, 2], true],
  'channels of lines': [[2, 3, 5], false],
  'channels of long lines': [[2, 2, 140], false],
  'channels of one element': [[4, 5, 1], false],
  'many samples of channels': [[18, 3, 1], false],
};

testOp('normalize', {
  samples: Object.entries(shapes).flatMap(([name, [sizes, each]]) => {
    const how = grouping(sizes, { each });
    const input = values(sizes);
    const channels = [each ? sizes[2] : sizes[1]];
    const affine = [values(channels, 0.5, 2, 1), values(channels, -1, 1, 2)];
    const large = input.values.length > 100;
    return [
      {
        name,
        inputs: [input, ...affine],
        call: (x: Tensor, ...rest: Tensor[]) => normalize(x, rest, how),
        ...(large ? { secondGradient: false as const } : {}),
      },
      {
        name: `${name}, without γ and β`,
        inputs: [input],
        call: (x: Tensor) => normalize(x, [], how),
        ...(large ? { secondGradient: false as const } : {}),
      },
      {
        name: `${name}, neither mean nor β`,
        inputs: [input, affine[0]!],
        call: (x: Tensor, gamma: Tensor) => normalize(x, [gamma], { ...how, centred: false }),
        ...(large ? { secondGradient: false as const } : {}),
      },
      {
        name: `${name}, by given moments`,
        inputs: [input, ...affine],
        call: (x: Tensor, ...rest: Tensor[]) =>
          normalize(x, rest, how, x.newFull([2, sizes[1]], 0.5)),
        ...(large ? { secondGradient: false as const } : {}),
      },
    ];
  }),
});
