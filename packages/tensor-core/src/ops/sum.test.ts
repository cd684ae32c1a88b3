import { tensor, ShapeError } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

for (const name of ['sum', 'mean'] as const) {
  const empty = name === 'sum' ? 0 : Number.NaN;
  const over = (count: number, total: number): number => (name === 'sum' ? total : total / count);
  testOp(name, {
    samples: [
      // Longer than what one thread of a gpu kernel folds.
      {
        name: 'long rows',
        inputs: [values([2, 1100])],
        call: (x) => x[name](1),
        secondGradient: false,
      },
      {
        name: 'long columns',
        inputs: [values([1030, 2])],
        call: (x) => x[name](0),
        secondGradient: false,
      },
      {
        name: 'everything',
        inputs: [given([1, 2, 3, 4, 5, 6], [2, 3])],
        call: (x) => x[name](),
        expected: over(6, 21),
      },
      {
        name: 'rows',
        inputs: [given([1, 2, 3, 4, 5, 6], [2, 3])],
        call: (x) => x[name](1),
        expected: [over(3, 6), over(3, 15)],
      },
      {
        name: 'columns, kept as a row',
        inputs: [given([1, 2, 3, 4, 5, 6], [2, 3])],
        call: (x) => x[name](0, { keepdim: true }),
        expected: [[over(2, 5), over(2, 7), over(2, 9)]],
      },
      { name: 'a negative dim', inputs: [values([2, 3, 4])], call: (x) => x[name](-2) },
      { name: 'neighbouring dims', inputs: [values([2, 3, 4])], call: (x) => x[name]([0, 1]) },
      { name: 'dims apart', inputs: [values([2, 3, 4])], call: (x) => x[name]([2, 0]) },
      {
        name: 'dims apart, kept',
        inputs: [values([2, 3, 4])],
        call: (x) => x[name]([0, -1], { keepdim: true }),
      },
      { name: 'an empty list of dims', inputs: [values([2, 3])], call: (x) => x[name]([]) },
      {
        name: 'many rows',
        inputs: [values([3, 301])],
        call: (x) => x[name](1),
        secondGradient: false,
      },
      {
        name: 'many columns',
        inputs: [values([37, 21])],
        call: (x) => x[name](0),
        secondGradient: false,
      },
      { name: 'a scalar', inputs: [given([3], [])], call: (x) => x[name](), expected: 3 },
      {
        name: 'a scalar along dim -1',
        inputs: [given([3], [])],
        call: (x) => x[name](-1),
        expected: 3,
      },
      { name: 'nothing', inputs: [given([], [0])], call: (x) => x[name](), expected: empty },
      {
        name: 'an empty dim',
        inputs: [given([], [2, 0])],
        call: (x) => x[name](1),
        expected: [empty, empty],
      },
      { name: 'no results', inputs: [given([], [2, 0])], call: (x) => x[name](0), expected: [] },
      {
        name: 'NaN and the infinities',
        inputs: [given([NaN, 1, Infinity, 1, Infinity, -Infinity], [3, 2])],
        call: (x) => x[name](1),
        expected: [NaN, Infinity, NaN],
        gradient: false,
      },
      {
        name: 'whole numbers',
        inputs: [integers([1, 2, 4, 6])],
        call: (x) => x[name](),
        expected: over(4, 13),
        gradient: false,
      },
      {
        name: 'truth values',
        inputs: [bools([true, false, true, true])],
        call: (x) => x[name](),
        expected: over(4, 3),
        gradient: false,
      },
    ],
    errors: [
      {
        name: 'a dim that is not there',
        call: () => tensor([[1]])[name](2),
        error: ShapeError,
        message: `${name}: dim must be a whole number from -2 to 1, got 2.`,
      },
      {
        name: 'a dim named twice',
        call: () => tensor([[1]])[name]([1, -1]),
        error: ShapeError,
        message: `${name}: dim 1 appears twice in [1,-1]. Name it once.`,
      },
    ],
  });
}

describe('sum and mean', () => {
  it('count bool as int32 and average integers in float32', () => {
    const x = tensor([true, false]);
    expect(x.sum().dtype).toBe('int32');
    expect(x.mean().dtype).toBe('float32');
    expect(x.cast('int32').sum().dtype).toBe('int32');
    expect(x.cast('float64').mean().dtype).toBe('float64');
  });

  it('add a long row without losing digits', () => {
    const n = 1_000_001;
    expect(tensor(new Float32Array(n).fill(0.1)).mean().item()).toBeCloseTo(0.1, 6);
  });

  it('are what float32 holds, though it may not hold what is added on the way', () => {
    const most = 3.4028234663852886e38;
    for (const [rows, columns] of [
      [4, 1],
      [300, 3],
      [5, 21],
      [9000, 1],
      [5000, 18],
    ] as const) {
      const list = new Float32Array(rows * columns).fill(1);
      // In one column: large numbers that meet in one lane, and their negatives far from them.
      const at = (row: number): number => row * columns + columns - 1;
      list[at(0)] = most;
      list[at(1)] = most;
      list[at(rows - 2)] = -most;
      list[at(rows - 1)] = -most / 2;
      const x = tensor(list, [rows, columns]);
      const want = new Array<number>(columns).fill(rows);
      want[columns - 1] = most / 2;
      for (const t of [x.sum(0), x.permute([1, 0]).sum(1)]) {
        expect(t.toArray(), `${rows} × ${columns}`).toEqual(want);
      }
      expect(x.mean(0)).toBeAllclose(
        want.map((v) => v / rows),
        { rtol: 1e-6, atol: 0 },
      );
      list[at(2)] = Infinity;
      const wild = tensor(list, [rows, columns]).sum(0).toArray() as number[]; // of a vector
      expect(wild[columns - 1]).toBe(Infinity);
    }
  });

  it('give the total whatever the order of the dims', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        (shape, d) => {
          const size = shape.reduce((a, b) => a * b, 1);
          const x = tensor(
            Float64Array.from({ length: size }, (_, i) => i),
            shape,
          );
          const dim = d % shape.length;
          expect(x.sum(dim).sum().item()).toBe((size * (size - 1)) / 2);
        },
      ),
    );
  });
});
