import { DTypeError, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values, type Sample } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erfOf } from './unary.ts';

type UnaryName =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'rsqrt'
  | 'square'
  | 'reciprocal'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sigmoid'
  | 'erf'
  | 'floor'
  | 'ceil'
  | 'round';

interface Facts {
  /** Where the function and its derivatives are finite. */
  readonly domain: readonly [number, number];
  /** f at NaN, Infinity, -Infinity, 0. */
  readonly special: readonly [number, number, number, number];
  /** A pair known by heart. */
  readonly known: readonly [number, number];
}

const facts: Record<UnaryName, Facts> = {
  neg: { domain: [-2, 2], special: [NaN, -Infinity, Infinity, 0], known: [3, -3] },
  abs: { domain: [0.1, 2], special: [NaN, Infinity, Infinity, 0], known: [-3, 3] },
  sign: { domain: [0.1, 2], special: [NaN, 1, -1, 0], known: [-3, -1] },
  exp: { domain: [-2, 2], special: [NaN, Infinity, 0, 1], known: [1, Math.E] },
  expm1: { domain: [-2, 2], special: [NaN, Infinity, -1, 0], known: [1, Math.E - 1] },
  log: { domain: [0.2, 4], special: [NaN, Infinity, NaN, -Infinity], known: [Math.E, 1] },
  log1p: { domain: [-0.7, 4], special: [NaN, Infinity, NaN, 0], known: [1, Math.LN2] },
  sqrt: { domain: [0.2, 4], special: [NaN, Infinity, NaN, 0], known: [9, 3] },
  rsqrt: { domain: [0.2, 4], special: [NaN, 0, NaN, Infinity], known: [4, 0.5] },
  square: { domain: [-2, 2], special: [NaN, Infinity, Infinity, 0], known: [-3, 9] },
  reciprocal: { domain: [0.3, 3], special: [NaN, 0, 0, Infinity], known: [4, 0.25] },
  sin: { domain: [-4, 4], special: [NaN, NaN, NaN, 0], known: [Math.PI / 6, 0.5] },
  cos: { domain: [-4, 4], special: [NaN, NaN, NaN, 1], known: [Math.PI / 3, 0.5] },
  tan: { domain: [-1.2, 1.2], special: [NaN, NaN, NaN, 0], known: [Math.PI / 4, 1] },
  sinh: { domain: [-2, 2], special: [NaN, Infinity, -Infinity, 0], known: [1, 1.1752011936438014] },
  cosh: { domain: [-2, 2], special: [NaN, Infinity, Infinity, 1], known: [1, 1.5430806348152437] },
  tanh: { domain: [-2, 2], special: [NaN, 1, -1, 0], known: [1, 0.7615941559557649] },
  asin: { domain: [-0.8, 0.8], special: [NaN, NaN, NaN, 0], known: [0.5, Math.PI / 6] },
  acos: { domain: [-0.8, 0.8], special: [NaN, NaN, NaN, Math.PI / 2], known: [0.5, Math.PI / 3] },
  atan: { domain: [-2, 2], special: [NaN, Math.PI / 2, -Math.PI / 2, 0], known: [1, Math.PI / 4] },
  sigmoid: { domain: [-4, 4], special: [NaN, 1, 0, 0.5], known: [1, 0.7310585786300049] },
  erf: { domain: [-2, 2], special: [NaN, 1, -1, 0], known: [1, 0.8427007929497149] },
  floor: { domain: [0.1, 0.9], special: [NaN, Infinity, -Infinity, 0], known: [-1.5, -2] },
  ceil: { domain: [0.1, 0.9], special: [NaN, Infinity, -Infinity, 0], known: [-1.5, -1] },
  round: { domain: [0.1, 0.4], special: [NaN, Infinity, -Infinity, 0], known: [2.5, 2] },
};

for (const [name, { domain, special, known }] of Object.entries(facts)) {
  // Object.entries widens the keys of a record to string.
  const call = (x: Tensor): Tensor => x[name as UnaryName]();
  const samples: Sample[] = [
    { name: 'a matrix', inputs: [values([3, 5], ...domain)], call },
    { name: 'a scalar', inputs: [given([(domain[0] + domain[1]) / 2], [])], call },
    { name: 'no elements', inputs: [given([], [2, 0])], call, expected: [] },
    {
      name: 'NaN and the infinities',
      inputs: [given([NaN, Infinity, -Infinity, 0])],
      call,
      expected: [...special],
      gradient: false,
    },
    {
      name: 'a known value',
      inputs: [given([known[0]])],
      call,
      expected: [known[1]],
      gradient: false,
    },
    { name: 'whole numbers', inputs: [integers([0, 1, 1])], call, gradient: false },
  ];
  const truths: Sample = {
    name: 'truth values',
    inputs: [bools([true, false])],
    call,
    gradient: false,
  };
  testOp(name, { samples: name === 'neg' ? samples : [...samples, truths] });
}

testOp('neg', {
  samples: [],
  errors: [
    {
      name: 'truth values',
      call: () => tensor([true]).neg(),
      error: DTypeError,
      message: 'neg: bool has none. Use logicalNot, logicalXor or .cast("int32").',
    },
  ],
});

// What a few digits of float32 would hide: small results, arguments far out, the seams of kernels.
const precise = { rtol: 2e-6, atol: 1e-12 };
const near1 = [1 - 2 ** -20, 1 + 2 ** -20, 0.984375, 1.015625, 0.5, 1.5];
const far = [1000, -2000.5, 5000];
const closeUps: readonly (readonly [UnaryName, string, readonly number[]])[] = [
  ['log', 'close to 1', near1],
  ['log', 'close to the limits', [2 ** -125, 3 * 2 ** 126]],
  ['log1p', 'close to 0', [2 ** -20, -(2 ** -20), 0.5, -0.5, 0.015625]],
  ['expm1', 'close to 0', [2 ** -20, -(2 ** -20), 0.5, -0.5, 0.515625]],
  ['sin', 'far out', far],
  ['cos', 'far out', far],
  ['tan', 'far out', far],
  ['tanh', 'close to 0, at the seams', [2 ** -20, 0.296875, -0.3125, 8.875, -9.125, 100]],
  ['sinh', 'close to 0, at the seams', [2 ** -20, 0.984375, -1.015625, 40]],
  ['asin', 'at the seams and the ends', [2 ** -20, 0.5, -0.515625, 1, -1]],
  ['acos', 'at the seams and the end', [0.5, -0.515625, 0.984375, -1]],
  ['atan', 'at the seams', [2 ** -20, 0.40625, -0.421875, 2.40625, -2.421875, 2 ** 40]],
  ['erf', 'close to 0, at the seams', [2 ** -20, 0.890625, -0.90625, 3.9375, -3.96875]],
];
for (const [name, what, list] of closeUps) {
  const call = (x: Tensor): Tensor => x[name]();
  testOp(name, {
    samples: [{ name: what, inputs: [given(list)], call, gradient: false, tolerance: precise }],
  });
}

describe('round', () => {
  it('sends halves to the even neighbour', () => {
    const halves = tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]);
    expect(halves.round()).toBeAllclose([-2, -2, 0, 0, 2, 2]);
  });
});

describe('integers', () => {
  it('stay int32 where the result is whole, else become float32', () => {
    const x = tensor([-4, 9], { dtype: 'int32' });
    expect(x.abs().dtype).toBe('int32');
    expect(x.square().toArray()).toEqual([16, 81]);
    expect(x.exp().dtype).toBe('float32');
  });
});

describe('erfOf', () => {
  it('is odd, rises, and stays within ±1', () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (x) => {
        expect(erfOf(-x)).toBeCloseTo(-erfOf(x), 15);
        expect(Math.abs(erfOf(x))).toBeLessThanOrEqual(1);
        expect(erfOf(x + 1e-3)).toBeGreaterThanOrEqual(erfOf(x));
      }),
    );
  });
  it('matches tabled values to 15 digits', () => {
    expect(erfOf(0.5)).toBeCloseTo(0.5204998778130465, 15);
    expect(erfOf(2)).toBeCloseTo(0.9953222650189527, 15);
    expect(erfOf(2.999)).toBeCloseTo(0.99997777, 8);
    expect(erfOf(3.5)).toBeCloseTo(0.9999992569016276, 15);
  });
});

describe('identities', () => {
  const small = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
    minLength: 1,
    maxLength: 40,
  });
  it('log undoes exp, sin² + cos² is 1, tanh is 2σ(2x) - 1', () => {
    fc.assert(
      fc.property(small, (list) => {
        const x = tensor(list);
        expect(x.exp().log()).toBeAllclose(x, { rtol: 1e-5, atol: 1e-6 });
        expect(x.sin().square().add(x.cos().square())).toBeAllclose(
          list.map(() => 1),
          { atol: 1e-6 },
        );
        expect(x.mul(2).sigmoid().mul(2).sub(1)).toBeAllclose(x.tanh(), { atol: 1e-6 });
      }),
      { numRuns: 30 },
    );
  });
});
