import { memory, SparseGradient, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { backward, gradients } from './index.ts';

describe('gradients of rows', () => {
  const index = (...at: number[]): Tensor => tensor(at, { dtype: 'int32' });
  const table = (): Tensor => tensor([[1], [2], [3]], { requiresGrad: true });
  const look = (x: Tensor, ...at: number[]): Tensor =>
    x.indexSelect(0, index(...at), { sparseGrad: true });

  const rows = (x: Tensor): SparseGradient | null => {
    const grad = x.heldGrad();
    return grad instanceof SparseGradient ? grad : null;
  };

  it('stay rows until they are read, also when they add up', () => {
    const x = table();
    backward(look(x, 2, 0, 2).square().sum().add(look(x, 1).sum()));
    expect(rows(x)!.indices.toArray()).toEqual([1, 2, 0, 2]);
    backward(look(x, 0).sum());
    expect(rows(x)!.indices.toArray()).toEqual([1, 2, 0, 2, 0]);
    expect(x.grad!.toArray()).toEqual([[3], [1], [12]]);
    expect(rows(x)).toBeNull();
    expect(x.grad).toBe(x.grad);
  });

  it('add to dense ones, before and after', () => {
    const x = table();
    backward(look(x, 0).sum().add(x.sum()));
    expect(x.grad!.toArray()).toEqual([[2], [1], [1]]);
    backward(look(x, 1).sum());
    expect(x.grad!.toArray()).toEqual([[2], [2], [1]]);
    backward(x.sum());
    expect(x.grad!.toArray()).toEqual([[3], [3], [2]]);
  });

  it('reach what a table is computed from, and are dense for transforms and second derivatives', () => {
    const x = table();
    backward(look(x.square(), 2, 2).sum());
    expect(x.grad!.toArray()).toEqual([[0], [0], [12]]);
    const f = (t: Tensor): Tensor => look(t, 1, 1).pow(3).sum();
    expect(gradients([f(x)], [x])[0]!.toArray()).toEqual([[0], [24], [0]]);
    const [first] = gradients([f(x)], [x], { createGraph: true });
    expect(gradients([first!.sum()], [x])[0]!.toArray()).toEqual([[0], [24], [0]]);
  });

  it('outlive scopes, and go when they are dropped', () => {
    const x = table();
    const before = memory().wasm.tensors;
    scope(() => backward(look(x, 2, 0).sum()));
    expect(rows(x)!.values.toArray()).toEqual([[1], [1]]);
    x.putGrad(null);
    expect(memory().wasm.tensors).toBe(before);
    scope(() => backward(look(x, 2, 0).sum()));
    x.peekGrad();
    expect(memory().wasm.tensors).toBe(before + 1);
  });
});
