import { memory, noGrad, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { backward, checkpoint, customVjp, grad, gradients, jacobian, jvp, vjp } from './index.ts';

const leaf = (values: number[]): Tensor => tensor(values, { requiresGrad: true });

describe('checkpoint', () => {
  it('gives the same value and gradients, also of tensors that the function closes over', () => {
    const [x, w] = [leaf([0.5, -1]), leaf([2, 3])];
    const f = (t: Tensor): Tensor => t.mul(w).tanh().exp().mul(t);
    const plain = f(x);
    const [dx, dw] = gradients([plain.sum()], [x, w], { retainGraph: true });
    const saved = checkpoint(f, [x]);
    expect(saved.toArray()).toEqual(plain.toArray());
    backward(saved.sum());
    expect(x.grad!.toArray()).toEqual(dx!.toArray());
    expect(w.grad!.toArray()).toEqual(dw!.toArray());
  });

  it('reaches closed-over parameters where no input requires gradients', () => {
    const w = leaf([2]);
    backward(checkpoint((t) => t.mul(w).square(), [tensor([3])]));
    expect(w.grad!.item()).toBe(36);
  });

  it('keeps the result alone, not what the ops between would have saved', () => {
    const x = leaf([1, 2]);
    const f = (t: Tensor): Tensor => {
      let y = t;
      for (let i = 0; i < 10; i++) y = y.mul(1.1).sin();
      return y;
    };
    const before = memory().wasm.tensors;
    const plain = f(x);
    const kept = memory().wasm.tensors - before;
    const middle = memory().wasm.tensors;
    const saved = checkpoint(f, [x]);
    expect(kept).toBeGreaterThanOrEqual(20);
    expect(memory().wasm.tensors - middle).toBe(1);
    expect(saved.toArray()).toEqual(plain.toArray());
  });

  it('runs the function once forward and once backward', () => {
    let calls = 0;
    const x = leaf([1]);
    const y = checkpoint(
      (t) => {
        calls++;
        return t.exp();
      },
      [x],
    );
    expect(calls).toBe(1);
    backward(y);
    expect(calls).toBe(2);
  });

  it('may be nested, stand in a row, and be shared', () => {
    const x = leaf([0.5]);
    const f = (t: Tensor): Tensor => t.sin().add(t);
    const inner = checkpoint((t) => checkpoint(f, [t]).mul(checkpoint(f, [t])), [x]);
    const outer = checkpoint((a, b) => a.mul(b), [inner, inner]);
    const plain = f(x).mul(f(x));
    const [want] = gradients([plain.mul(plain)], [x]);
    backward(outer);
    expect(x.grad!.toArray()).toBeAllclose(want!.toArray(), { rtol: 1e-6 });
  });

  it('has second derivatives', () => {
    const f = (x: Tensor): Tensor => checkpoint((t) => t.pow(3), [x]);
    expect(grad(grad(f))(tensor(2)).item()).toBe(12);
  });

  it('takes several inputs and can be kept with retainGraph', () => {
    const [a, b] = [leaf([2]), leaf([5])];
    const y = checkpoint((s, t) => s.square().mul(t), [a, b]);
    backward(y, { retainGraph: true });
    backward(y);
    expect([a.grad!.item(), b.grad!.item()]).toEqual([40, 8]);
  });

  it('inside noGrad records nothing', () => {
    const x = leaf([1]);
    expect(noGrad(() => checkpoint((t) => t.exp(), [x])).requiresGrad).toBe(false);
  });

  it('refuses inputs that were written since', () => {
    const x = leaf([1]);
    const y = checkpoint((t) => t.exp(), [x]);
    x.assign(tensor([2]));
    expect(() => backward(y)).toThrow('an input of checkpoint was written');
  });

  it('refuses functions that return promises, as all that calls one does', () => {
    // The types forbid it; programs without types are told.
    const later = (async (x: Tensor) => x) as unknown as (x: Tensor) => Tensor;
    const x = leaf([1]);
    const custom = customVjp<[Tensor]>({ name: 'later', forward: later, backward: (g) => [g] });
    const calls = [
      () => checkpoint(later, [x]),
      () => custom(x),
      () => grad(later)(x),
      () => vjp(later, [x]),
      () => jvp(later, [x], [x]),
      () => jacobian(later, x),
    ];
    for (const call of calls) expect(call).toThrow('the function returned a promise');
  });
});
