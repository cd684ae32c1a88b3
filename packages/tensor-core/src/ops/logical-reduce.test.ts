import { bools, given, integers, testOp, values } from '@kasane/testing';

for (const name of ['all', 'any'] as const) {
  const both = (all: number, any: number): number => (name === 'all' ? all : any);
  testOp(name, {
    noGradient: 'truth values have no slope',
    samples: [
      // Longer than what one thread of a gpu kernel folds.
      {
        name: 'long rows',
        inputs: [
          given(
            Array.from({ length: 3000 }, (_, i) => Number(i < 1500 || i === 2999)),
            [2, 1500],
          ),
        ],
        call: (x) => x[name](1),
      },
      {
        name: 'everything',
        inputs: [bools([true, false, true])],
        call: (x) => x[name](),
        expected: both(0, 1),
      },
      {
        name: 'rows',
        inputs: [bools([true, true, false, true, false, false], [3, 2])],
        call: (x) => x[name](1),
        expected: [1, both(0, 1), 0],
      },
      {
        name: 'columns, kept as a row',
        inputs: [bools([true, false, true, false, true, false], [2, 3])],
        call: (x) => x[name](0, { keepdim: true }),
        expected: [[both(0, 1), both(0, 1), both(0, 1)]],
      },
      {
        name: 'dims apart',
        inputs: [bools([true, true, false, true, true, true, false, true], [2, 2, 2])],
        call: (x) => x[name]([0, 2]),
        expected: [1, both(0, 1)],
      },
      {
        name: 'numbers are true unless 0',
        inputs: [given([0, 1e-30, -2, NaN, 0, -0], [3, 2])],
        call: (x) => x[name](1),
        expected: [both(0, 1), 1, 0],
      },
      { name: 'a negative dim', inputs: [values([2, 3, 4])], call: (x) => x[name](-2) },
      {
        name: 'whole numbers',
        inputs: [integers([0, 0, 7])],
        call: (x) => x[name](),
        expected: both(0, 1),
      },
      { name: 'a scalar', inputs: [bools([true], [])], call: (x) => x[name](), expected: 1 },
      { name: 'nothing', inputs: [bools([])], call: (x) => x[name](), expected: both(1, 0) },
      {
        name: 'an empty dim',
        inputs: [given([], [2, 0])],
        call: (x) => x[name](1),
        expected: [both(1, 0), both(1, 0)],
      },
      { name: 'no results', inputs: [given([], [2, 0])], call: (x) => x[name](0), expected: [] },
    ],
  });
}
