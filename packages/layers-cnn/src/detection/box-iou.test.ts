import { gradcheck } from '@kasane/autograd';
import { rand, Generator, ShapeError, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { boxIou } from './box-iou.ts';

const iou = (a: readonly number[], b: readonly number[]): number =>
  boxIou(tensor([[...a]]), tensor([[...b]])).item();

describe('boxIou', () => {
  it.each([
    ['a corner', [0, 0, 2, 2], [1, 1, 3, 3], 1 / 7],
    ['the same', [1, 2, 5, 9], [1, 2, 5, 9], 1],
    ['inside', [0, 0, 4, 4], [1, 1, 3, 3], 1 / 4],
    ['side by side', [0, 0, 2, 2], [2, 0, 4, 2], 0],
    ['far away both ways', [0, 0, 1, 1], [5, 5, 6, 6], 0],
    ['parts of the unit square', [0, 0, 0.5, 1], [0.25, 0, 1, 1], 0.25],
    ['one without area', [1, 1, 1, 1], [0, 0, 2, 2], 0],
  ])('%s', (_, a, b, expected) => {
    expect(iou(a, b)).toBeCloseTo(expected, 6);
    expect(iou(b, a)).toBeCloseTo(expected, 6);
  });

  it('has no answer for two without area, as in torchvision', () => {
    expect(iou([1, 1, 1, 1], [1, 1, 1, 1])).toBeNaN();
  });

  it('compares each with each', () => {
    const [a, b] = [zeros([3, 4]), zeros([2, 4])];
    expect(boxIou(a, b).shape).toEqual([3, 2]);
    expect(boxIou(zeros([0, 4]), b).shape).toEqual([0, 2]);
  });

  it('has gradients', () => {
    const corners = rand([4, 2], { generator: new Generator(1), dtype: 'float64' });
    const boxes = (from: Tensor, size: number): Tensor =>
      from.slice(1).unsqueeze(2).add(tensor([0, size], { dtype: 'float64' })).transpose(1, 2).reshape([4, 4]); // prettier-ignore
    const f = (x: Tensor): Tensor => boxIou(boxes(x, 1.5), boxes(x.flip(0), 1.7));
    expect(gradcheck(f, [corners])).toBe(true);
  });

  it('wants rows of four', () => {
    expect(() => boxIou(zeros([4]), zeros([1, 4]))).toThrow(
      new ShapeError('boxIou: boxes must have shape (N, 4), x₁, y₁, x₂, y₂ in each row, got [4].'),
    );
  });
});
