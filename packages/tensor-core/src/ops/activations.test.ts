import { backward } from '@kasane/autograd';
import { reference, tensor, wasm, type Tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values, type Sample } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

interface Facts {
  call(x: Tensor): Tensor;
  /** f at NaN, Infinity, -Infinity, 0. */
  readonly special: readonly [number, number, number, number];
  /** Inputs and outputs, from PyTorch 1.13. */
  readonly known: readonly (readonly [number, number])[];
}

const facts: Record<string, Facts> = {
  relu: {
    call: (x) => x.relu(),
    special: [NaN, Infinity, 0, 0],
    known: [
      [-1, 0],
      [2, 2],
    ],
  },
  leakyRelu: {
    call: (x) => x.leakyRelu(0.2),
    special: [NaN, Infinity, -Infinity, 0],
    known: [
      [-1, -0.2],
      [2, 2],
    ],
  },
  elu: {
    call: (x) => x.elu(1.5),
    special: [NaN, Infinity, -1.5, 0],
    known: [
      [-1, -0.9481808382428365],
      [2, 2],
    ],
  },
  celu: {
    call: (x) => x.celu(0.5),
    special: [NaN, Infinity, -0.5, 0],
    known: [
      [-1, -0.43233235838169365],
      [2, 2],
    ],
  },
  selu: {
    call: (x) => x.selu(),
    special: [NaN, Infinity, -1.7580993408473766, 0],
    known: [
      [-1, -1.1113307378125628],
      [2, 2.101401974670961],
    ],
  },
  gelu: {
    call: (x) => x.gelu(),
    special: [NaN, Infinity, NaN, 0],
    known: [
      [-1, -0.15865525393145707],
      [2, 1.9544997361036416],
    ],
  },
  'gelu by tanh': {
    call: (x) => x.gelu('tanh'),
    special: [NaN, Infinity, NaN, 0],
    known: [
      [-1, -0.15880800939172324],
      [2, 1.9545976940877752],
    ],
  },
  silu: {
    call: (x) => x.silu(),
    special: [NaN, Infinity, NaN, 0],
    known: [
      [-1, -0.2689414213699951],
      [2, 1.7615941559557649],
    ],
  },
  mish: {
    call: (x) => x.mish(),
    special: [NaN, Infinity, NaN, 0],
    known: [
      [-1, -0.30340146137410895],
      [2, 1.9439589595339946],
    ],
  },
  softplus: {
    call: (x) => x.softplus(),
    special: [NaN, Infinity, 0, Math.LN2],
    known: [
      [-1, 0.31326168751822286],
      [2, 2.1269280110429727],
    ],
  },
  hardtanh: {
    call: (x) => x.hardtanh(-0.5, 1.25),
    special: [NaN, 1.25, -0.5, 0],
    known: [
      [-1, -0.5],
      [2, 1.25],
    ],
  },
  hardsigmoid: {
    call: (x) => x.hardsigmoid(),
    special: [NaN, 1, 0, 0.5],
    known: [
      [-1, 1 / 3],
      [2, 5 / 6],
    ],
  },
  clamp: {
    call: (x) => x.clamp(-0.75, 0.25),
    special: [NaN, 0.25, -0.75, 0],
    known: [
      [-1, -0.75],
      [2, 0.25],
      [0.1, 0.1],
    ],
  },
};

for (const [name, { call, special, known }] of Object.entries(facts)) {
  const samples: Sample[] = [
    { name: 'both signs', inputs: [values([4, 5], -2.9, 2.9)], call },
    { name: 'a scalar', inputs: [given([0.7], [])], call },
    { name: 'no elements', inputs: [given([], [0, 3])], call, expected: [] },
    {
      name: 'NaN and the infinities',
      inputs: [given([NaN, Infinity, -Infinity, 0])],
      call,
      expected: [...special],
      gradient: false,
    },
    {
      name: 'known values',
      inputs: [given(known.map(([x]) => x))],
      call,
      expected: known.map(([, y]) => y),
      gradient: false,
    },
    { name: 'whole numbers', inputs: [integers([-2, 0, 3])], call, gradient: false },
    { name: 'truth values', inputs: [bools([true, false])], call, gradient: false },
  ];
  testOp(name, { samples });
}

testOp('gelu', {
  samples: (['none', 'tanh'] as const).map((approximate) => ({
    name: `the digits of its tail, approximated by ${approximate}`,
    inputs: [given([-4, -3, -2, -1, -0.5])],
    call: (x) => x.gelu(approximate),
    gradient: false,
    tolerance: { rtol: 5e-6, atol: 1e-12 },
  })),
});

testOp('clamp', {
  samples: [
    {
      name: 'the upper bound wins over a larger lower one',
      inputs: [given([0, 1, 5, 2.5, NaN, Infinity, -Infinity])],
      call: (x) => x.clamp(3, 2),
      expected: [2, 2, 2, 2, NaN, 2, 2],
      gradient: false,
    },
    {
      name: 'of whole numbers too',
      inputs: [integers([0, 1, 5])],
      call: (x) => x.clamp(3, 2),
      expected: [2, 2, 2],
      gradient: false,
    },
    {
      name: 'a lower bound of NaN',
      inputs: [given([0, 1, Infinity])],
      call: (x) => x.clamp(NaN, 2),
      expected: [NaN, NaN, NaN],
      gradient: false,
    },
    {
      name: 'an upper bound of NaN',
      inputs: [given([0, 1, -Infinity])],
      call: (x) => x.clamp(0, NaN),
      expected: [NaN, NaN, NaN],
      gradient: false,
    },
    {
      name: 'whole numbers between fractions',
      inputs: [integers([0, 1, 5])],
      call: (x) => x.clamp(0.5, 3.75),
      expected: [0.5, 1, 3.75],
      gradient: false,
    },
    {
      name: 'whole numbers between whole numbers',
      inputs: [integers([-7, 1, 5])],
      call: (x) => x.clamp(-1, 4),
      expected: [-1, 1, 4],
      gradient: false,
    },
    {
      name: 'whole numbers beside NaN',
      inputs: [integers([0, 1])],
      call: (x) => x.clamp(undefined, NaN),
      expected: [NaN, NaN],
      gradient: false,
    },
    {
      name: 'truth values',
      inputs: [bools([true, false])],
      call: (x) => x.clamp(2, 3),
      expected: [2, 2],
      gradient: false,
    },
    {
      name: 'infinite bounds from the other side',
      inputs: [given([0, 1])],
      call: (x) => x.clamp(-Infinity, -Infinity),
      expected: [-Infinity, -Infinity],
      gradient: false,
    },
  ],
});

describe('clamp', () => {
  it('keeps int32 unless a bound has a fraction, is NaN or makes all infinite', () => {
    const x = tensor([0, 1, 5], { dtype: 'int32' });
    expect(x.clamp(1).dtype).toBe('int32');
    expect(x.clamp(1, Infinity).toArray()).toEqual([1, 1, 5]);
    expect(x.clamp(-Infinity, 3).dtype).toBe('int32');
    expect(x.clamp(0.5).dtype).toBe('float32');
    expect(x.clamp(NaN).dtype).toBe('float32');
    expect(x.clamp(Infinity).toArray()).toEqual([Infinity, Infinity, Infinity]);
  });
  it('keeps the sign of zero', () => {
    for (const backend of [reference(), wasm()]) {
      expect(tensor([-0], { backend }).clamp(0, 1).dataSync()).toEqual(Float32Array.of(-0));
      expect(tensor([0], { backend }).clamp(-1, -0).dataSync()).toEqual(Float32Array.of(0));
    }
  });
  it('has no gradient where a bound decides, and none where bounds are crossed or NaN', () => {
    for (const [bounds, want] of [
      [
        [-1, 1],
        [0, 1, 0],
      ],
      [
        [3, 2],
        [0, 0, 0],
      ],
      [
        [NaN, 2],
        [0, 0, 0],
      ],
    ] as const) {
      const x = tensor([-5, 0.5, 5], { requiresGrad: true });
      backward(x.clamp(...bounds).sum());
      expect(x.grad!.toArray()).toEqual(want);
    }
  });
  it('leaves a side open that is not given', () => {
    const x = tensor([-5, 0, 5]);
    expect(x.clamp(-1)).toBeAllclose([-1, 0, 5]);
    expect(x.clamp(undefined, 1)).toBeAllclose([-5, 0, 1]);
  });
});

it('celu refuses to divide by an alpha of 0', () => {
  expect(() => tensor([1]).celu(0)).toThrow(
    'celu: alpha divides, so it must not be 0; relu is its limit.',
  );
});
