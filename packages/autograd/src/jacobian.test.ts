import { concat, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad, hessian, jacobian } from './index.ts';

const float64 = (values: number[]): Tensor => tensor(values, { dtype: 'float64' });

describe('jacobian', () => {
  it('of x ↦ A·x is A', () => {
    const a = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(jacobian((x: Tensor): Tensor => a.matmul(x), tensor([7, 8, 9])).toArray()).toEqual(
      a.toArray(),
    );
  });

  it('has the dims of the output, then those of the input', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const j = jacobian((t: Tensor): Tensor => t.sum([0]), x);
    expect(j.shape).toEqual([3, 2, 3]);
    expect(j.slice(0, 1, 2).toArray()).toEqual([
      [
        [0, 1, 0],
        [0, 1, 0],
      ],
    ]);
    expect(jacobian((t: Tensor): Tensor => t.sum(), x).shape).toEqual([2, 3]);
    expect(jacobian((t: Tensor): Tensor => t.mul(2), tensor(3)).item()).toBe(2);
  });

  it('of nothing is empty, and of a constant is zero', () => {
    expect(jacobian((x: Tensor): Tensor => x, zeros([0])).shape).toEqual([0, 0]);
    expect(jacobian((): Tensor => tensor([5, 6]), tensor([1])).toArray()).toEqual([[0], [0]]);
  });

  it('of polar coordinates at (2, π/6) is known', () => {
    const polar = (t: Tensor): Tensor => {
      const [r, phi] = [t.slice(0, 0, 1), t.slice(0, 1, 2)];
      return concat([r.mul(phi.cos()), r.mul(phi.sin())]);
    };
    const want = [
      [Math.sqrt(3) / 2, -1],
      [1 / 2, Math.sqrt(3)],
    ];
    const j = jacobian(polar, float64([2, Math.PI / 6]));
    expect(j.toArray()).toBeAllclose(want, { atol: 1e-12 });
  });
});

describe('hessian', () => {
  it('of the Rosenbrock function at (1, 1) is known', () => {
    const rosenbrock = (t: Tensor): Tensor => {
      const [x, y] = [t.slice(0, 0, 1), t.slice(0, 1, 2)];
      return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100)).sum();
    };
    expect(hessian(rosenbrock, float64([1, 1])).toArray()).toEqual([
      [802, -400],
      [-400, 200],
    ]);
    expect(grad(rosenbrock)(float64([1, 1])).toArray()).toEqual([0, 0]);
  });

  it('of ½·xᵀAx is (A + Aᵀ)/2', () => {
    const a = tensor([
      [1, 2],
      [4, 3],
    ]);
    const f = (x: Tensor): Tensor => x.matmul(a.matmul(x)).div(2);
    expect(hessian(f, tensor([5, 6])).toArray()).toEqual([
      [1, 3],
      [3, 3],
    ]);
  });

  it('is symmetric for any smooth function', () => {
    const f = (x: Tensor): Tensor =>
      x
        .slice(0, 0, 2)
        .mul(x.slice(0, 1, 3))
        .sin()
        .sum()
        .add(x.sum().tanh());
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (at) => {
          const h = hessian(f, float64(at));
          expect(h).toBeAllclose(h.t(), { atol: 1e-12 });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('of a linear function is zero', () => {
    expect(hessian((x: Tensor): Tensor => x.mul(3).sum(), tensor([1, 2])).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
