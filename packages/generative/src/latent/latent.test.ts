import { gradients } from '@kasane/autograd';
import { arange, Generator, ones, randn, tensor, zeros } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { imageGrid, interpolate, traverse } from './index.ts';

describe('interpolate', () => {
  const generator = new Generator(1);
  const [a, b] = [randn([5, 3], { generator }), randn([5, 3], { generator })];

  it.each([false, true])('begins and ends at its ends, spherical: %s', (spherical) => {
    const way = interpolate(a, b, { steps: 4, spherical });
    expect(way.shape).toEqual([4, 5, 3]);
    for (const [i, end] of [
      [0, a],
      [3, b],
    ] as const) {
      expect(way.select(0, i).sub(end).abs().max().item()).toBeLessThan(1e-6);
    }
  });

  it('keeps the length of vectors of equal length, and the angle between neighbours, on the great circle', () => {
    const unit = (x: typeof a) => x.div(x.norm(1, { keepdim: true }));
    const way = interpolate(unit(a), unit(b), { steps: 6, spherical: true });
    for (const length of way.norm(2).dataSync()) expect(length).toBeCloseTo(1, 6);
    const turns = way
      .slice(0, 0, 5)
      .mul(way.slice(0, 1, 6))
      .sum(-1);
    expect(turns.sub(turns.select(0, 0)).abs().max().item()).toBeLessThan(1e-5);
  });

  it('is straight where both point the same way, opposite ways, or nowhere; its gradients are numbers', () => {
    const x = tensor(
      [
        [1, 2],
        [1, 2],
        [0, 0],
        [1, 0],
      ],
      { requiresGrad: true },
    );
    const y = tensor([
      [2, 4],
      [-1, -2],
      [1, 1],
      [0, 1],
    ]);
    const way = interpolate(x, y, { steps: 3, spherical: true });
    expect(way.select(0, 1).slice(0, 0, 2).toArray()).toEqual([
      [1.5, 3],
      [0, 0],
    ]);
    const [slope] = gradients([way.sum()], [x]);
    expect(slope!.isFinite().all().item()).toBe(1);
  });

  it('names points of two shapes, and ways of one step', () => {
    expect(() => interpolate(ones([2]), ones([3]))).toThrow(
      'interpolate: both points must have the same shape, got [2] and [3].',
    );
    expect(() => interpolate(ones([2]), ones([2]), { steps: 1 })).toThrow(
      'interpolate: steps must be',
    );
    expect(() => interpolate(ones([]), ones([]), { spherical: true })).toThrow('needs vectors');
  });
});

describe('traverse', () => {
  it('puts each value in the place of one number', () => {
    const z = tensor([1, 2, 3], { dtype: 'float64' });
    const points = traverse(z, 2, [-1, 0, 7]);
    expect(points.toArray()).toEqual([
      [1, 2, -1],
      [1, 2, 0],
      [1, 2, 7],
    ]);
    expect(points.dtype).toBe('float64');
  });

  it('names numbers that are not there', () => {
    expect(() => traverse(zeros([3]), 3, [0])).toThrow('traverse: index must be');
    expect(() => traverse(zeros([3, 1]), 0, [0])).toThrow(
      'traverse: z must be a vector (D), got [3,1].',
    );
    expect(() => traverse(zeros([3]), 0, [NaN])).toThrow(
      'traverse: values must be an array of finite numbers',
    );
  });
});

describe('imageGrid', () => {
  it('puts pictures side by side, as torchvision does', () => {
    const grid = imageGrid(arange(3 * 2 * 2).reshape([3, 1, 2, 2]), {
      columns: 2,
      padding: 1,
      padValue: -1,
    });
    expect(grid.toArray()).toEqual([
      [
        [-1, -1, -1, -1, -1, -1, -1],
        [-1, 0, 1, -1, 4, 5, -1],
        [-1, 2, 3, -1, 6, 7, -1],
        [-1, -1, -1, -1, -1, -1, -1],
        [-1, 8, 9, -1, -1, -1, -1],
        [-1, 10, 11, -1, -1, -1, -1],
        [-1, -1, -1, -1, -1, -1, -1],
      ],
    ]);
  });

  it('has no more columns than pictures, and needs one', () => {
    expect(imageGrid(ones([2, 3, 4, 5])).shape).toEqual([3, 8, 16]);
    expect(() => imageGrid(ones([0, 3, 4, 5]))).toThrow(
      'imageGrid: images must be (N, C, H, W), at least one, got [0,3,4,5].',
    );
    expect(() => imageGrid(ones([3, 4, 5]))).toThrow('imageGrid: images must be (N, C, H, W)');
  });
});
