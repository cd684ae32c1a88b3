import { DTypeError, noGrad, ShapeError, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { backward, grad, valueAndGrad } from './index.ts';

const cube = (x: Tensor): Tensor => x.pow(3);

describe('grad', () => {
  it('differentiates the first argument by default, others by argnums', () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.square().mul(y);
    const at = [tensor(3), tensor(5)] as const;
    expect(grad(f)(...at).item()).toBe(30);
    expect(grad(f, { argnums: 1 })(...at).item()).toBe(9);
    const both = grad(f, { argnums: [1, 0] })(...at);
    expect(both.map((g) => g.item())).toEqual([9, 30]);
  });

  it('of grad of grad is the third derivative', () => {
    expect(grad(grad(grad(cube)))(tensor(2)).item()).toBe(6);
    expect(grad(grad(grad(grad(cube))))(tensor(2)).item()).toBe(0);
  });

  it('is zero where the result does not depend on the argument', () => {
    expect(grad((x: Tensor): Tensor => tensor(x.size))(tensor([1, 2])).toArray()).toEqual([0, 0]);
  });

  it('returns constants and leaves its arguments as they are', () => {
    const x = tensor(2, { requiresGrad: true });
    const dx = grad(cube)(x);
    expect(dx.requiresGrad).toBe(false);
    expect(x.grad).toBeNull();
    const plain = tensor(2);
    grad(cube)(plain);
    expect(plain.requiresGrad).toBe(false);
  });

  it('works inside noGrad', () => {
    expect(noGrad(() => grad(cube)(tensor(2))).item()).toBe(12);
    expect(noGrad(() => grad(grad(cube))(tensor(2))).item()).toBe(12);
  });

  it('treats two arguments that are one tensor as two variables', () => {
    const x = tensor(3);
    const [da, db] = grad((a: Tensor, b: Tensor): Tensor => a.square().mul(b), { argnums: [0, 1] })(
      x,
      x,
    );
    expect([da!.item(), db!.item()]).toEqual([18, 9]);
  });
});

describe('nested grad keeps variables apart', () => {
  it('d/dx (x · d/dy (x + y)) is 1', () => {
    const inner = (x: Tensor): Tensor => grad((y: Tensor): Tensor => x.add(y))(tensor(1));
    expect(grad((x: Tensor): Tensor => x.mul(inner(x)))(tensor(3)).item()).toBe(1);
  });

  it('d/dy (x + y)² at y = x sees x as a constant, although it is the same tensor', () => {
    let inner = NaN;
    const outer = grad((x: Tensor): Tensor => {
      const dy = grad((y: Tensor): Tensor => x.add(y).square())(x); // 2(x + y) = 4x
      inner = dy.item();
      return dy;
    })(tensor(3));
    expect(inner).toBe(12);
    expect(outer.item()).toBe(4);
  });

  it('d/dx of d/dy (x·y)² at y = x is d/dx 2x³ = 6x²', () => {
    const g = (x: Tensor): Tensor => grad((y: Tensor): Tensor => x.mul(y).square())(x);
    expect(grad(g)(tensor(3)).item()).toBe(54);
  });

  it('the inner gradient does not end the record of the outer one', () => {
    const f = (x: Tensor): Tensor => {
      const h = x.exp();
      const slope = grad((y: Tensor): Tensor => y.square())(h); // 2eˣ
      return h.mul(slope); // 2e²ˣ
    };
    expect(grad(f)(tensor(0.5, { dtype: 'float64' })).item()).toBeCloseTo(4 * Math.E, 12);
  });
});

describe('grad of closures', () => {
  it('does not reach tensors that the function closes over', () => {
    const w = tensor(3, { requiresGrad: true });
    expect(grad((x: Tensor): Tensor => x.mul(w))(tensor(2)).item()).toBe(3);
    expect(w.grad).toBeNull();
  });

  it('backward inside of the function reaches its own leaves only', () => {
    const w = tensor(3, { requiresGrad: true });
    const dx = grad((x: Tensor): Tensor => {
      backward(w.square());
      return x.mul(w.grad!.detach());
    })(tensor(2));
    expect(dx.item()).toBe(6);
    expect(w.grad!.item()).toBe(6);
  });
});

describe('valueAndGrad', () => {
  it('gives both, for one argument or several', () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.mul(y).sum();
    const [value, dx] = valueAndGrad(f)(tensor([1, 2]), tensor([3, 4]));
    expect([value.item(), dx.toArray()]).toEqual([11, [3, 4]]);
    const [same, grads] = valueAndGrad(f, { argnums: [0, 1] })(tensor([1, 2]), tensor([3, 4]));
    expect([same.item(), ...grads.map((g) => g.toArray())]).toEqual([11, [3, 4], [1, 2]]);
    expect(value.requiresGrad).toBe(false);
  });
});

describe('grad refuses', () => {
  const sum = (x: Tensor): Tensor => x.sum();
  const cases: readonly [string, () => unknown, Error][] = [
    [
      'a function of several results',
      () => grad((x: Tensor): Tensor => x.square())(tensor([1, 2])),
      new ShapeError(
        'grad: the function must return one number, got shape [2]. Reduce it, or use vjp or jacobian.',
      ),
    ],
    [
      'whole numbers',
      () => valueAndGrad(sum)(tensor([1, 2], { dtype: 'int32' })),
      new DTypeError(
        'valueAndGrad: argument 0 must be float32 or float64, got int32. Use .cast("float32").',
      ),
    ],
    [
      'an argument that is not there',
      () => grad(sum, { argnums: 2 })(tensor([1])),
      new ShapeError('grad: argnums must be from 0 to 0, got 2.'),
    ],
  ];
  for (const [name, call, error] of cases) {
    it(`${name}: ${error.name} says what and how`, () => {
      expect(call).toThrow(error);
    });
  }

  it('and goes on as before after a function that throws', () => {
    const failing = (x: Tensor): Tensor => {
      throw new Error(`inside, with ${x.item()}`);
    };
    expect(() => grad(failing)(tensor(2))).toThrow('inside, with 2');
    const g = grad(cube)(tensor(2));
    expect([g.item(), g.requiresGrad]).toEqual([12, false]);
  });
});
