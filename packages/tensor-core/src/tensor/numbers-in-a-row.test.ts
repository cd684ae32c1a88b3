import { describe, expect, it } from 'vitest';
import { randn, tensor, zeros } from '../index.ts';

describe('numbers in a row', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  it.each([
    ['reshape', [3, 2]],
    ['permute', [1, 0]],
    ['broadcastTo', [4, 2, 3]],
    ['flip', [0, 1]],
    ['tile', [2]],
    ['repeat', [1, 2, 1]],
  ] as const)('%s takes them as it takes an array', (method, list) => {
    expect(x[method](...list).toArray()).toEqual(x[method](list).toArray());
  });

  it('zeros, ones, rand and randn take sizes, and options behind them', () => {
    expect(zeros(2, 3).shape).toEqual([2, 3]);
    expect(zeros(2, { dtype: 'int32' }).dtype).toBe('int32');
    expect(randn(4, 2, { dtype: 'float64' }).dtype).toBe('float64');
    expect(randn(3).shape).toEqual([3]);
  });

  it('are not mixed with arrays', () => {
    // @ts-expect-error -- a shape, or sizes
    expect(() => x.reshape([3], 2)).toThrow(
      'reshape: needs numbers, in one array or in a row, got an array, 2.',
    );
    // @ts-expect-error -- a shape, or sizes
    expect(() => zeros([3], 2)).toThrow('zeros: needs numbers, in one array or in a row');
  });
});
