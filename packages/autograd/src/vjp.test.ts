import { ShapeError, tensor, type Tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grad, jvp, vjp } from './index.ts';

const float64 = (values: number[]): Tensor => tensor(values, { dtype: 'float64' });
/** Two inputs, mixed and curved, so that every partial derivative counts. */
const f = (x: Tensor, y: Tensor): Tensor => x.mul(y).sin().add(x.exp().mul(y.square()));

describe('vjp', () => {
  it('gives the value and pulls gradients back, as often as asked', () => {
    const [z, pullback] = vjp(
      (x: Tensor, y: Tensor): Tensor => x.mul(y),
      [tensor([1, 2]), tensor([3, 4])],
    );
    expect(z.toArray()).toEqual([3, 8]);
    for (const v of [
      [1, 0],
      [2, 5],
    ] as const) {
      const [dx, dy] = pullback(tensor([...v]));
      expect(dx!.toArray()).toEqual([3 * v[0], 4 * v[1]]);
      expect(dy!.toArray()).toEqual([1 * v[0], 2 * v[1]]);
    }
  });

  it('gives zeros for arguments without influence', () => {
    const [, pullback] = vjp(
      (x: Tensor, y: Tensor): Tensor => x.mul(y.size),
      [tensor([1]), tensor([2, 3])],
    );
    expect(pullback(tensor([1]))[1]!.toArray()).toEqual([0, 0]);
  });

  it('can be differentiated again', () => {
    const slope = (x: Tensor): Tensor => {
      const [, pullback] = vjp((t: Tensor): Tensor => t.pow(3), [x]);
      return pullback(tensor(1))[0]!;
    };
    expect(grad(slope)(tensor(2)).item()).toBe(12);
  });

  it('a vector of another shape: ShapeError says what and how', () => {
    const [, pullback] = vjp((x: Tensor): Tensor => x.square(), [tensor([1, 2])]);
    expect(() => pullback(tensor([1]))).toThrow(
      new ShapeError('vjp: the vector of the output must have shape [2], got [1].'),
    );
  });
});

describe('jvp', () => {
  const numbers = fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), {
    minLength: 3,
    maxLength: 3,
  });

  it('agrees with finite differences', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, numbers, (x, y, u, v) => {
        const [value, tangent] = jvp(f, [float64(x), float64(y)], [float64(u), float64(v)]);
        expect(value).toBeAllclose(f(float64(x), float64(y)), { rtol: 1e-14 });
        const eps = 1e-6;
        const at = (step: number): Float64Array =>
          Float64Array.from(
            f(
              float64(x.map((a, i) => a + step * u[i]!)),
              float64(y.map((a, i) => a + step * v[i]!)),
            ).dataSync(),
          );
        const [plus, minus] = [at(eps), at(-eps)];
        const difference = plus.map((p, i) => (p - minus[i]!) / (2 * eps));
        expect(tangent).toBeAllclose(float64([...difference]), { rtol: 1e-6, atol: 1e-7 });
      }),
      { numRuns: 50 },
    );
  });

  it('and vjp are adjoint: v·(J u) = (vᵀ J)·u', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, numbers, (x, y, u, v) => {
        const args: [Tensor, Tensor] = [float64(x), float64(y)];
        const [, tangent] = jvp(f, args, [float64(u), float64([0, 0, 0])]);
        const [, pullback] = vjp(f, args);
        const left = tangent.mul(float64(v)).sum().item();
        const right = pullback(float64(v))[0]!.mul(float64(u)).sum().item();
        expect(left).toBeAllclose(right, { rtol: 1e-10, atol: 1e-10 });
      }),
      { numRuns: 50 },
    );
  });

  it('is exact for a linear function and zero for a constant one', () => {
    const [, linear] = jvp((x: Tensor): Tensor => x.mul(3), [tensor([1, 2])], [tensor([1, 10])]);
    expect(linear.toArray()).toEqual([3, 30]);
    const [, constant] = jvp((x: Tensor): Tensor => tensor([x.size]), [tensor([1])], [tensor([1])]);
    expect(constant.toArray()).toEqual([0]);
  });

  it('can be differentiated: d/dx (f′(x)·1) is f″', () => {
    const slope = (x: Tensor): Tensor => jvp((t: Tensor): Tensor => t.pow(3), [x], [tensor(1)])[1];
    expect(grad(slope)(tensor(2)).item()).toBe(12);
  });

  it('missing or misshapen tangents: ShapeError says what and how', () => {
    expect(() => jvp(f, [tensor([1]), tensor([1])], [tensor([1])])).toThrow(
      new ShapeError('jvp: needs one tangent per argument, got 1 for 2.'),
    );
    expect(() => jvp((x: Tensor): Tensor => x, [tensor([1])], [tensor([1, 2])])).toThrow(
      new ShapeError('jvp: the vector of argument 0 must have shape [1], got [2].'),
    );
  });
});
