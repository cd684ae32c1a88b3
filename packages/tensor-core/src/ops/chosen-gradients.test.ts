import { gradients } from '@kasane/autograd';
import { reference, tensor, wasm, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';

/** A function that chooses, its input, and of which elements nothing reaches the result. */
interface Choice {
  readonly call: (x: Tensor) => Tensor;
  readonly input: readonly number[];
  readonly unused: readonly number[];
}

const third = (x: Tensor): Tensor => x.newFull(x.shape, 3);

const choices: Readonly<Record<string, Choice>> = {
  'maximum of a number': { call: (x) => x.maximum(0), input: [-1, 4, -7], unused: [0, 2] },
  'minimum of a number': { call: (x) => x.minimum(0), input: [-1, 4, -7], unused: [1] },
  'maximum on the right': { call: (x) => third(x).maximum(x), input: [-1, 4, 2], unused: [0, 2] },
  'minimum on the right': { call: (x) => third(x).minimum(x), input: [-1, 4, 2], unused: [1] },
  relu: { call: (x) => x.relu(), input: [-1, 4, 0], unused: [0, 2] },
  'leakyRelu of slope 0': { call: (x) => x.leakyRelu(0), input: [-1, 4, 0], unused: [0, 2] },
  clamp: { call: (x) => x.clamp(0, 3), input: [-1, 4, 2], unused: [0, 1] },
  hardtanh: { call: (x) => x.hardtanh(), input: [-2, 4, 0.5], unused: [0, 1] },
  hardsigmoid: { call: (x) => x.hardsigmoid(), input: [-4, 5, 0.5], unused: [0, 1] },
  'abs at 0': { call: (x) => x.abs(), input: [0, -2, 3], unused: [0] },
  where: { call: (x) => x.greater(0).where(x, 1), input: [-1, 4, -7], unused: [0, 2] },
  maskedFill: { call: (x) => x.maskedFill(x.less(0), 5), input: [-1, 4, -7], unused: [0, 2] },
  tril: { call: (x) => x.reshape([1, 3]).tril(), input: [1, 2, 3], unused: [1, 2] },
  max: { call: (x) => x.max(), input: [1, 3, 2], unused: [0, 2] },
  min: { call: (x) => x.min(), input: [1, 3, 2], unused: [1, 2] },
  'max along a dim': {
    call: (x) => x.reshape([3, 1]).max(0, { keepdim: true }),
    input: [1, 3, 2],
    unused: [0, 2],
  },
  'norm at the origin': { call: (x) => x.norm(), input: [0, 0, 0], unused: [0, 1, 2] },
  'std of equal numbers': { call: (x) => x.std(), input: [0.1, 0.1, 0.1], unused: [0, 1, 2] },
  'pow to 0': { call: (x) => x.pow(0), input: [0, 2, -1], unused: [0, 1, 2] },
};

describe('what is not chosen', () => {
  for (const [name, { call, input, unused }] of Object.entries(choices)) {
    it(`gets nothing back, whatever comes: ${name}`, () => {
      for (const backend of [reference(), wasm({ relaxed: false }), wasm({ relaxed: true })]) {
        for (const dtype of ['float32', 'float64'] as const) {
          for (const coming of [Infinity, -Infinity, NaN]) {
            const back = (x: Tensor): Tensor => {
              const y = call(x);
              return gradients([y], [x], { gradOutputs: [y.newFull(y.shape, coming)] })[0]!;
            };
            const compiled = backend.name === 'wasm' ? compile(back) : back;
            for (let i = 0; i < 3; i++) {
              const make = (): Tensor => tensor([...input], { dtype, backend, requiresGrad: true });
              const got = back(make()).toArray() as readonly number[]; // of a vector
              for (const at of unused) {
                expect(Math.abs(got[at]!), `${at}: ${backend.name} ${dtype} ${coming}`).toBe(0);
              }
              expect(compiled(make()).toArray()).toEqual(got);
            }
          }
        }
      }
    });
  }

  it('does not spoil a chain: √max(x, 0)', () => {
    const x = tensor([-1, 4], { requiresGrad: true });
    expect(gradients([x.maximum(0).sqrt().sum()], [x])[0]).toBeAllclose([0, 0.25]);
  });
});
