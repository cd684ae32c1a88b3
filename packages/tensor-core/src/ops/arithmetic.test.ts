import { backward, gradients } from '@kasane/autograd';
import { tensor, ShapeError, type Tensor } from '@kasane/tensor-core';
import { given, integers, testOp, values, type Input, type Sample } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type BinaryName = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'maximum' | 'minimum' | 'atan2';

interface Facts {
  /** f(6, -4), f(Infinity, 2), f(2, Infinity), f(NaN, 1). */
  readonly special: readonly [number, number, number, number];
  /** Bases that every exponent accepts. */
  readonly positive?: true;
}

const facts: Record<BinaryName, Facts> = {
  add: { special: [2, Infinity, Infinity, NaN] },
  sub: { special: [10, Infinity, -Infinity, NaN] },
  mul: { special: [-24, Infinity, Infinity, NaN] },
  div: { special: [-1.5, Infinity, 0, NaN] },
  pow: { special: [6 ** -4, Infinity, Infinity, NaN], positive: true },
  maximum: { special: [6, Infinity, Infinity, NaN] },
  minimum: { special: [-4, 2, 2, NaN] },
  atan2: { special: [2.158798930342464, Math.PI / 2, 0, NaN] },
};

for (const [key, { special, positive }] of Object.entries(facts)) {
  const name = key as BinaryName; // Object.entries widens the keys of a record to string
  const call = (a: Tensor, b: Tensor): Tensor => a[name](b);
  const a = (shape: readonly number[]) => values(shape, positive ? 0.3 : -2, 2, 1);
  const b = (shape: readonly number[]) => values(shape, positive ? -1.5 : 0.5, 2.5, 2);
  const pairs: readonly (readonly [string, readonly number[], readonly number[]])[] = [
    ['equal shapes', [3, 4], [3, 4]],
    ['two scalars', [], []],
    ['a scalar on the right', [2, 3], []],
    ['a scalar on the left', [], [2, 3]],
    ['one row', [3, 4], [4]],
    ['one column', [3, 4], [3, 1]],
    ['a row and a column', [1, 4], [3, 1]],
    ['a stretched middle', [2, 3, 4], [2, 1, 4]],
    ['four stretched dimensions', [2, 1, 3, 1], [1, 2, 1, 3]],
    ['a leading dimension of 1', [1, 5], [5]],
  ];
  const samples: Sample[] = [
    ...pairs.map(([what, sa, sb]) => ({ name: what, inputs: [a(sa), b(sb)], call })),
    { name: 'no elements', inputs: [given([], [0, 3]), given([1, 2, 3])], call, expected: [] },
    {
      name: 'NaN and the infinities',
      inputs: [given([6, Infinity, 2, NaN]), given([-4, 2, Infinity, 1])],
      call,
      expected: [...special],
      gradient: false,
    },
    {
      name: 'whole numbers',
      inputs: [integers([6, 5, 4]), integers([3, 2, 1])],
      call,
      gradient: false,
    },
    {
      name: 'mixed dtypes',
      inputs: [integers([3, 2]), values([2], 0.5, 2)],
      call: (x, y) => call(x.add(1), y),
      gradient: false,
    },
    { name: 'a number', inputs: [a([3])], call: (x) => x[name](2.5) },
  ];
  testOp(name, {
    samples,
    errors: [
      {
        name: 'shapes that do not broadcast',
        call: () => tensor([[1, 2, 3]])[name](tensor([1, 2])),
        error: ShapeError,
        message: `${name}: shapes [1,3] and [2] do not broadcast: dimension 1 is 3 and 2. Sizes must be equal or 1. Reshape one side.`,
      },
    ],
  });
}

/** Every number of one list with every number of the other. */
const pairs = (a: readonly number[], b: readonly number[]): [Input, Input] => [
  given(a, [a.length, 1]),
  given(b),
];
const edges = [NaN, Infinity, -Infinity, 0, -0, 0.5, -0.5, 1, -1, 2.5, -2.5, 3, -3];
testOp('pow', {
  samples: [
    {
      name: 'special bases with special exponents',
      inputs: pairs(edges, [...edges, 41, -41, 2000, 0.25]),
      call: (a, b) => a.pow(b),
      gradient: false,
    },
    {
      name: 'whole numbers, exactly',
      inputs: [
        integers([3, -3, 2, -2, 7, -1, -1, 1, 0, 0]),
        integers([14, 13, 23, 3, 8, 1001, 2000, 2000, 5, 0]),
      ],
      call: (a, b) => a.pow(b),
      expected: [4782969, -1594323, 8388608, -8, 5764801, -1, 1, 1, 0, 1],
      gradient: false,
    },
    {
      name: 'large powers of numbers close to 1',
      inputs: [given([1.03125, 0.96875, 1.0078125]), given([1000, 500.5, 2000.25])],
      call: (a, b) => a.pow(b),
      gradient: false,
      tolerance: { rtol: 2e-5, atol: 1e-12 },
    },
  ],
});

testOp('atan2', {
  samples: [
    {
      name: 'every quadrant, axis and infinity',
      inputs: pairs(edges, [...edges, 2 ** 40, -(2 ** -40)]),
      call: (y, x) => y.atan2(x),
      gradient: false,
    },
  ],
});

for (const name of ['maximum', 'minimum'] as const) {
  testOp(name, {
    samples: [
      {
        name: 'NaN on either side',
        inputs: pairs(edges, edges),
        call: (a, b) => a[name](b),
        gradient: false,
      },
    ],
  });
}

describe('dtypes', () => {
  it('promote bool → int32 → float32 → float64', () => {
    const of = (dtype: 'bool' | 'int32' | 'float32' | 'float64'): Tensor => tensor([1], { dtype });
    expect(of('bool').add(of('int32')).dtype).toBe('int32');
    expect(of('int32').mul(of('float32')).dtype).toBe('float32');
    expect(of('float64').sub(of('float32')).dtype).toBe('float64');
    expect(of('int32').div(of('int32')).dtype).toBe('float32');
  });
  it('let a number take the dtype of the tensor', () => {
    expect(tensor([1], { dtype: 'int32' }).add(2).dtype).toBe('int32');
    expect(tensor([1], { dtype: 'int32' }).add(2.5).toArray()).toEqual([3.5]);
    expect(tensor([true]).add(1).toArray()).toEqual([2]);
    expect(tensor([1], { dtype: 'float64' }).add(0.1).toArray()).toEqual([1.1]);
  });
});

describe('pow', () => {
  it('has a gradient of 0 at 0² and at 0⁰', () => {
    testGradient(tensor([0, 0], { requiresGrad: true }), (x) => x.pow(tensor([2, 0])), [0, 0]);
  });
});

describe('derivatives of pow at base 0', () => {
  /** The derivatives of f at 0 of the orders 1 to 7. */
  const derivatives = (f: (x: Tensor) => Tensor): number[] => {
    const x = tensor([0], { dtype: 'float64', requiresGrad: true });
    let y = f(x);
    return Array.from({ length: 7 }, () => {
      if (!y.requiresGrad) return 0;
      y = gradients([y], [x], { createGraph: true })[0]!;
      return y.item();
    });
  };

  it.each([0, 1, 2, 3, 4])('to the power %i are p! for the order p, and else 0', (p) => {
    const want = [1, 2, 3, 4, 5, 6, 7].map((order) => (order === p ? [1, 1, 2, 6, 24][p] : 0));
    expect(derivatives((x) => x.pow(p))).toEqual(want);
    expect(derivatives((x) => x.pow(tensor([p], { dtype: 'float64' })))).toEqual(want);
  });

  it('are finite in the exponent, too', () => {
    for (const p of [0, 1, 2, 3]) {
      const a = tensor([0, 2], { requiresGrad: true });
      const b = tensor([p, p], { requiresGrad: true });
      const first = gradients([a.pow(b)], [a, b], {
        createGraph: true,
        gradOutputs: [tensor([1, 1])],
      });
      expect(first[1]).toBeAllclose([0, 2 ** p * Math.LN2]);
      const second = gradients([first[0]!.add(first[1]!).sum()], [a, b]);
      for (const g of second) expect(g!.isFinite().all().item()).toBe(1);
    }
  });
});

describe('maximum and minimum', () => {
  it('send the gradient to a NaN', () => {
    for (const name of ['maximum', 'minimum'] as const) {
      testGradient(
        tensor([NaN, 1], { requiresGrad: true }),
        (x) => x[name](tensor([1, NaN])),
        [1, 1],
      );
    }
  });

  it('share the gradient between equal operands', () => {
    testGradient(
      tensor([1, 2], { requiresGrad: true }),
      (x) => x.maximum(tensor([1, 1])),
      [0.5, 1],
    );
    testGradient(
      tensor([1, 2], { requiresGrad: true }),
      (x) => x.minimum(tensor([1, 1])),
      [0.5, 0],
    );
  });
});

function testGradient(x: Tensor, f: (x: Tensor) => Tensor, expected: number[]): void {
  backward(f(x).sum());
  expect(x.grad).toBeAllclose(expected);
}

describe('identities', () => {
  const list = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 20 });
  it('sub undoes add, exactly, on whole numbers', () => {
    fc.assert(
      fc.property(list, fc.integer({ min: -1000, max: 1000 }), (xs, y) => {
        expect(tensor(xs).add(y).sub(y).toArray()).toEqual(xs);
      }),
    );
  });
});
