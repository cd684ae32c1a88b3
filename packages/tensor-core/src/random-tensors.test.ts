import {
  DTypeError,
  Generator,
  normal,
  rand,
  randn,
  reference,
  ShapeError,
  truncatedNormal,
  uniform,
  wasm,
  type Tensor,
} from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';

const N = 20_000;

/** Kolmogorov and Smirnov's distance between a sample and a distribution. */
function distance(sample: Tensor, cdf: (x: number) => number): number {
  const sorted = sample.dataSync().slice().sort();
  let worst = 0;
  sorted.forEach((x, i) => {
    const p = cdf(x);
    worst = Math.max(worst, p - i / sorted.length, (i + 1) / sorted.length - p);
  });
  return worst;
}

/** The distance that a sample of n from the distribution itself exceeds once in a thousand times. */
const far = (n: number): number => 1.95 / Math.sqrt(n);

/** The distribution function of the standard normal: Simpson's rule on its density from 0 to x. */
function phi(x: number): number {
  const steps = 2 * Math.ceil(1 + Math.abs(x) * 20);
  const h = x / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((i * h) ** 2) / 2);
  }
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

const floats = ['float32', 'float64'] as const;

for (const dtype of floats) {
  describe(`in ${dtype}`, () => {
    it('rand is uniform on [0, 1)', () => {
      const x = rand([N], { dtype, generator: new Generator(1) });
      expect(x.dtype).toBe(dtype);
      expect(distance(x, (v) => v)).toBeLessThan(far(N));
    });

    it('uniform is uniform on [low, high)', () => {
      const x = uniform([N], { low: -3, high: 5, dtype, generator: new Generator(2) });
      expect(x.min().item()).toBeGreaterThanOrEqual(-3);
      expect(x.max().item()).toBeLessThan(5);
      expect(distance(x, (v) => (v + 3) / 8)).toBeLessThan(far(N));
    });

    it('randn is standard normal', () => {
      const x = randn([N], { dtype, generator: new Generator(3) });
      expect(distance(x, phi)).toBeLessThan(far(N));
      // The fourth moment of a normal distribution is 3; that of the sample varies by √(96/N).
      expect(Math.abs(x.pow(4).mean().item() - 3)).toBeLessThan(4 * Math.sqrt(96 / N));
    });

    it('the two normals of a pair do not depend on each other', () => {
      const pairs = randn([N / 2, 2], { dtype, generator: new Generator(4) });
      const [a, b] = pairs.unbind(1);
      expect(Math.abs(a!.mul(b!).mean().item())).toBeLessThan(4 / Math.sqrt(N / 2));
      expect(Math.abs(a!.square().mul(b!.square()).mean().item() - 1)).toBeLessThan(
        4 * Math.sqrt(8 / (N / 2)),
      );
    });

    it('normal has the given mean and deviation', () => {
      const x = normal([N], { mean: 7, std: 0.5, dtype, generator: new Generator(5) });
      expect(distance(x, (v) => phi((v - 7) / 0.5))).toBeLessThan(far(N));
    });
  });
}

describe('truncatedNormal', () => {
  const windows: readonly [number, number][] = [
    [-2, 2],
    [-0.1, 0.05],
    [0, Infinity],
    [-Infinity, -1],
    [1, 1.5],
    [0.4, 9],
    [3, 3.01],
    [4, Infinity],
    [-5, -4],
    [-1, 0],
  ];
  for (const [low, high] of windows) {
    it(`is a normal cut to [${low}, ${high}]`, () => {
      const options = { low, high, dtype: 'float64', generator: new Generator(6) } as const;
      const x = truncatedNormal([5000], options);
      expect(x.min().item()).toBeGreaterThanOrEqual(low);
      expect(x.max().item()).toBeLessThanOrEqual(high);
      const from = low === -Infinity ? 0 : phi(low);
      const to = high === Infinity ? 1 : phi(high);
      expect(distance(x, (v) => (phi(v) - from) / (to - from))).toBeLessThan(far(5000));
    });
  }

  it('cuts at two deviations from the mean by default', () => {
    const x = truncatedNormal([5000], { mean: 10, std: 0.1, generator: new Generator(7) });
    expect(x.min().item()).toBeGreaterThan(9.79);
    expect(x.min().item()).toBeLessThan(9.83);
    expect(x.max().item()).toBeLessThan(10.21);
    expect(Math.abs(x.mean().item() - 10)).toBeLessThan(0.006);
  });

  it('shifts and scales the standard one', () => {
    const standard = truncatedNormal([5], { dtype: 'float64', generator: new Generator(8) });
    const options = { mean: 3, std: 2, dtype: 'float64', generator: new Generator(8) } as const;
    const want = Array.from(standard.dataSync(), (z) => 3 + 2 * z);
    expect(Array.from(truncatedNormal([5], options).dataSync())).toEqual(want);
  });
});

describe('every function that fills a tensor', () => {
  const makers = { rand, uniform, randn, normal, truncatedNormal };
  for (const [name, make] of Object.entries(makers)) {
    it(`${name} gives the same numbers on every backend and again from the same seed`, () => {
      const backends = [reference(), wasm(), reference()];
      const [a, b, c] = backends.map((backend) =>
        make([3, 5], { backend, generator: new Generator(31) }).toArray(),
      );
      expect(b).toEqual(a);
      expect(c).toEqual(a);
    });

    it(`${name} makes scalars and nothing, and marks leaves`, () => {
      expect(make([], { generator: new Generator(1) }).shape).toEqual([]);
      expect(make([0, 2], { generator: new Generator(1) }).toArray()).toEqual([]);
      expect(make([1], { requiresGrad: true, generator: new Generator(1) }).requiresGrad).toBe(
        true,
      );
    });

    it(`${name} moves on from call to call`, () => {
      const generator = new Generator(1);
      expect(make([4], { generator }).toArray()).not.toEqual(make([4], { generator }).toArray());
    });

    it(`${name} refuses integers and shapes that are none`, () => {
      expect(() => make([2], { dtype: 'int32' })).toThrow(DTypeError);
      expect(() => make([2], { dtype: 'int32' })).toThrow(
        ': the dtype must be float32 or float64, got int32. Use randint or bernoulli.',
      );
      expect(() => make([-1])).toThrow(ShapeError);
    });
  }

  it('refuses ranges and spreads that hold nothing', () => {
    expect(() => uniform([1], { low: 1, high: 1 })).toThrow(
      'uniform: needs finite low < high, got [1, 1).',
    );
    expect(() => uniform([1], { low: 0, high: Infinity })).toThrow(
      'uniform: needs finite low < high, got [0, Infinity).',
    );
    expect(() => normal([1], { std: -1 })).toThrow(
      'normal: needs finite mean and std ≥ 0, got 0 and -1.',
    );
    expect(() => truncatedNormal([1], { std: 0 })).toThrow(
      'truncatedNormal: needs std > 0 and low < high, got 0 and [0, 0].',
    );
    expect(() => truncatedNormal([1], { low: 2, high: 1 })).toThrow(
      'truncatedNormal: needs std > 0 and low < high, got 1 and [2, 1].',
    );
  });

  it('uniform never reaches high, even where float32 would round up to it', () => {
    // Around 2^24 neighbouring float32 numbers are 1 apart.
    const low = 2 ** 24 - 2;
    const x = uniform([1000], { low, high: low + 1, generator: new Generator(1) });
    expect(x.max().item()).toBeLessThan(low + 1);
  });

  it('normal with std 0 is its mean', () => {
    expect(normal([2], { mean: 3, std: 0, generator: new Generator(1) }).toArray()).toEqual([3, 3]);
  });
});
