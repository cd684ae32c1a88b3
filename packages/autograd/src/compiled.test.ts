import { rand, Generator, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';
import { backward, checkpoint, grad, valueAndGrad } from './index.ts';

const values = (shape: number[], seed: number): Tensor =>
  rand(shape, { generator: new Generator(seed) });

describe('compile', () => {
  it('leaves gradients where backward puts them', () => {
    const w = tensor([1, 2, 3], { requiresGrad: true });
    const step = compile((x: Tensor) => {
      w.grad = null;
      const loss = w.mul(x).square().sum();
      backward(loss);
      return loss;
    });
    const gradients: Tensor[] = [];
    for (let i = 1; i <= 5; i++) {
      expect(step(tensor([i, i, i])).item()).toBe(14 * i * i);
      gradients.push(w.grad!);
    }
    // Whoever read a gradient keeps it.
    expect(gradients.map((g) => g.toArray())).toEqual(
      [1, 2, 3, 4, 5].map((i) => [2 * i * i, 4 * i * i, 6 * i * i]),
    );
  });

  it('adds to gradients that are there', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const step = compile((x: Tensor) => backward(w.mul(x).sum()));
    for (let i = 1; i <= 6; i++) step(tensor([i, 2 * i]));
    expect(w.grad!.toArray()).toEqual([21, 42]);
    // Dropped between calls: that call has nothing to add to.
    w.grad = null;
    step(tensor([1, 1]));
    step(tensor([1, 1]));
    expect(w.grad!.toArray()).toEqual([2, 2]);
    expect(step.inspect()).toContain('traced');
  });

  it('follows who adds up the gradients of two calls', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const step = compile((x: Tensor) => backward(w.mul(x).sum()));
    for (let i = 1; i <= 12; i++) {
      step(tensor([i, 1]));
      if (i % 2 === 1) continue;
      expect(w.grad!.toArray()).toEqual([2 * i - 1, 2]);
      w.grad = null;
    }
    expect(step.inspect().split('\n\n')).toHaveLength(2);
  });

  it('refuses gradients that flow on into what was computed before the call', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const f = (x: Tensor): void => backward(x.square().sum());
    const message = 'gradients flow on into what made a tensor before the call';
    expect(() => compile(f)(w.mul(3))).toThrow(message);
    const captured = w.mul(3);
    expect(() => compile(() => f(captured))()).toThrow(message);
    expect(w.grad).toBeNull();
    f(captured); // its history is as it was
    expect(w.grad!.toArray()).toEqual([18, 36]);
    // As it is, it does not mind.
    const reasons: string[] = [];
    const lenient = compile(f, { onFallback: (reason) => reasons.push(reason) });
    for (const scale of [1, 2, 3]) {
      w.grad = null;
      lenient(w.mul(scale));
      expect(w.grad!.toArray()).toEqual([2 * scale ** 2, 4 * scale ** 2]);
    }
    expect(reasons).toHaveLength(1);
  });

  it('drops gradients that the function drops', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const step = compile((x: Tensor) => {
      backward(w.mul(x).sum());
      w.assign(w.sub(w.grad!));
      w.grad = null;
    });
    for (let i = 0; i < 5; i++) step(tensor([1, 1]));
    expect(w.grad).toBeNull();
    expect(w.toArray()).toEqual([-4, -3]);
  });

  it('fills the gradients of arguments', () => {
    const step = compile((x: Tensor) => backward(x.square().sum()));
    for (let i = 1; i <= 4; i++) {
      const x = tensor([i, -i], { requiresGrad: true });
      step(x);
      expect(x.grad!.toArray()).toEqual([2 * i, -2 * i]);
    }
  });

  it('follows parameters that are frozen', () => {
    const a = tensor([2], { requiresGrad: true });
    const b = tensor([3], { requiresGrad: true });
    const step = compile((x: Tensor) => {
      a.grad = null;
      b.grad = null;
      backward(a.mul(b).mul(x).sum());
    });
    for (let i = 0; i < 3; i++) step(tensor([1]));
    b.requiresGrad = false;
    for (let i = 0; i < 3; i++) step(tensor([2]));
    expect([a.grad!.item(), b.grad]).toEqual([6, null]);
  });

  it('takes transforms, of higher order too', () => {
    const cube = (x: Tensor): Tensor => x.mul(x).mul(x).sum();
    const second = compile(grad((x: Tensor) => grad(cube)(x).sum()));
    const both = compile(valueAndGrad(cube));
    for (let i = 0; i < 4; i++) {
      expect(second(tensor([i, 1])).toArray()).toEqual([6 * i, 6]);
      const [value, slope] = both(tensor([i, 1]));
      expect([value.item(), slope.toArray()]).toEqual([i ** 3 + 1, [3 * i * i, 3]]);
    }
  });

  it('takes checkpoints', () => {
    const w = values([4, 4], 1);
    w.requiresGrad = true;
    const make = (): ((x: Tensor) => Tensor) => (x) => {
      w.grad = null;
      const h = checkpoint((y: Tensor) => y.matmul(w).tanh(), [x]);
      const loss = h.matmul(w).square().mean();
      backward(loss);
      return loss;
    };
    const [eager, compiled] = [make(), compile(make())];
    for (let i = 0; i < 4; i++) {
      const x = values([2, 4], i);
      const want = [eager(x).item(), w.grad!.toArray()];
      expect([compiled(x).item(), w.grad!.toArray()]).toEqual(want);
    }
  });
});
