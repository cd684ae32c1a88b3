import {
  bernoulli,
  DTypeError,
  Generator,
  multinomial,
  randint,
  randn,
  randperm,
  reference,
  ShapeError,
  tensor,
  truncatedNormal,
  zeros,
} from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

/** Σ (got - want)²/want. */
function chiSquare(got: ArrayLike<number>, want: readonly number[]): number {
  return want.reduce((sum, w, i) => sum + (got[i]! - w) ** 2 / w, 0);
}

describe('randint', () => {
  it('takes every value of the range equally often', () => {
    const x = randint(-3, 4, [7000], { generator: new Generator(1) });
    expect(x.dtype).toBe('int32');
    const counts = x.add(3).bincount().dataSync();
    expect(counts.length).toBe(7);
    // 6 degrees of freedom, p = 0.001
    expect(
      chiSquare(
        counts,
        Array.from({ length: 7 }, () => 1000),
      ),
    ).toBeLessThan(22.5);
  });

  it('is unbiased where the range does not divide 2^32', () => {
    // Words modulo 3·2^30 would fall in the lower third half of the time.
    const x = randint(-(2 ** 31), 2 ** 30, [9000], { generator: new Generator(2) });
    const low = x
      .less(-(2 ** 30))
      .sum()
      .item();
    expect(Math.abs(low - 3000)).toBeLessThan(4 * Math.sqrt(2000));
  });

  it('reaches the whole of int32', () => {
    const x = randint(-(2 ** 31), 2 ** 31, [1000], { generator: new Generator(3) });
    expect(x.min().item()).toBeLessThan(-(2 ** 30));
    expect(x.max().item()).toBeGreaterThan(2 ** 30);
  });

  it('of one value is that value', () => {
    expect(randint(5, 6, [3]).toArray()).toEqual([5, 5, 5]);
  });

  it('makes other dtypes and empty shapes', () => {
    expect(randint(0, 2, [2], { dtype: 'float32' }).dtype).toBe('float32');
    expect(randint(0, 2, [0, 3]).shape).toEqual([0, 3]);
  });

  it('fills only dtypes that hold the whole range', () => {
    const dtype = 'float32';
    expect(() => randint(0, 2 ** 25, [1], { dtype })).toThrow(
      new RangeError(
        'randint: high of float32 must be a whole number from 1 to 16777217, got 33554432.',
      ),
    );
    expect(() => randint(-(2 ** 24) - 1, 0, [1], { dtype })).toThrow(RangeError);
    expect(() => randint(2 ** 31 - 8, 2 ** 31 - 1, [1], { dtype })).toThrow(RangeError);
    expect(() => randint(0, 3, [1], { dtype: 'bool' })).toThrow(
      'randint: high of bool must be a whole number from 1 to 2, got 3.',
    );
    expect(() => randint(-1, 1, [1], { dtype: 'bool' })).toThrow(RangeError);
    const edge = randint(2 ** 24 - 1, 2 ** 24 + 1, [100], { dtype, generator: new Generator(1) });
    expect(edge.unique().values.toArray()).toEqual([2 ** 24 - 1, 2 ** 24]);
    expect(randint(-(2 ** 24), 1 - 2 ** 24, [1], { dtype }).item()).toBe(-(2 ** 24));
    const wide = randint(2 ** 31 - 2, 2 ** 31, [99], { dtype: 'float64' });
    expect(wide.max().item()).toBe(2 ** 31 - 1);
  });

  it('stays below high in every dtype', () => {
    const whole = fc.integer({ min: -(2 ** 24), max: 2 ** 24 });
    const dtypes = fc.constantFrom('int32', 'float32', 'float64');
    fc.assert(
      fc.property(whole, whole, dtypes, fc.nat(), (a, b, dtype, seed) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b) + 1];
        const x = randint(low, high, [20], { dtype, generator: new Generator(seed) });
        for (const v of x.dataSync())
          expect(Number.isInteger(v) && v >= low && v < high).toBe(true);
      }),
    );
  });

  it('refuses an empty range and halves', () => {
    const rule = (low: number): string =>
      `randint: high of int32 must be a whole number from ${low + 1} to 2147483648, got `;
    expect(() => randint(3, 3, [1])).toThrow(`${rule(3)}3.`);
    expect(() => randint(3, 1, [1])).toThrow(`${rule(3)}1.`);
    expect(() => randint(0, 1.5, [1])).toThrow(`${rule(0)}1.5.`);
    expect(() => randint(0.5, 2, [1])).toThrow(
      'randint: low of int32 must be a whole number from -2147483648 to 2147483647, got 0.5.',
    );
    expect(() => randint(0, 3, [1], { dtype: 'bool' })).toThrow(
      'randint: high of bool must be a whole number from 1 to 2, got 3.',
    );
    expect(() => randint(0, 2 ** 32, [1])).toThrow(`${rule(0)}4294967296.`);
  });
});

describe('randperm', () => {
  it('is an order of 0 to n - 1', () => {
    const x = randperm(100, { generator: new Generator(1) });
    expect(x.dtype).toBe('int32');
    expect(x.sort().values.toArray()).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(x.toArray()).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('takes all orders equally often', () => {
    const generator = new Generator(2);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = String(randperm(3, { generator }).toArray());
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    const want = Array.from({ length: 6 }, () => 1000);
    expect(chiSquare([...counts.values()], want)).toBeLessThan(20.5); // 5 degrees, p = 0.001
  });

  it('of none or one is that', () => {
    expect(randperm(0).shape).toEqual([0]);
    expect(randperm(1).toArray()).toEqual([0]);
  });

  it('fills only dtypes that tell the numbers apart', () => {
    expect(() => randperm(2 ** 24 + 2, { dtype: 'float32' })).toThrow(
      new RangeError(
        'randperm: n of float32 must be a whole number from 0 to 16777217, got 16777218.',
      ),
    );
    expect(() => randperm(3, { dtype: 'bool' })).toThrow(RangeError);
    expect(randperm(2, { dtype: 'bool' }).sum().item()).toBe(1);
    expect(randperm(5, { dtype: 'float32' }).sort().values.toArray()).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuses half a length', () => {
    expect(() => randperm(1.5)).toThrow(
      'randperm: n of int32 must be a whole number from 0 to 2147483648, got 1.5.',
    );
  });
});

describe('bernoulli', () => {
  it('is 1 as often as p says', () => {
    const x = bernoulli([10_000], 0.3, { generator: new Generator(1) });
    expect(x.dtype).toBe('float32');
    expect(Math.abs(x.sum().item() - 3000)).toBeLessThan(4 * Math.sqrt(2100));
    expect(x.unique().values.toArray()).toEqual([0, 1]);
  });

  it('takes a probability for every element', () => {
    const p = tensor(
      [
        [0, 1],
        [1, 0],
      ],
      { dtype: 'float64', backend: reference() },
    );
    const x = bernoulli(p, { generator: new Generator(1) });
    expect(x.toArray()).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect([x.dtype, x.backend.name]).toEqual(['float64', 'reference']);
  });

  it('makes masks', () => {
    const mask = bernoulli([100], 0.5, { dtype: 'bool', generator: new Generator(1) });
    expect(mask.dtype).toBe('bool');
    expect(mask.any().item()).toBe(1);
    expect(mask.all().item()).toBe(0);
  });

  it('is never 1 for p = 0 and always for p = 1', () => {
    expect(bernoulli([1000], 0).sum().item()).toBe(0);
    expect(bernoulli([1000], 1).sum().item()).toBe(1000);
  });

  it('refuses what is no probability', () => {
    expect(() => bernoulli([2], 1.5)).toThrow(
      'bernoulli: probabilities must be from 0 to 1, got 1.5.',
    );
    expect(() => bernoulli(tensor([0.5, -1]))).toThrow(
      'bernoulli: probabilities must be from 0 to 1, got -1.',
    );
    expect(() => bernoulli([0], Number.NaN)).toThrow(RangeError);
  });
});

it('draws ask no engine for functions whose last bits are its own', () => {
  const asked = (['log', 'exp', 'sin', 'cos', 'pow'] as const).map((name) => vi.spyOn(Math, name));
  const generator = new Generator(8);
  const draws = [
    randn([50], { generator }),
    // By the normal itself, an exponential in a tail, and the uniform in a narrow window.
    truncatedNormal([50], { low: -1, high: 2, generator }),
    truncatedNormal([50], { low: 3, high: 9, generator }),
    truncatedNormal([50], { low: 1, high: 1.5, generator }),
    multinomial(tensor([0.5, 3, 0, 1e-30, 1e30]), 4, { generator }),
  ];
  expect(asked.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0, 0, 0]);
  vi.restoreAllMocks();
  expect(draws.at(-1)!.toArray()).toEqual([4, 1, 0, 3]);
  expect(draws.every((x) => x.dataSync().every(Number.isFinite))).toBe(true);
});

describe('multinomial', () => {
  it('with replacement draws in proportion to the weights', () => {
    const weights = tensor([1, 0, 3, 4, 0]);
    const x = multinomial(weights, 8000, { replacement: true, generator: new Generator(1) });
    expect(x.dtype).toBe('int32');
    const counts = x.bincount({ minlength: 5 }).dataSync();
    expect([counts[1], counts[4]]).toEqual([0, 0]);
    const drawn = [counts[0]!, counts[2]!, counts[3]!];
    expect(chiSquare(drawn, [1000, 3000, 4000])).toBeLessThan(13.8); // 2 degrees, p = 0.001
  });

  it('without replacement draws as if one after another', () => {
    const generator = new Generator(2);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const pair = String(multinomial(tensor([1, 2, 3]), 2, { generator }).toArray());
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    // P(i, then j) = wᵢ/6 · wⱼ/(6 - wᵢ)
    const w = [1, 2, 3];
    const pairs = ['0,1', '0,2', '1,0', '1,2', '2,0', '2,1'];
    const want = pairs.map((pair) => {
      const [i, j] = pair.split(',').map(Number);
      return (6000 * (w[i!]! / 6) * w[j!]!) / (6 - w[i!]!);
    });
    const got = pairs.map((pair) => counts.get(pair) ?? 0);
    expect(chiSquare(got, want)).toBeLessThan(20.5); // 5 degrees, p = 0.001
  });

  it('without replacement never draws a category twice or one of weight 0', () => {
    const x = multinomial(tensor([1, 0, 5, 2]), 3, { generator: new Generator(3) });
    expect(x.sort().values.toArray()).toEqual([0, 2, 3]);
  });

  it('keeps the proportions of weights at the ends of float64', () => {
    const ends: readonly (readonly [readonly number[], readonly number[]])[] = [
      [
        [5e-324, 5e-324, 0],
        [0.5, 0.5, 0],
      ],
      [
        [5e-324, 1.5e-323, 0],
        [0.25, 0.75, 0],
      ],
      [
        [1.7e308, 1.7e308, 0],
        [0.5, 0.5, 0],
      ],
      [
        [Number.MAX_VALUE, 0, Number.MAX_VALUE, Number.MAX_VALUE],
        [1 / 3, 0, 1 / 3, 1 / 3],
      ],
      [
        [1e308, 5e-324, 1e308, 1e-300],
        [0.5, 0, 0.5, 0],
      ],
      [
        [0, 0, 5e-324, 0],
        [0, 0, 1, 0],
      ],
    ];
    for (const [weights, shares] of ends) {
      for (const replacement of [true, false]) {
        const generator = new Generator(5);
        const counts = weights.map(() => 0);
        const w = tensor(weights, { dtype: 'float64' });
        for (let i = 0; i < 2000; i++) {
          counts[multinomial(w, 1, { replacement, generator }).item()]!++;
        }
        shares.forEach((p, i) => {
          const spread = 4 * Math.sqrt(2000 * p * (1 - p));
          expect(Math.abs(counts[i]! - 2000 * p)).toBeLessThanOrEqual(spread);
        });
      }
    }
  });

  it('without replacement draws every category of positive weight, however light', () => {
    const w = tensor([5e-324, 1e308, 0, 1e-300, 1.7e308], { dtype: 'float64' });
    for (let seed = 0; seed < 50; seed++) {
      const x = multinomial(w, 4, { generator: new Generator(seed) });
      expect(x.toArray()).toEqual(expect.arrayContaining([0, 1, 3, 4]));
      expect(x.slice(0, 2).toArray()).toEqual([3, 0]);
    }
  });

  it('draws for every row', () => {
    const weights = tensor([
      [0, 1, 0],
      [2, 0, 0],
    ]);
    const x = multinomial(weights, 4, { replacement: true, generator: new Generator(4) });
    expect(x.toArray()).toEqual([
      [1, 1, 1, 1],
      [0, 0, 0, 0],
    ]);
    expect(multinomial(zeros([0, 3]), 2).shape).toEqual([0, 2]);
  });

  it('refuses weights that are no weights', () => {
    const message = 'multinomial: weights must be finite and ≥ 0, got ';
    expect(() => multinomial(tensor([1, -2]), 1)).toThrow(`${message}-2.`);
    expect(() => multinomial(tensor([1, Number.NaN]), 1)).toThrow(`${message}NaN.`);
    expect(() => multinomial(tensor([1, Infinity]), 1)).toThrow(`${message}Infinity.`);
    expect(() => multinomial(zeros([3]), 1)).toThrow(
      'multinomial: cannot draw 1 categories from 0 of positive weight. Raise one.',
    );
  });

  it('refuses more samples than categories without replacement', () => {
    expect(() => multinomial(tensor([1, 1, 0]), 3)).toThrow(
      'multinomial: cannot draw 3 categories from 2 of positive weight. Pass { replacement: true }.',
    );
  });

  it('refuses shapes, counts and dtypes that cannot be', () => {
    expect(() => multinomial(tensor(1), 1)).toThrow(ShapeError);
    expect(() => multinomial(tensor([1]), 0)).toThrow(
      'multinomial: numSamples must be a whole number ≥ 1, got 0.',
    );
    expect(() => multinomial(tensor([1]), 1, { dtype: 'bool' })).toThrow(DTypeError);
  });
});

describe('draws', () => {
  it('repeat from the same seed and do not depend on the backend', () => {
    const on = (backend = reference()): unknown[] => {
      const generator = new Generator(77);
      return [
        randint(0, 1000, [20], { generator, backend }).toArray(),
        randperm(20, { generator, backend }).toArray(),
        bernoulli([20], 0.5, { generator, backend }).toArray(),
        multinomial(tensor([1, 2, 3], { backend }), 2, { generator }).toArray(),
      ];
    };
    expect(on()).toEqual(on());
    expect(on(tensor(0).backend)).toEqual(on());
  });
});
