import { noGrad, ShapeError, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { backward, customVjp, grad, gradcheck } from './index.ts';

const leaf = (values: number[]): Tensor => tensor(values, { requiresGrad: true });

/** log(1 + eˣ), with its gradient written as 1/(1 + e⁻ˣ), which does not overflow. */
const softplus = customVjp<[Tensor]>({
  name: 'softplus',
  forward: (x) => x.exp().log1p(),
  backward: (g, { inputs: [x] }) => [g.mul(x.sigmoid())],
});

describe('customVjp', () => {
  it('uses the given gradient instead of the recorded one', () => {
    const x = leaf([100]);
    backward(softplus(x).mul(3));
    expect(x.grad!.item()).toBe(3); // through exp and log1p it would be NaN
  });

  it('hands inputs and output to backward, and takes null for no gradient', () => {
    const scaled = customVjp<[Tensor, Tensor]>({
      name: 'scaled',
      forward: (x, s) => x.mul(s),
      backward: (g, { inputs: [, s], output }) => [g.mul(s).add(output), null],
    });
    const [x, s] = [leaf([2]), leaf([5])];
    backward(scaled(x, s));
    expect(x.grad!.item()).toBe(15);
    expect(s.grad).toBeNull();
  });

  it('has higher derivatives, and passes gradcheck where its gradient is the true one', () => {
    const x = tensor([0.5, -1], { dtype: 'float64' });
    expect(gradcheck(softplus, [x])).toBe(true);
    const second = grad(grad((t: Tensor): Tensor => softplus(t).sum()))(
      tensor(0, { dtype: 'float64' }),
    );
    expect(second.item()).toBe(0.25);
  });

  it('may return its input', () => {
    const reversed = customVjp<[Tensor]>({
      name: 'reversed',
      forward: (x) => x,
      backward: (g) => [g.neg()],
    });
    const x = leaf([1, 2]);
    backward(reversed(x).sum());
    expect(x.grad!.toArray()).toEqual([-1, -1]);
  });

  it('records nothing inside noGrad or where nothing requires gradients', () => {
    expect(noGrad(() => softplus(leaf([1]))).requiresGrad).toBe(false);
    expect(softplus(tensor([1])).requiresGrad).toBe(false);
  });

  it('too few gradients: ShapeError says what and how', () => {
    const bad = customVjp<[Tensor, Tensor]>({
      name: 'bad',
      forward: (x, y) => x.add(y),
      backward: (g) => [g],
    });
    expect(() => backward(bad(leaf([1]), leaf([2])))).toThrow(
      new ShapeError('bad: backward must return 2 gradients or nulls, got 1.'),
    );
  });

  it('a gradient of another shape: ShapeError says what and how', () => {
    const bad = customVjp<[Tensor]>({
      name: 'bad',
      forward: (x) => x.sum(),
      backward: (g) => [g],
    });
    expect(() => backward(bad(leaf([1, 2])))).toThrow(
      new ShapeError('bad: the gradient of input 0 must have shape [2], got []. Use sumTo(shape).'),
    );
  });
});
