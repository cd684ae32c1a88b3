import { arange, Generator, tensor, zeros } from '@kasane/tensor-core';
import { gpu } from '@kasane/tensor-core/gpu';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';

describe('toString', () => {
  it('prints whole numbers with a point, aligned', () => {
    expect(
      String(
        tensor([
          [1, -2],
          [10, 4],
        ]),
      ),
    ).toBe('tensor([[ 1., -2.],\n        [10.,  4.]])');
  });
  it('prints fractions with four digits', () => {
    expect(String(tensor([0.5, -1.25]))).toBe('tensor([ 0.5000, -1.2500])');
  });
  it('turns to powers of ten when the sizes differ too much', () => {
    expect(String(tensor([1e-6, 1]))).toBe('tensor([1.0000e-6, 1.0000e+0])');
  });
  it('prints NaN and the infinities as PyTorch does', () => {
    expect(String(tensor([NaN, Infinity, -Infinity, 1]))).toBe('tensor([ nan,  inf, -inf,   1.])');
  });
  it('names dtypes other than float32, and shapes that cannot be seen', () => {
    expect(String(tensor([1, 2], { dtype: 'int32' }))).toBe('tensor([1, 2], int32)');
    expect(String(tensor([0.5], { dtype: 'float64' }))).toBe('tensor([0.5000], float64)');
    expect(String(tensor([true, false]))).toBe('tensor([ true, false])');
    expect(String(zeros([2, 0]))).toBe('tensor([[],\n        []], shape=[2,0])');
    expect(String(tensor(3))).toBe('tensor(3.)');
  });
  it('shortens long tensors to three values at either end', () => {
    expect(String(arange(2000))).toBe(
      'tensor([   0.,    1.,    2., ..., 1997., 1998., 1999.], shape=[2000])',
    );
  });
  it('leaves a blank line between the matrices of a block', () => {
    expect(String(zeros([2, 1, 1]))).toBe('tensor([[[0.]],\n\n        [[0.]]])');
  });
});

describe('console.log', () => {
  it('shows values, dtype and shape', () => {
    expect(inspect(tensor([0.5, 1]))).toBe('tensor([0.5000, 1.0000], float32, shape=[2])');
    expect(inspect({ loss: tensor(3, { dtype: 'int32' }) })).toBe(
      '{ loss: tensor(3, int32, shape=[]) }',
    );
  });
  it('shows what cannot be read without throwing', () => {
    const x = tensor([1, 2]);
    x.dispose();
    expect(inspect(x)).toBe('tensor(disposed, float32, shape=[2])');
    const there = tensor([1], { backend: gpu({ mode: 'webasm' }) });
    expect(inspect(there)).toBe('tensor([1.], float32, shape=[1])');
  });
  it('shows where a generator stands', () => {
    const generator = new Generator(7);
    generator.random();
    expect(inspect(generator)).toBe('Generator(seed=7, counter=1)');
  });
});
