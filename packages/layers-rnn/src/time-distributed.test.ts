import { BatchNorm1d, Linear } from '@kasane/nn';
import { Generator, randn, ShapeError, zeros } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { TimeDistributed } from './index.ts';

it('does at every step what the layer does', () => {
  const linear = new Linear(3, 2);
  const x = randn([4, 5, 3], { generator: new Generator(1) });
  const y = new TimeDistributed(linear).forward(x);
  expect(y.shape).toEqual([4, 5, 2]);
  for (let t = 0; t < 4; t++) {
    expect(y.select(0, t)).toBeAllclose(linear.forward(x.select(0, t)), { rtol: 1e-6, atol: 1e-6 });
  }
  expect(Object.keys(new TimeDistributed(linear).stateDict())).toEqual([
    'layer.weight',
    'layer.bias',
  ]);
});

it('normalises over steps and batch together, and keeps trailing dimensions', () => {
  const norm = new TimeDistributed(new BatchNorm1d(3));
  const y = norm.forward(randn([4, 5, 3, 2], { generator: new Generator(1) }));
  expect(y.shape).toEqual([4, 5, 3, 2]);
  expect(y.mean([0, 1, 3])).toBeAllclose(zeros([3]), { rtol: 0, atol: 1e-6 });
});

it('needs two dimensions', () => {
  expect(() => new TimeDistributed(new Linear(3, 2)).forward(zeros([3]))).toThrow(
    new ShapeError(
      'TimeDistributed: the input must have steps and a batch as its first dimensions, got shape [3]. Unsqueeze what is missing.',
    ),
  );
});
