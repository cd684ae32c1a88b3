import { arange, tensor, zeros } from '@kasane/tensor-core';
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
