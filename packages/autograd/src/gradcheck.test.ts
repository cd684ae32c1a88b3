import { DTypeError, memory, reference, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { customVjp, gradcheck, GradcheckError, gradgradcheck } from './index.ts';

const float64 = (values: number[]): Tensor => tensor(values, { dtype: 'float64' });

const wrong = customVjp<[Tensor]>({
  name: 'wrong',
  forward: (x) => x.square(),
  backward: (g, { inputs: [x] }) => [g.mul(x)], // should be 2x
});

/** Right gradients; wrong second ones, for the factor is cut off from its input. */
const wrongSecond = customVjp<[Tensor]>({
  name: 'wrongSecond',
  forward: (x) => x.pow(3),
  backward: (g, { inputs: [x] }) => [g.mul(x.detach().square().mul(3))],
});

describe('gradcheck', () => {
  it('passes a right gradient of several inputs and outputs', () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.mul(y).sin().add(x);
    expect(gradcheck(f, [float64([0.5, -1]), float64([2, 0.3])])).toBe(true);
  });

  it('catches a wrong one and names the pair and both numbers', () => {
    expect(() => gradcheck(wrong, [float64([0, 3])])).toThrow(GradcheckError);
    expect(() => gradcheck(wrong, [float64([0, 3])])).toThrow(
      /^gradcheck: d output\[1\] \/ d input 0\[1\] is 3 by its rule and (6|6\.0+\d+|5\.9+\d+) by differences with eps 0\.000001\.$/,
    );
  });

  it('catches a gradient that is missing', () => {
    expect(() => gradcheck((x: Tensor): Tensor => x.detach().mul(2), [float64([1])])).toThrow(
      GradcheckError,
    );
  });

  it('accepts an error within the tolerances it is given', () => {
    expect(gradcheck(wrong, [float64([1e-6])], { atol: 1e-2 })).toBe(true);
  });

  it('passes whole numbers through without moving them', () => {
    const f = (x: Tensor, n: Tensor): Tensor => x.mul(n);
    expect(gradcheck(f, [float64([1, 2]), tensor([3, 4], { dtype: 'int32' })])).toBe(true);
  });

  it('float32: DTypeError says what and how', () => {
    expect(() => gradcheck((x: Tensor): Tensor => x, [tensor([1])])).toThrow(
      new DTypeError('gradcheck: needs float64 inputs. Use .cast("float64").'),
    );
  });

  it('runs on the backend of its inputs and leaves nothing behind', () => {
    const x = tensor([0.5], { dtype: 'float64', backend: reference() });
    const before = memory();
    gradcheck((t: Tensor): Tensor => t.exp().sin(), [x]);
    expect(memory()).toEqual(before);
  });
});

describe('gradgradcheck', () => {
  it('passes right second derivatives', () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.mul(y).sin().mul(x.exp());
    expect(gradgradcheck(f, [float64([0.5, -1]), float64([2, 0.3])])).toBe(true);
  });

  it('catches second derivatives that gradcheck cannot see', () => {
    expect(gradcheck(wrongSecond, [float64([2])])).toBe(true);
    expect(() => gradgradcheck(wrongSecond, [float64([2])])).toThrow(GradcheckError);
  });

  it('float32: DTypeError instead of passing what was not checked', () => {
    const square = (x: Tensor): Tensor => x.square();
    for (const dtype of ['float32', 'int32'] as const) {
      expect(() => gradgradcheck(square, [tensor([1], { dtype })])).toThrow(
        new DTypeError('gradgradcheck: needs float64 inputs. Use .cast("float64").'),
      );
    }
  });
});
