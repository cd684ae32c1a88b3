import { describe, expect, it } from 'vitest';
import { tensor, zeros, type Tensor } from '../index.ts';

describe('aliases', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const y = tensor([
    [1, 3],
    [2, 4],
  ]);
  const expectSame = (a: Tensor, b: Tensor): void => {
    expect([a.dtype, a.toArray()]).toEqual([b.dtype, b.toArray()]);
  };

  it.each([
    ['eq', 'equal'],
    ['ne', 'notEqual'],
    ['lt', 'less'],
    ['le', 'lessEqual'],
    ['gt', 'greater'],
    ['ge', 'greaterEqual'],
  ] as const)('%s is %s', (short, long) => {
    expectSame(x[short](y), x[long](y));
    expectSame(x[short](2), x[long](2));
  });

  it.each([
    ['float', 'float32'],
    ['double', 'float64'],
    ['int', 'int32'],
    ['bool', 'bool'],
  ] as const)('%s() casts to %s', (name, dtype) => {
    expectSame(tensor([-1.5, 0, 2.5])[name](), tensor([-1.5, 0, 2.5]).cast(dtype));
  });

  it('view is reshape', () => {
    expectSame(x.view(4), x.reshape([4]));
    expectSame(x.view([1, -1]), x.reshape([1, 4]));
    expect(x.view(4).storage).toBe(x.storage);
  });

  it('T is t()', () => {
    expectSame(x.T, x.t());
    expect(() => zeros(1, 2, 3).T).toThrow('t: needs at most 2 dimensions');
  });

  it('numel, dim and tolist are size, ndim and toArray', () => {
    expect([x.numel(), x.dim(), x.tolist()]).toEqual([x.size, x.ndim, x.toArray()]);
  });

  it('clone keeps its values when the tensor is written, and the other way round', () => {
    for (const which of [0, 1]) {
      const a = tensor([1, 2]);
      const b = a.clone();
      [a, b][which]!.assign(tensor([5, 6]));
      expect([a, b][1 - which]!.toArray()).toEqual([1, 2]);
    }
  });

  it('clone passes gradients on', () => {
    expect(tensor(1, { requiresGrad: true }).clone().requiresGrad).toBe(true);
  });
});
